"""The tool `find_files`: files by a glob or a part of their name."""

from collections.abc import Iterator

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import Editor, ToolRun
from chatls.tools.base import Arguments, Tool, ToolError
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.output import Lines
from chatls.tools.reading.globs import Filter, named
from chatls.tools.reading.view import Found, View
from chatls.tools.reading.walk import Walk
from chatls.tools.work import Deadline, in_thread

SECONDS = 2.0
MAX_LINES = 500
"""Files shown."""


class FindFiles(Arguments):
    pattern: str = Field(description="A glob (**/*.py, src/*.{ts,tsx}), or a part of the name.")
    path: str = Field(".", description="Folder to look in; without it the whole workspace.")


def find_files(roots: Roots, editor: Editor) -> Tool[FindFiles]:
    """The tool over these folders."""

    async def run(arguments: FindFiles, _run: ToolRun) -> ToolText:
        view = View(roots, editor)
        return await in_thread(SECONDS, lambda deadline: _find(view, arguments, deadline))

    return Tool(
        name="find_files",
        description=(
            "Find files of the workspace by a glob such as **/*.py, or by a part of their name; case does not count. "
            "Use it when you know how a file is called but not where it is; ignored files are left out, at most "
            f"{MAX_LINES} are shown."
        ),
        kind="search",
        arguments=FindFiles,
        title=lambda arguments: f"Find files {arguments.pattern}",
        run=run,
    )


def _find(view: View, arguments: FindFiles, deadline: Deadline) -> ToolText:
    wanted = named(arguments.pattern)
    walk = Walk(view, deadline)
    lines = Lines(MAX_LINES)
    uris: list[str] = []
    more = 0
    for start in view.starts(arguments.path):
        for path in _matching(view, walk, start, wanted):
            if lines.add(view.roots.shown(path)):
                uris.append(path.uri)
            else:
                more += 1
    notes = [f"{more:,} more are not shown: narrow the pattern or the path"] if more else []
    if not walk.complete:
        notes.append("not the whole workspace was looked at: it is too large, narrow the path")
    text = lines.text(*notes) if lines else "\n".join(["No files found.", *(f"[{note}]" for note in notes)])
    return ToolText(text, truncated=bool(notes) or None, uris=tuple(uris))


def _matching(view: View, walk: Walk, start: Found, wanted: Filter) -> Iterator[WorkspacePath]:
    """Files below a start; links if they lead to a file of the workspace."""
    for found in walk.below(start):
        if wanted(view.names(found.path, start)) and _is_file(view, found):
            yield found.path


def _is_file(view: View, found: Found) -> bool:
    if found.kind != "link":
        return found.kind == "file"
    try:
        with view.open(found.path):
            return True
    except ToolError:
        return False
