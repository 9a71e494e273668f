"""The tools find_symbol and outline_file: where something is defined, and what a file defines.

Definitions come from `tools/symbols/parse.py`, searched for by `tools/symbols/search.py`; files are read through the
workspace's view alone. Called by `rooms.py`.
"""

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import Editor, ToolRun
from chatls.tools.base import AnyTool, Arguments, Tool, ToolError
from chatls.tools.guard.paths import Roots
from chatls.tools.output import Lines
from chatls.tools.reading.view import View
from chatls.tools.symbols.match import wanted
from chatls.tools.symbols.parse import LANGUAGES, language_of
from chatls.tools.symbols.process import Interrupted, ParserProcess
from chatls.tools.symbols.search import MAX_FILE, definitions_in, find
from chatls.tools.work import Deadline, in_thread

MAX_LINES = 2_000
"""Definitions that one outline shows."""
SECONDS = 10.0


class FindSymbol(Arguments):
    name: str = Field(description="The name, alone or qualified: `run`, `Session.run`, `module::run`.", max_length=300)
    path: str = Field(default=".", description="Folder or file to look in; the whole workspace by default.")


class OutlineFile(Arguments):
    path: str = Field(description="Path of a source file.")


def symbol_tools(roots: Roots, editor: Editor) -> list[AnyTool]:
    """The tools that know definitions, over these workspace folders."""

    async def find_symbol(arguments: FindSymbol, _: ToolRun) -> ToolText:
        view = View(roots, editor)
        return await in_thread(SECONDS, lambda deadline: _find(view, arguments, deadline))

    async def outline_file(arguments: OutlineFile, _: ToolRun) -> ToolText:
        view = View(roots, editor)
        return await in_thread(SECONDS, lambda deadline: _outline(view, arguments, deadline))

    return [
        Tool(
            "find_symbol",
            "Find where a function, class, method, type, constant, macro or field is defined, by its name. Knows "
            f"{LANGUAGES}. Gives a line for each definition: path:line: kind name | its source line.",
            "search",
            FindSymbol,
            lambda arguments: f"Find the definition of {arguments.name}",
            find_symbol,
        ),
        Tool(
            "outline_file",
            f"List what a source file defines, with line numbers, nested as in the file. Knows {LANGUAGES}.",
            "read",
            OutlineFile,
            lambda arguments: f"Outline {arguments.path}",
            outline_file,
        ),
    ]


def _find(view: View, arguments: FindSymbol, deadline: Deadline) -> ToolText:
    name = wanted(arguments.name)
    if name is None:
        raise ToolError("invalid_arguments", "name: give the name of a definition, such as `run` or `Session.run`.")
    return find(view, name, arguments.name, arguments.path, deadline)


def _outline(view: View, arguments: OutlineFile, deadline: Deadline) -> ToolText:
    path = view.roots.resolve(arguments.path)
    name = view.roots.shown(path)
    if language_of(path.parts[-1] if path.parts else "") is None:
        raise ToolError("unsupported_language", f"{name} has no outline: only {LANGUAGES} do. Use read_file.")
    text = view.text(path, MAX_FILE)
    try:
        with ParserProcess(deadline) as parser:
            found = definitions_in(path, text, parser)
    except Interrupted:
        raise ToolError("timeout", f"{name} takes too much to parse. Use read_file.") from None
    lines = Lines(MAX_LINES)
    for it in found:
        lines.add(f"{it.line}: {'  ' * it.depth}{it.kind} {it.label}")
    notes = [f"{len(found) - len(lines):,} more are not shown"] if lines.full else []
    text = lines.text(*notes) if lines else f"{name} defines nothing."
    return ToolText(text, truncated=lines.full or None, uris=(path.uri,))
