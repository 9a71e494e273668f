"""The tool `list_directory`: what a folder holds, some levels deep."""

from collections.abc import Iterator

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import Editor, ToolRun
from chatls.tools.base import Arguments, Tool, ToolError
from chatls.tools.guard.beneath import Entry
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath, printable
from chatls.tools.output import Lines
from chatls.tools.reading.view import View
from chatls.tools.work import Deadline, in_thread

SECONDS = 2.0
MAX_LINES = 1_000
"""Entries shown."""
MAX_ENTRIES = 10_000
"""Entries looked at in one folder."""

_KINDS = {"link": "  (symbolic link)", "other": "  (not a regular file)"}


class ListDirectory(Arguments):
    path: str = Field(".", description="Folder in the workspace; without it the workspace itself.")
    depth: int = Field(1, ge=1, le=3, description="How many levels to show.")


def list_directory(roots: Roots, editor: Editor) -> Tool[ListDirectory]:
    """The tool over these folders."""

    async def run(arguments: ListDirectory, _run: ToolRun) -> ToolText:
        view = View(roots, editor)
        return await in_thread(SECONDS, lambda deadline: listed(view, arguments.path, arguments.depth, deadline))

    return Tool(
        name="list_directory",
        description=(
            "List what a folder of the workspace holds, with the sizes of files; folders end with a slash. "
            "Use it to get to know a project; ignored files are left out. To find a file by its name use find_files."
        ),
        kind="read",
        arguments=ListDirectory,
        title=lambda arguments: f"List {arguments.path}",
        run=run,
    )


def listed(view: View, path: str, depth: int, deadline: Deadline, *, ignored: bool = False) -> ToolText:
    """The listing of a folder; `ignored=True` also lists one that `.gitignore` names.

    Raises:
        ToolError: it is not there, not a folder, outside or ignored.
    """
    starts = [found.path for found in view.starts(path, ignored=ignored)]
    lines = Lines(MAX_LINES)
    for start in starts:
        entries, _ = view.roots.scan(start, MAX_ENTRIES, sizes=True)
        if len(starts) > 1:
            lines.add(f"{start.folder.name}/")
        for line in _lines(view, start, entries, depth, deadline, indent="  " if len(starts) > 1 else ""):
            if not lines.add(line):
                break
    notes = [f"cut after {len(lines):,} entries: list a folder further down"] if lines.full else []
    if deadline.passed:
        notes.append("not complete: it took too long")
    text = lines.text(*(notes or (["empty folder"] if not lines else [])))
    return ToolText(text, truncated=bool(notes) or None, uris=tuple(start.uri for start in starts))


def _lines(
    view: View, folder: WorkspacePath, entries: list[Entry], depth: int, deadline: Deadline, *, indent: str
) -> Iterator[str]:
    for entry in entries:
        inside = entry.kind == "folder"
        if deadline.passed or view.rules.hides(folder, entry.name, folder=inside):
            continue
        yield indent + printable((entry.name,)) + _told(entry)
        if inside and depth > 1:
            below = _entries(view, folder / entry.name)
            yield from _lines(view, folder / entry.name, below, depth - 1, deadline, indent=indent + "  ")


def _entries(view: View, folder: WorkspacePath) -> list[Entry]:
    try:
        return view.roots.scan(folder, MAX_ENTRIES, sizes=True, follow=False)[0]
    except ToolError:  # gone or unreadable since it was named
        return []


def _told(entry: Entry) -> str:
    if entry.kind == "folder":
        return "/"
    return f"  ({entry.size:,} bytes)" if entry.size is not None else _KINDS.get(entry.kind, "")
