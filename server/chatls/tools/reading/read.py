"""The tool `read_file`: a window of a file's lines, numbered.

However large the file is, no more of it is held than one piece and what is shown. What `.gitignore` names is read only
where the user allows it.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import Editor, ToolRun
from chatls.tools.approval.decision import Action, Offer
from chatls.tools.approval.gate import Gate
from chatls.tools.base import Arguments, Tool, ToolError
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.output import ROOM, Lines
from chatls.tools.reading.view import View
from chatls.tools.work import Deadline, in_thread

SECONDS = 2.0
"""Time to reach the first line asked for."""
LIMIT = 30.0
"""Seconds after which reading is given up; a question to the user may take longer."""
COUNTED = 8 * 1024 * 1024
"""Characters read on behind the window, to say how many lines there are."""


T = TypeVar("T")


class ReadFile(Arguments):
    path: str = Field(description="Path in the workspace, as the other tools show it.")
    start_line: int = Field(1, ge=1, description="First line, counted from 1.")
    line_count: int | None = Field(None, ge=1, description="How many lines; without it as many as fit.")


def read_file(roots: Roots, editor: Editor, gate: Gate | None = None) -> Tool[ReadFile]:
    """The tool over these folders. Without a gate there is nobody to ask, and ignored files are refused."""

    async def run(arguments: ReadFile, run: ToolRun) -> ToolText:
        try:
            return await _timed(View(roots, editor), lambda view, deadline: _read(view, arguments, deadline))
        except ToolError as error:
            if gate is None or error.code != "ignored":
                raise
        place = await _timed(View(roots, editor), lambda view, _: _ignored(view, arguments.path))
        await gate.permit(_action(place, roots.shown(place)), run)
        return await _timed(View(roots, editor), lambda view, deadline: _read(view, arguments, deadline, place))

    return Tool(
        name="read_file",
        description=(
            "Read a text file of the workspace, every line with its number, unsaved changes of the editor included. "
            "At most 32 KB are shown at a time; for more, go on with start_line as the last line says."
        ),
        kind="read",
        arguments=ReadFile,
        title=lambda arguments: (
            f"Read {arguments.path}" + (f" from line {arguments.start_line}" if arguments.start_line > 1 else "")
        ),
        run=run,
        time_limit=None,
    )


async def _timed(view: View, work: Callable[[View, Deadline], T]) -> T:
    try:
        async with asyncio.timeout(LIMIT):
            return await in_thread(SECONDS, lambda deadline: work(view, deadline))
    except TimeoutError:
        raise ToolError("timeout", f"The file could not be read within {LIMIT:g} s.") from None


def _ignored(view: View, path: str) -> WorkspacePath:
    """Where a file really is that is ignored.

    Raises:
        ToolError: it is Git's own, or cannot be read for another reason.
    """
    with view.open(view.roots.resolve(path), ignored=True) as content:
        return content.path


def _action(place: WorkspacePath, name: str) -> Action:
    """Reading just this file. The key is its URI: a path alone could mean a file of another workspace folder."""
    key = place.uri
    return Action(
        tool="read_file",
        kind="read",
        title=f"Read {name}",
        detail=f"{name} is ignored by a .gitignore, so it may be private. The model would see its text.",
        keys=(key,),
        offers=(
            Offer("allow_session", key, f"Allow reading {name} in this session"),
            Offer("allow_always", key, f"Always allow reading {name} in this workspace"),
        ),
    )


def _read(view: View, arguments: ReadFile, deadline: Deadline, allowed: WorkspacePath | None = None) -> ToolText:
    """The window asked for; of an ignored file only of the place that was `allowed`."""
    path = allowed or view.roots.resolve(arguments.path)
    with view.open(path, follow=allowed is None, ignored=allowed is not None) as content:
        uris = (content.path.uri,)
        if content.encoding is None:
            return ToolText(f"[binary file, {content.size:,} bytes]", uris=uris)
        window = _window(content.pieces, arguments.start_line, arguments.line_count, deadline)
        if not window.lines and window.total != 0:
            raise _nothing_there(view.roots.shown(content.path), arguments.start_line, window.total)
        notes = (*content.notes, *(["the file changed while it was read"] if content.changed else []))
        head = f"[{'; '.join(notes)}]\n" if notes else ""
        text = head + window.lines.text(*_told(window, arguments.start_line, content.size))
        return ToolText(text, truncated=window.lines.full or None, uris=uris)


@dataclass(frozen=True, slots=True)
class _Window:
    """Numbered lines; `total` is how many the file has, None where its end was not reached."""

    lines: Lines
    total: int | None
    cut: bool


class _Source:
    """Pieces of text while there is time and `left` is not used up; else it ends with `complete` false."""

    def __init__(self, pieces: Iterable[str], deadline: Deadline) -> None:
        self.left: float = float("inf")
        self.complete = True
        self._pieces = pieces
        self._deadline = deadline

    def __iter__(self) -> Iterator[str]:
        for piece in self._pieces:
            yield piece
            self.left -= len(piece)
            if self.left <= 0 or self._deadline.passed:
                self.complete = False
                return


def _window(pieces: Iterable[str], start: int, count: int | None, deadline: Deadline) -> _Window:
    source = _Source(pieces, deadline)
    lines = _lines(source)
    seen = sum(1 for _ in islice(lines, start - 1))
    source.left = COUNTED
    shown = Lines()
    cut = False
    for line in islice(lines, count):
        seen += 1
        if not shown.add(f"{seen}\t{line}"):
            cut = not shown
            if cut:
                shown.add_part(f"{seen}\t{line}")
            break
    seen += sum(1 for _ in lines)
    return _Window(shown, seen if source.complete else None, cut)


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """The lines of pieces of text; of a line that no result has room for, the beginning."""
    rest = ""
    for piece in pieces:
        first, *more = piece.split("\n")
        rest = (rest + first)[:ROOM]
        for line in more:
            yield rest
            rest = line
    if rest:
        yield rest


def _nothing_there(name: str, start: int, total: int | None) -> ToolError:
    if total is None:
        return ToolError("timeout", f"Line {start:,} lies too far into {name} to be reached in {SECONDS:g} s.")
    return ToolError("invalid_arguments", f"{name} has {total:,} lines; start_line must not be greater.")


def _told(window: _Window, start: int, size: int) -> Iterator[str]:
    """What is said below the lines: how far they go, and how to go on."""
    last = start + len(window.lines) - 1
    if window.total == 0:
        yield "the file is empty"
    elif window.total is None:
        yield f"lines {start}-{last} shown of a file of {size:,} bytes; go on with start_line {last + 1}"
    elif last < window.total:
        yield f"lines {start}-{last} of {window.total} shown; go on with start_line {last + 1}"
    if window.cut:
        yield f"line {start} is cut: search_text finds what stands further on in it"
