"""All files below a folder that tools show, one after the other, within a deadline and a number of entries.

Symbolic links are named but never entered. Used by `tools/find.py`, `tools/search.py` and `tools/symbols.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chatls.tools.base import ToolError
from chatls.tools.beneath import EntryKind
from chatls.tools.paths import WorkspacePath
from chatls.tools.view import View
from chatls.tools.work import Deadline

MAX_ENTRIES = 100_000
"""Entries looked at in one walk."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file or a link, never a folder."""

    path: WorkspacePath
    kind: EntryKind


class Walk:
    """One walk, in the order of names. `complete` turns false when it had to stop early."""

    def __init__(self, view: View, deadline: Deadline, *, limit: int = MAX_ENTRIES) -> None:
        self.complete = True
        self._view = view
        self._deadline = deadline
        self._left = limit

    def below(self, start: WorkspacePath) -> Iterator[Found]:
        """What lies below a folder; of a file, the file itself.

        Raises:
            ToolError: the start is not there, outside or ignored.
        """
        try:
            todo = self._entries(start, follow=True)
        except ToolError as error:
            if error.code != "not_a_folder":
                raise
            with self._view.open(start) as content:
                todo = [Found(content.path, "file")]
        while todo:
            if self._deadline.passed:
                self.complete = False
                return
            found = todo.pop()
            if found.kind != "folder":
                yield found
            elif self._left > 0:
                todo.extend(self._entries_if_readable(found.path))

    def _entries_if_readable(self, folder: WorkspacePath) -> list[Found]:
        try:
            return self._entries(folder, follow=False)
        except ToolError:
            return []

    def _entries(self, folder: WorkspacePath, *, follow: bool) -> list[Found]:
        """What a folder shows, the last name first: the list is a stack."""
        entries, real = self._view.roots.scan(folder, self._left, follow=follow)
        if follow:
            self._view.rules.check(real, folder=True)
        self._left -= len(entries)
        self.complete = self.complete and self._left > 0
        return [
            Found(real / entry.name, entry.kind)
            for entry in reversed(entries)
            if not self._view.rules.hides(real, entry.name, folder=entry.kind == "folder")
        ]
