"""All files below a folder that tools show, one after the other, within a deadline and a number of entries.

Symbolic links are named but never entered. Used by `tools/reading/find.py`, `tools/reading/search.py` and
`tools/symbols/tools.py`.
"""

from collections.abc import Iterator

from chatls.tools.base import ToolError
from chatls.tools.reading.view import Found, View
from chatls.tools.work import Deadline

MAX_ENTRIES = 100_000
"""Entries looked at in one walk."""


class Walk:
    """One walk, in the order of names. `complete` turns false when it had to stop early."""

    def __init__(self, view: View, deadline: Deadline, *, limit: int = MAX_ENTRIES) -> None:
        self.complete = True
        self._view = view
        self._deadline = deadline
        self._left = limit

    def below(self, start: Found) -> Iterator[Found]:
        """Files and links below a folder, never a folder; of anything else, itself."""
        todo = [start]
        while todo:
            found = todo.pop()
            if self._left <= 0 or self._deadline.passed:
                self.complete = False
                return
            if found.kind == "folder":
                todo.extend(self._entries(found))
            else:
                yield found

    def _entries(self, folder: Found) -> list[Found]:
        """What a folder shows, the last name first: the list is a stack."""
        try:
            entries, real = self._view.roots.scan(folder.path, self._left, follow=False)
        except ToolError:  # gone or unreadable since it was named
            return []
        self._left -= len(entries)
        return [
            Found(real / entry.name, entry.kind)
            for entry in reversed(entries)
            if not self._view.rules.hides(real, entry.name, folder=entry.kind == "folder")
        ]
