"""All paths of the workspace, kept for completion: nobody waits for a walk over a large tree at every key.

A list that is some seconds old is used once more while a new one is made beside. Ignored files are not in it, nor those
that hold secrets or no text, nor what cannot be typed. Made by `rooms.py`; `tools/symbols/line_ranges.py` knows what is
in a file.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from chatls.chat.ports import Editor
from chatls.chat.workspace import LineRange, PathMatches
from chatls.tools.base import ToolError
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import Folder, WorkspacePath
from chatls.tools.guard.secrets import secret
from chatls.tools.reading.binary_names import is_binary_name
from chatls.tools.reading.path_rank import Known, known, ranked
from chatls.tools.reading.view import View
from chatls.tools.reading.walk import Walk
from chatls.tools.work import Deadline, begun, in_thread

WALK_SECONDS = 5.0
"""A walk that takes longer leaves out the rest."""
FIRST_SECONDS = 1.5
"""How long the first completion waits for the first walk."""
AGAIN_SECONDS = 0.03
"""How long a later one waits for a newer list, where that is made as fast: in a small workspace it is always exact."""
RANK_SECONDS = 0.5
RANGES_SECONDS = 2.0
FRESH_SECONDS = 3.0
"""Age at which a list is made anew, beside its use."""
MAX_PATHS = 50_000


@dataclass(frozen=True, slots=True)
class _List:
    """All paths of these folders at the moment `made`; `complete` if none is missing, found in `took` seconds."""

    paths: dict[str, Known]
    folders: tuple[Folder, ...]
    complete: bool
    made: float
    took: float


class PathIndex:
    """The port `WorkspaceNames` over these folders. `now` is monotonic time in seconds."""

    def __init__(self, roots: Roots, editor: Editor, now: Callable[[], float] = time.monotonic) -> None:
        self._roots = roots
        self._editor = editor
        self._now = now
        self._list: _List | None = None
        self._making: asyncio.Future[_List] | None = None

    async def paths(self, typed: str, limit: int) -> PathMatches:
        view = View(self._roots, self._editor)
        there = await self._there(view)
        if there is None:
            return PathMatches((), complete=False)
        opened = [known(path) for path in _shown(view, view.documents) if path not in there.paths]
        folder = typed.rpartition("/")[0]

        def rank(deadline: Deadline) -> tuple[list[str], bool]:
            # Of a workspace too large to be known whole, the folder that is named is.
            named: Iterable[str] = () if there.complete or not folder else _entries(view, folder)
            beside = [known(path) for path in named if path not in there.paths]
            return ranked([*opened, *beside, *there.paths.values()], typed, limit, lambda: deadline.passed)

        found, all_found = await in_thread(RANK_SECONDS, rank)
        return PathMatches(found, all_found and there.complete and self._is_fresh(there))

    async def ranges(self, path: str) -> list[LineRange]:
        from chatls.tools.symbols.line_ranges import line_ranges  # with all that finds definitions

        view = View(self._roots, self._editor)
        try:
            return await in_thread(RANGES_SECONDS, lambda deadline: line_ranges(view, path, deadline))
        except ToolError:
            return []

    async def _there(self, view: View) -> _List | None:
        """The list to use now: a fresh one, if it comes in time; an older one, or none, if it does not."""
        there = self._current()
        if there is None or not self._is_fresh(there):
            await asyncio.wait([self._make(view)], timeout=_patience(there))
        return self._current()

    def _is_fresh(self, there: _List) -> bool:
        return self._now() - there.made <= FRESH_SECONDS

    def _current(self) -> _List | None:
        """The list, if it is of the folders that are open now."""
        if self._making is not None and self._making.done():
            made, self._making = self._making, None
            self._list = made.result()
        there = self._list
        return there if there is not None and there.folders == tuple(self._roots.folders) else None

    def _make(self, view: View) -> "asyncio.Future[_List]":
        if self._making is None:
            folders, now = tuple(self._roots.folders), self._now
            self._making = begun(WALK_SECONDS, lambda deadline: _listed(view, folders, deadline, now))
        return self._making


def _patience(there: _List | None) -> float:
    """How many seconds a completion waits for a list that is newer than this one."""
    if there is None:
        return FIRST_SECONDS
    return AGAIN_SECONDS if there.took < AGAIN_SECONDS else 0


def _listed(view: View, folders: tuple[Folder, ...], deadline: Deadline, now: Callable[[], float]) -> _List:
    began = now()
    walk = Walk(view, deadline)
    found: dict[str, Known] = {}
    for path in _walked(view, walk):
        _add(found, path)
        if len(found) >= MAX_PATHS:
            walk.complete = False
            break
    return _List(found, folders, walk.complete, now(), now() - began)


def _walked(view: View, walk: Walk) -> Iterator[str]:
    try:
        starts = view.starts(".")
    except ToolError:  # no folder is open
        return
    for start in starts:
        yield from _shown(view, (each.path for each in walk.below(start)))


def _entries(view: View, folder: str) -> Iterator[str]:
    """What lies in a folder, and not deeper."""
    with suppress(ToolError):
        for start in view.starts(folder):
            for entry in view.roots.scan(start.path, MAX_PATHS)[0]:
                path = start.path / entry.name
                with suppress(ToolError):  # .gitignore names it
                    view.rules.check(path, folder=entry.kind == "folder")
                    yield from (f"{each}/" if entry.kind == "folder" else each for each in _shown(view, [path]))


def _add(found: dict[str, Known], path: str) -> None:
    """Add a path and the folders that it lies in, as far as they are new."""
    found[path] = known(path)
    end = path.rfind("/")
    while end > 0 and (folder := path[: end + 1]) not in found:
        found[folder] = known(folder)
        end = path.rfind("/", 0, end)


def _shown(view: View, paths: Iterable[WorkspacePath]) -> Iterator[str]:
    """How paths are written that can be typed, and whose content may be shown."""
    for path in paths:
        shown = view.roots.shown(path)
        if not _is_text(path) or secret(path.parts):
            continue
        if shown.endswith("/".join(path.parts)) and '"' not in shown:
            yield shown


def _is_text(path: WorkspacePath) -> bool:
    return not (path.parts and is_binary_name(path.parts[-1]))
