"""What is printed for good and what is shown below it add up to the conversation."""

import pytest

from chatls.terminal.flow import Flow
from chatls.terminal.markdown import MarkdownStream
from chatls.terminal.rows import Block, Painter, gap
from tests.terminal.test_rows import EVERYTHING, text_of

LONG_CODE = "```python\n" + "".join(f"x{number} = {number}\n" for number in range(60)) + "```"
LONG_TABLE = "| a | b |\n|---|---|\n" + "".join(f"| row {number} | {number} |\n" for number in range(60))
TEXT = f"{EVERYTHING}\n{LONG_CODE}\n\nand\n\n{LONG_TABLE}\nThe end."
HEIGHT = 12


def whole(blocks: list[Block], width: int) -> list[str]:
    """All blocks drawn at once."""
    painter, rows, before = Painter(), list[str](), None
    for block in blocks:
        rows += ([""] if gap(before, block) else []) + painter.rows(block, width)
        before = block
    return rows


class Screen:
    """A flow, what was printed, and what is shown below it."""

    def __init__(self, width: int = 60) -> None:
        self.flow = Flow(Painter(), width)
        self.printed: list[str] = []
        self.shown: list[str] = []
        self.finished: list[Block] = []

    def finish(self, block: Block) -> None:
        self.printed += self.flow.finish(block)
        self.finished.append(block)

    def show(self, *blocks: Block, height: int = HEIGHT) -> None:
        rows, self.shown = self.flow.draw_open(blocks, height)
        self.printed += rows

    def stream(self, text: str, size: int) -> None:
        stream = MarkdownStream()
        for start in range(0, len(text), size):
            for piece in stream.feed(text[start : start + size]):
                self.finish(Block("answer", piece.text, piece.continues))
            self.show(Block("answer", stream.open.text, stream.open.continues))
            assert len(self.shown) <= HEIGHT
        for piece in stream.flush():
            self.finish(Block("answer", piece.text, piece.continues))
        self.show()


@pytest.mark.parametrize("size", [17, 1000])
def test_a_streamed_answer_is_printed_as_if_drawn_at_once(size: int) -> None:
    screen = Screen()
    screen.stream(TEXT, size)
    assert text_of(screen.printed) == text_of(whole(screen.finished, 60))
    assert screen.shown == []


def test_the_upper_rows_of_a_tall_block_are_printed_while_it_grows() -> None:
    screen = Screen()
    screen.show(Block("answer", LONG_CODE))
    assert len(screen.shown) == HEIGHT
    assert text_of(screen.printed + screen.shown) == text_of(whole([Block("answer", LONG_CODE)], 60))


def test_a_tall_table_shows_its_end_and_is_printed_when_it_is_finished() -> None:
    screen = Screen()
    screen.show(Block("answer", LONG_TABLE))
    assert screen.printed == []
    assert screen.shown[0] == "⋮"
    assert "row 59" in screen.shown[-1]
    screen.finish(Block("answer", LONG_TABLE))
    assert text_of(screen.printed) == text_of(whole(screen.finished, 60))


def test_what_interrupts_a_tall_block_waits_for_its_end() -> None:
    screen = Screen()
    screen.show(Block("answer", LONG_CODE))
    assert screen.flow.interject(Block("note", "by the way")) == []
    screen.finish(Block("answer", LONG_CODE))
    assert text_of(screen.printed).endswith("x59 = 59\n\nby the way")


def test_what_interrupts_otherwise_is_printed_at_once() -> None:
    screen = Screen()
    screen.show(Block("answer", "short"))
    assert text_of(screen.flow.interject(Block("note", "by the way"))) == "by the way"


def test_another_width_draws_the_end_of_the_conversation_anew() -> None:
    screen = Screen()
    for number in range(50):
        screen.finish(Block("answer", f"paragraph {number} " + "word " * 30))
    rows = screen.flow.redraw((), 40, 10)
    everything = whole(screen.finished, 40)
    assert 10 <= len(rows) < len(everything)
    assert text_of(rows) == text_of(everything[-len(rows) :])


def test_a_tall_open_block_goes_on_at_another_width() -> None:
    screen = Screen()
    screen.finish(Block("answer", "before"))
    screen.show(Block("answer", LONG_CODE))
    screen.printed = screen.flow.redraw([Block("answer", LONG_CODE)], 30, 10)
    screen.show(Block("answer", LONG_CODE), height=8)
    drawn = text_of(whole([Block("answer", "before"), Block("answer", LONG_CODE)], 30))
    assert drawn.endswith(text_of(screen.printed + screen.shown))
    assert len(screen.printed) + len(screen.shown) <= 2 * 10 + 1


def test_a_conversation_that_fits_is_redrawn_whole() -> None:
    screen = Screen()
    screen.finish(Block("user", "hi"))
    screen.finish(Block("answer", "hello"))
    assert text_of(screen.flow.redraw([Block("answer", "open")], 100, 30)) == "› hi\n\nhello"
