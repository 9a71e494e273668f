"""What is shown, as blocks, and each block as rows of a terminal of a certain width.

A block is drawn anew when the width changes, so it keeps what it is and not how it looked. Drawing is pure: block and
width in, rows with colours out. The last gate before the terminal: every row is cleaned of control characters here,
whatever drew it. Called by `flow.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.text import Text
from rich.theme import Theme

from chatls.terminal.diffs import LineKind, kinds
from chatls.terminal.markdown import ChatMarkdown
from chatls.terminal.sanitize import clean, visible

Kind = Literal["answer", "user", "thinking", "tool", "output", "diff", "note", "error", "plain"]

_STYLES: dict[Kind, str] = {"thinking": "dim italic", "note": "dim", "error": "red"}
_DIFF_STYLES: dict[LineKind, str] = {"file": "bold", "hunk": "cyan", "added": "green", "removed": "red", "same": ""}
_COLOUR_SYSTEMS = {
    "standard": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
    "windows": ColorSystem.WINDOWS,
}
_THEME = Theme({"markdown.h1": "bold underline", "markdown.code": "cyan", "markdown.link": "blue"})
_TIGHT: frozenset[Kind] = frozenset(("tool", "output", "diff", "note", "error"))
"""No empty row between two of these."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the conversation, finished or not. `text` is as it came: cleaned only when it is drawn."""

    kind: Kind
    text: str
    continues: bool = False
    """Goes on where the block before it was cut: no empty row between them."""


class Painter:
    """Draws blocks for one terminal; with how many colours, rich finds out (TERM, COLORTERM, NO_COLOR)."""

    def __init__(self) -> None:
        self._console = Console(theme=_THEME, force_terminal=True)
        self._colours = _COLOUR_SYSTEMS.get(self._console.color_system or "")

    def rows(self, block: Block, width: int) -> list[str]:
        """The rows of a block, each at most `width` cells wide, with colours as escape sequences."""
        options = self._console.options.update(width=width, height=None)
        lines = self._console.render_lines(_drawn(block), options, pad=False)
        rows = [self._row(line) for line in lines]
        filled = [index for index, row in enumerate(rows) if row]
        return rows[filled[0] : filled[-1] + 1] if filled else []

    def _row(self, line: Iterable[Segment]) -> str:
        if self._console.no_color:
            line = Segment.remove_color(line)
        segments = [segment for segment in line if not segment.control]
        while segments and not segments[-1].text.strip(" ") and not _painted(segments[-1]):
            segments.pop()
        if segments and not _painted(segments[-1]):
            segments[-1] = Segment(segments[-1].text.rstrip(" "), segments[-1].style)
        return "".join(self._coloured(segment) for segment in segments)

    def _coloured(self, segment: Segment) -> str:
        text = clean(segment.text).replace("\n", " ").replace("\t", " ")
        return segment.style.render(text, color_system=self._colours) if segment.style else text


def gap(before: Block | None, block: Block) -> bool:
    """Whether an empty row stands between two neighbours."""
    if before is None or block.continues:
        return False
    return not (before.kind in _TIGHT and block.kind in _TIGHT)


def _painted(segment: Segment) -> bool:
    """Whether even a space of it is visible."""
    style = segment.style
    if style is None:
        return False
    background = style.bgcolor is not None and not style.bgcolor.is_default
    return background or bool(style.underline) or bool(style.reverse)


def _drawn(block: Block) -> RenderableType:
    text = clean(block.text)
    if block.kind == "answer":
        return ChatMarkdown(text)
    if block.kind == "user":
        return Text.assemble(("› ", "bold cyan"), (text.replace("\n", "\n  "), "bold"))
    if block.kind == "diff":
        return _diff(visible(block.text))
    if block.kind == "output":
        return Text(text, style="dim", no_wrap=True, overflow="ellipsis")
    return Text(text, style=_STYLES.get(block.kind, ""))


def _diff(text: str) -> Text:
    drawn = Text()
    for kind, line in kinds(text.split("\n")):
        drawn.append(f"  {line}\n", _DIFF_STYLES[kind])
    return drawn
