"""The tool `search_text`: lines that a pattern matches, in all files below a folder.

RE2 decides what matches, in files opened through the guard. Where ripgrep is installed it names the files that are
worth opening; without it every file is. What the editor has open is searched as it is there.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import Editor, ToolRun
from chatls.tools.base import Arguments, Tool, ToolError
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.output import Lines
from chatls.tools.patterns import Pattern, compiled, escaped
from chatls.tools.reading import ripgrep
from chatls.tools.reading.globs import Filter, matching
from chatls.tools.reading.matches import hits, shown
from chatls.tools.reading.ripgrep import Candidates
from chatls.tools.reading.view import Found, View
from chatls.tools.reading.walk import Walk
from chatls.tools.work import Deadline, in_thread

SECONDS = 10.0
"""Time for a search; half of it for ripgrep."""
MAX_HITS = 200
"""Matching lines shown."""
MAX_FILE = 8 * 1024 * 1024
"""Bytes of the largest file that is searched."""


class SearchText(Arguments):
    pattern: str = Field(min_length=1, description="A regular expression (RE2 syntax), matched within one line.")
    path: str = Field(".", description="Folder or file to search; without it the whole workspace.")
    glob: str | None = Field(None, description="Only files that match, such as *.py or src/**/*.ts.")
    literal: bool = Field(False, description="Take the pattern as plain text.")
    ignore_case: bool = False
    context: int = Field(0, ge=0, le=5, description="Lines to show before and after each match.")


def search_text(
    roots: Roots, editor: Editor, program: Callable[[Roots], str | None] = ripgrep.installed
) -> Tool[SearchText]:
    """The tool over these folders. `program` says where ripgrep is, None to do without."""

    async def run(arguments: SearchText, _run: ToolRun) -> ToolText:
        clock = asyncio.get_running_loop().time
        end = clock() + SECONDS
        view = View(roots, editor)
        query = await in_thread(SECONDS, lambda _: _query(view, arguments, program(roots)))
        narrowed = await _narrowed(query)
        return await in_thread(end - clock(), lambda deadline: _Search(view, query, narrowed, deadline).run())

    return Tool(
        name="search_text",
        description=(
            "Search the files of the workspace for lines that match a regular expression (RE2 syntax), unsaved changes "
            f"of the editor included. Ignored, binary and very large files are left out and at most {MAX_HITS} lines "
            "shown: narrow a broad search with path or glob."
        ),
        kind="search",
        arguments=SearchText,
        title=lambda given: f"Search for {given.pattern}" + (f" in {given.path}" if given.path != "." else ""),
        run=run,
    )


@dataclass(frozen=True, slots=True)
class _Narrow:
    """What to ask ripgrep: its path, its pattern, and the local folder of each start that it can search."""

    program: str
    pattern: str
    ignore_case: bool
    folders: Mapping[WorkspacePath, str]


@dataclass(frozen=True, slots=True)
class _Query:
    """What to search for, where, and how much to show around it."""

    pattern: Pattern
    wanted: Filter | None
    starts: Sequence[Found]
    context: int
    narrow: _Narrow | None


def _query(view: View, arguments: SearchText, program: str | None) -> _Query:
    if "\n" in arguments.pattern or "\r" in arguments.pattern:
        raise ToolError("unsupported_pattern", "Search for what stands on one line: a match never spans several.")
    text = escaped(arguments.pattern) if arguments.literal else arguments.pattern
    pattern = compiled(text, ignore_case=arguments.ignore_case)
    starts = view.starts(arguments.path)
    narrow = None
    if program is not None and (narrower := ripgrep.pattern_for(text)) is not None:
        folders = {start.path: view.roots.local(start.path) for start in starts if start.kind == "folder"}
        known = {path: folder for path, folder in folders.items() if folder is not None}
        narrow = _Narrow(program, narrower, arguments.ignore_case, known)
    return _Query(pattern, matching(arguments.glob) if arguments.glob else None, starts, arguments.context, narrow)


async def _narrowed(query: _Query) -> Mapping[WorkspacePath, Candidates]:
    """By where a search begins, what ripgrep says of it; a start is missing where it cannot say."""
    narrow = query.narrow
    found: dict[WorkspacePath, Candidates] = {}
    if narrow is None:
        return found
    for start, folder in narrow.folders.items():
        candidates = await ripgrep.candidates(
            narrow.program,
            folder,
            narrow.pattern,
            ignore_case=narrow.ignore_case,
            max_size=MAX_FILE,
            seconds=SECONDS / 2 / len(narrow.folders),
        )
        if candidates is not None:
            found[start] = candidates
    return found


@dataclass(slots=True)
class _Search:
    """One search under way, and what came of it so far."""

    view: View
    query: _Query
    narrowed: Mapping[WorkspacePath, Candidates]
    deadline: Deadline
    complete: bool = True
    lines: Lines = field(default_factory=Lines)
    hits_left: int = MAX_HITS
    cut: bool = False
    too_large: list[str] = field(default_factory=list[str])
    uris: list[str] = field(default_factory=list[str])

    def run(self) -> ToolText:
        for start in self.query.starts:
            for path in self._files(start):
                if self.cut or self.deadline.passed:
                    break
                if self.query.wanted is None or self.query.wanted(self.view.names(path, start)):
                    self._search(path)
        notes = list(self._notes())
        text = self.lines.text(*notes) if self.lines else "\n".join(["No matches.", *(f"[{note}]" for note in notes)])
        return ToolText(text, truncated=bool(notes) or None, uris=tuple(self.uris))

    def _files(self, start: Found) -> Iterator[WorkspacePath]:
        """The files to open below a start, in the order of their names; what is open in the editor is among them."""
        walk = Walk(self.view, self.deadline)
        known = self.narrowed.get(start.path)
        on_disk = (
            self._known(start.path, known)
            if known
            else (found.path for found in walk.below(start) if found.kind == "file")
        )
        before = None
        for path in heapq.merge(on_disk, self._open_below(start), key=lambda path: path.parts):
            if path != before:
                yield path
            before = path
        self.complete = self.complete and walk.complete

    def _known(self, folder: WorkspacePath, known: Candidates) -> Iterator[WorkspacePath]:
        """What ripgrep found worth opening, and what was too large for it: opening that tells it to the model."""
        self.complete = self.complete and known.complete
        local = self.view.roots.local(folder)
        large = (parts for parts in ripgrep.paths(known.files) if local and _size(Path(local, *parts)) > MAX_FILE)
        for parts in sorted({*ripgrep.paths(known.matching), *large}):
            yield WorkspacePath(folder.folder, (*folder.parts, *parts))

    def _open_below(self, start: Found) -> list[WorkspacePath]:
        depth = len(start.path.parts)
        below = (
            p for p in self.view.documents if p.folder == start.path.folder and p.parts[:depth] == start.path.parts
        )
        return sorted(below, key=lambda path: path.parts)

    def _search(self, path: WorkspacePath) -> None:
        name = self.view.roots.shown(path)
        try:
            text = self.view.text(path, MAX_FILE, follow=path in self.view.documents).encode("utf-8", "replace")
        except ToolError as error:
            if error.code == "too_large":
                self.too_large.append(name)
            return
        found = list(islice(hits(text, self.query.pattern, self.deadline), self.hits_left + 1))
        self.cut = len(found) > self.hits_left
        found = found[: self.hits_left]
        self.hits_left -= len(found)
        if found:
            self.uris.append(path.uri)
            fitted = all(self.lines.add(line) for line in shown(name, text, found, self.query.context))
            self.cut = self.cut or not fitted

    def _notes(self) -> Iterator[str]:
        if self.cut:
            yield "cut: there are more matches; narrow the pattern, the path or the glob"
        if self.too_large:
            more = f" and {len(self.too_large) - 5} more" if len(self.too_large) > 5 else ""
            yield f"not searched, over {MAX_FILE // 2**20} MiB: {', '.join(self.too_large[:5])}{more}"
        if not self.complete or self.deadline.passed:
            yield "not everything was searched: it is too much for one search, narrow the path"


def _size(path: Path) -> int:
    """A size only: a file that large is opened through the guard before a word is said of it."""
    try:
        return path.lstat().st_size
    except OSError:
        return 0
