"""The tools find_symbol and outline_file: where something is defined, and what a file defines.

Definitions come from `symbols_parse.py`; files are read through the workspace's view alone. Made by `cli.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import Editor, ToolRun
from chatls.tools.base import AnyTool, Arguments, Tool, ToolError
from chatls.tools.output import Lines
from chatls.tools.paths import Roots
from chatls.tools.places import WorkspacePath
from chatls.tools.symbols_match import Wanted, rank, wanted
from chatls.tools.symbols_parse import Definition, Interrupted, definitions, language_of
from chatls.tools.view import View
from chatls.tools.walk import Walk
from chatls.tools.work import Deadline, in_thread

MAX_FILE = 1024 * 1024
"""Bytes of a source that is read; larger ones are generated, most often."""
MAX_FILES = 20_000
"""Sources looked at in one search."""
MAX_HITS = 200
"""Definitions that one search shows."""
MAX_LINES = 2_000
"""Definitions that one outline shows."""
SEARCH_SECONDS = 10.0
FILE_SECONDS = 2.0
"""A source of 1 MiB takes a quarter of a second; one made to be slow must not use up the search's time."""

_LANGUAGES = "Python, TypeScript, JavaScript, Go, Rust, Lua and C"


class FindSymbol(Arguments):
    name: str = Field(description="The name, alone or qualified: `run`, `Session.run`, `module::run`.", max_length=300)
    path: str = Field(default=".", description="Folder or file to look in; the whole workspace by default.")


class OutlineFile(Arguments):
    path: str = Field(description="Path of a source file.")


def symbol_tools(roots: Roots, editor: Editor) -> list[AnyTool]:
    """The tools that know definitions, over these workspace folders."""

    async def find_symbol(arguments: FindSymbol, _: ToolRun) -> ToolText:
        view = View(roots, editor)
        return await in_thread(SEARCH_SECONDS, lambda deadline: _find(view, arguments, deadline))

    async def outline_file(arguments: OutlineFile, _: ToolRun) -> ToolText:
        view = View(roots, editor)
        return await in_thread(SEARCH_SECONDS, lambda deadline: _outline(view, arguments, deadline))

    return [
        Tool(
            "find_symbol",
            "Find where a function, class, method, type, constant, macro or field is defined, by its name. Knows "
            f"{_LANGUAGES}. Gives a line for each definition: path:line: kind name | its source line.",
            "search",
            FindSymbol,
            lambda arguments: f"Find the definition of {arguments.name}",
            find_symbol,
        ),
        Tool(
            "outline_file",
            f"List what a source file defines, with line numbers, nested as in the file. Knows {_LANGUAGES}.",
            "read",
            OutlineFile,
            lambda arguments: f"Outline {arguments.path}",
            outline_file,
        ),
    ]


@dataclass(slots=True)
class _Search:
    """One search under way: what was found, which files hold the name at all, and what could not be looked at."""

    view: View
    name: Wanted
    deadline: Deadline
    hits: list[tuple[WorkspacePath, Definition]] = field(default_factory=list[tuple[WorkspacePath, Definition]])
    candidates: list[WorkspacePath] = field(default_factory=list[WorkspacePath])
    files: int = 0
    skipped: int = 0

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
            yield f"stopped early, after {self.files:,} source files: narrow the path"
        if self.skipped:
            yield f"{self.skipped:,} files were left out: too large, not text, or too slow to parse"

    def _text(self, path: WorkspacePath) -> str:
        try:
            return self.view.text(path, MAX_FILE, follow=False)
        except ToolError:
            self.skipped += 1
            return ""

    def _collect(self, path: WorkspacePath, text: str, *, exact: bool) -> None:
        parts = (path.folder.name, *path.parts)
        try:
            found = _definitions(path, text, self.deadline)
        except Interrupted:
            self.skipped += 1
        else:
            meant = (each for each in found if self.name.means(each, parts, exact=exact))
            self.hits += [(path, each) for each in meant if each.kind != "impl"]


def _find(view: View, arguments: FindSymbol, deadline: Deadline) -> ToolText:
    name = wanted(arguments.name)
    if name is None:
        raise ToolError("invalid_arguments", "name: give the name of a definition, such as `run` or `Session.run`.")
    walk, search = Walk(view, deadline), _Search(view, name, deadline)
    search.look(_sources(view, walk, arguments.path))
    exact = bool(search.hits)
    if not exact:
        search.look_again()
    notes = list(search.notes(complete=walk.complete))
    if not search.hits:
        notes.insert(0, f"{search.files:,} source files were looked at; known are {_LANGUAGES}")
        return ToolText("\n".join([f"No definition of {arguments.name} found.", *(f"[{note}]" for note in notes)]))
    if not exact:
        notes.insert(0, f"nothing is spelled exactly {arguments.name}; these differ in upper and lower case")
    return _listed(view, search.hits, notes)


def _listed(view: View, hits: Sequence[tuple[WorkspacePath, Definition]], notes: Sequence[str]) -> ToolText:
    """A line for each hit: path:line: kind qualified name | source line."""
    lines = Lines(MAX_HITS)
    uris: dict[str, None] = {}
    for path, it in sorted(hits, key=lambda hit: rank(hit[1])):
        if not lines.add(f"{view.roots.shown(path)}:{it.line}: {it.kind} {it.qualified} | {it.signature}"):
            notes = [f"{len(hits) - len(lines):,} more are not shown: narrow the path", *notes]
            break
        uris[path.uri] = None
    return ToolText(lines.text(*notes), truncated=lines.full or None, uris=tuple(uris))


def _outline(view: View, arguments: OutlineFile, deadline: Deadline) -> ToolText:
    path = view.roots.resolve(arguments.path)
    name = view.roots.shown(path)
    if language_of(path.parts[-1] if path.parts else "") is None:
        raise ToolError("unsupported_language", f"{name} has no outline: only {_LANGUAGES} do. Use read_file.")
    try:
        found = _definitions(path, view.text(path, MAX_FILE), deadline)
    except Interrupted:
        raise ToolError("timeout", f"{name} takes too long to parse. Use read_file.") from None
    lines = Lines(MAX_LINES)
    for it in found:
        lines.add(f"{it.line}: {'  ' * it.depth}{it.kind} {it.label}")
    notes = [f"{len(found) - len(lines):,} more are not shown"] if lines.full else []
    text = lines.text(*notes) if lines else f"{name} defines nothing."
    return ToolText(text, truncated=lines.full or None, uris=(path.uri,))


def _sources(view: View, walk: Walk, start: str) -> Iterator[WorkspacePath]:
    """The files below a path that are written in a language known here, at most `MAX_FILES`."""
    left = MAX_FILES
    for place in view.starts(start):
        for found in walk.below(place):
            if found.kind == "file" and language_of(found.path.parts[-1]):
                yield found.path
                left -= 1
                if not left:
                    return


def _definitions(path: WorkspacePath, text: str, deadline: Deadline) -> list[Definition]:
    """The definitions of a source.

    Raises:
        Interrupted: parsing took too long.
    """
    language = language_of(path.parts[-1])
    assert language is not None
    own = Deadline(FILE_SECONDS)
    return definitions(text.encode("utf-8", "replace"), language, lambda: own.passed or deadline.passed)
