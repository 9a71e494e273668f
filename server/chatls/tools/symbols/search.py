"""Looking for the definitions of a name in all sources below a path.

A source that cannot hold the name is not parsed, so that a large tree answers fast. Called by `tools/symbols/tools.py`,
in a thread.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from chatls.chat.events import ToolText
from chatls.tools.base import ToolError
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.output import Lines
from chatls.tools.reading.view import View
from chatls.tools.reading.walk import Walk
from chatls.tools.symbols.match import Wanted, rank
from chatls.tools.symbols.parse import LANGUAGES, Definition, language_of
from chatls.tools.symbols.process import Interrupted, ParserProcess
from chatls.tools.work import Deadline

MAX_FILE = 1024 * 1024
"""Bytes of a source that is read; larger ones are generated, most often."""
MAX_FILES = 20_000
"""Sources looked at in one search."""
MAX_HITS = 200
"""Definitions that one search shows."""


def find(view: View, name: Wanted, written: str, start: str, deadline: Deadline) -> ToolText:
    """The definitions of a name below a path, `written` as it was asked for; spelled exactly so, or else in another
    case.

    Raises:
        ToolError: the path is not there, outside or ignored.
    """
    with ParserProcess(deadline) as parser:
        walk, search = Walk(view, deadline), _Search(view, name, parser, deadline)
        search.look(_sources(view, walk, start))
        exact = bool(search.hits)
        if not exact:
            search.look_again()
    notes = list(search.notes(complete=walk.complete))
    if not search.hits:
        notes.insert(0, f"source files looked at: {search.files:,}; known are {LANGUAGES}")
        return ToolText("\n".join([f"No definition of {written} found.", *(f"[{note}]" for note in notes)]))
    if not exact:
        notes.insert(0, f"nothing is spelled exactly {written}; these differ in upper and lower case")
    return _listed(view, search.hits, notes)


def definitions_in(path: WorkspacePath, text: str, parser: ParserProcess) -> list[Definition]:
    """The definitions of a source.

    Raises:
        Interrupted: it cannot be parsed within bounds.
    """
    language = language_of(path.parts[-1])
    assert language is not None
    return parser.definitions(text.encode("utf-8", "replace"), language)


@dataclass(slots=True)
class _Search:
    """One search under way: what was found, which files hold the name at all, and what could not be looked at."""

    view: View
    name: Wanted
    parser: ParserProcess
    deadline: Deadline
    hits: list[tuple[WorkspacePath, Definition]] = field(default_factory=list[tuple[WorkspacePath, Definition]])
    candidates: list[WorkspacePath] = field(default_factory=list[WorkspacePath])
    files: int = 0
    skipped: set[WorkspacePath] = field(default_factory=set[WorkspacePath])

    def look(self, paths: Iterable[WorkspacePath]) -> None:
        """Collect the definitions that are spelled as the name is, and the files that may hold others."""
        for path in paths:
            if self.deadline.passed:
                return
            self.files += 1
            text = self._text(path)
            spelling = self.name.may_be_in(text)
            if spelling:
                self.candidates.append(path)
            if spelling == "exact":
                self._collect(path, text, exact=True)

    def look_again(self) -> None:
        """Collect what is spelled as the name but for upper and lower case."""
        for path in self.candidates:
            if self.deadline.passed:
                return
            self._collect(path, self._text(path), exact=False)

    def notes(self, *, complete: bool) -> Iterator[str]:
        """What a reader of the hits must know."""
        if self.deadline.passed or self.files >= MAX_FILES or not complete:
            yield f"stopped early, source files looked at: {self.files:,}; narrow the path"
        if self.skipped:
            yield f"left out as too large, not text or too slow to parse: {len(self.skipped):,}"

    def _text(self, path: WorkspacePath) -> str:
        try:
            return self.view.text(path, MAX_FILE, follow=path in self.view.documents)
        except ToolError as error:
            if error.code not in ("ignored", "secret"):
                self.skipped.add(path)
            return ""

    def _collect(self, path: WorkspacePath, text: str, *, exact: bool) -> None:
        parts = (path.folder.name, *path.parts)
        try:
            found = definitions_in(path, text, self.parser)
        except Interrupted:
            self.skipped.add(path)
        else:
            meant = (each for each in found if self.name.means(each, parts, exact=exact))
            self.hits += [(path, each) for each in meant if each.kind != "impl"]


def _listed(view: View, hits: Sequence[tuple[WorkspacePath, Definition]], notes: Sequence[str]) -> ToolText:
    """A line for each hit: path:line: kind qualified name | source line."""
    lines = Lines(MAX_HITS)
    uris: dict[str, None] = {}
    for path, it in sorted(hits, key=lambda hit: rank(hit[1].kind)):
        if not lines.add(f"{view.roots.shown(path)}:{it.line}: {it.kind} {it.qualified} | {it.signature}"):
            notes = [f"{len(hits) - len(lines):,} more are not shown: narrow the path", *notes]
            break
        uris[path.uri] = None
    return ToolText(lines.text(*notes), truncated=lines.full or None, uris=tuple(uris))


def _sources(view: View, walk: Walk, start: str) -> Iterator[WorkspacePath]:
    """The files below a path that are written in a language known here, at most `MAX_FILES`; what is open in the
    editor is among them, also where it was never saved."""
    seen: set[WorkspacePath] = set()
    for place in view.starts(start):
        on_disk = (found.path for found in walk.below(place) if found.kind == "file")
        for path in chain(on_disk, _open_below(view, place.path)):
            if path not in seen and language_of(path.parts[-1]):
                seen.add(path)
                yield path
            if len(seen) >= MAX_FILES:
                return


def _open_below(view: View, folder: WorkspacePath) -> Iterator[WorkspacePath]:
    depth = len(folder.parts)
    return (it for it in view.documents if it.folder == folder.folder and it.parts[:depth] == folder.parts)
