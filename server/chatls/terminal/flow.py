"""What of the conversation stands in the scrollback for good, and what is still drawn anew below it.

Finished blocks are printed once. Only the open ones are redrawn, and they never take more rows than they are given:
the upper rows of one that grows beyond are printed too, as they will not change any more. Pure: blocks in, rows out.
Called by `screen.py`.
"""

from collections import deque
from collections.abc import Sequence

from chatls.terminal.markdown import is_steady
from chatls.terminal.rows import Block, Painter, gap

REMEMBERED = 400
"""Finished blocks that can be drawn again when the terminal's width changes: more than a screen holds."""


class Flow:
    """The rows of one conversation."""

    def __init__(self, painter: Painter, width: int) -> None:
        self._painter = painter
        self._width = width
        self._finished: deque[Block] = deque(maxlen=REMEMBERED)
        self._printed = 0
        self._held: list[Block] = []

    def finish(self, block: Block) -> list[str]:
        """The rows to print for a block that is finished. The first open one is the first to be finished."""
        rows = self._rows(self._last, block)[self._printed :]
        self._finished.append(block)
        self._printed = 0
        held, self._held = self._held, []
        return rows + [row for waiting in held for row in self.finish(waiting)]

    def interject(self, block: Block) -> list[str]:
        """The rows to print for a finished block that no open one became; none yet, if one is printed in part."""
        if self._printed:
            self._held.append(block)
            return []
        return self.finish(block)

    def draw_open(self, blocks: Sequence[Block], height: int) -> tuple[list[str], list[str]]:
        """The rows to print now and the rows, at most `height`, to show below them."""
        first, rest = self._drawn(blocks)
        before = self._printed
        if _is_steady(blocks):
            # The last row stays: it still grows.
            self._printed = max(before, min(len(first) + len(rest) - height, len(first) - 1))
        shown = [*first, *rest][self._printed :]
        if len(shown) > height:
            shown = ["⋮", *shown[len(shown) - height + 1 :]]
        return first[before : self._printed], shown

    def redraw(self, blocks: Sequence[Block], width: int, height: int) -> list[str]:
        """The rows to print on a screen of another width: the end of what is finished; `blocks` are the open ones."""
        # What a narrower screen pushes off was on the screen before: it is printed again, so that none is lost.
        wanted = height * max(1, -(-self._width // max(width, 1)))
        self._width, self._printed = width, 0
        if _is_steady(blocks):
            first, rest = self._drawn(blocks)
            wanted -= len(first) + len(rest)
            self._printed = max(min(-wanted, len(first) - 1), 0)
        return self._tail(wanted)

    def _tail(self, wanted: int) -> list[str]:
        """The last rows of what is finished, as many as wanted."""
        rows: list[str] = []
        blocks = list(self._finished)
        while blocks and len(rows) < wanted:
            block = blocks.pop()
            rows[:0] = self._rows(blocks[-1] if blocks else None, block)
        return rows[-wanted:] if wanted > 0 else []

    def _drawn(self, blocks: Sequence[Block]) -> tuple[list[str], list[str]]:
        """The rows of the first open block, which may be printed already in part, and of the others."""
        drawn = [self._rows(before, block) for before, block in zip((self._last, *blocks), blocks, strict=False)]
        return (drawn[0] if drawn else []), [row for rows in drawn[1:] for row in rows]

    @property
    def _last(self) -> Block | None:
        return self._finished[-1] if self._finished else None

    def _rows(self, before: Block | None, block: Block) -> list[str]:
        rows = self._painter.rows(block, self._width)
        return ["", *rows] if rows and gap(before, block) else rows


def _is_steady(blocks: Sequence[Block]) -> bool:
    """Whether the upper rows of the first open block will stay as they are."""
    return bool(blocks) and blocks[0].kind == "answer" and is_steady(blocks[0].text)
