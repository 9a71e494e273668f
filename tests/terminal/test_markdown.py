"""Markdown is cut into blocks as it streams."""

import random

import pytest

from chatls.terminal.markdown import OPEN_CHARACTERS, OPEN_LINES, MarkdownStream, Piece, is_steady

TEXT = """# Title

A paragraph
of two lines.
***bold*** goes on

- one
- two

  still two
- three

1. first
2. second

| a | b |
|---|---|
| 1 | 2 |

```python
def f():

    return 1
```
after the fence
> quote

    code

last
"""
BLOCKS = [
    "# Title",
    "A paragraph\nof two lines.\n***bold*** goes on",
    "- one\n- two\n\n  still two\n- three",
    "1. first\n2. second",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "```python\ndef f():\n\n    return 1\n```",
    "after the fence",
    "> quote",
    "    code",
    "last",
]


def streamed(pieces: list[str]) -> list[Piece]:
    stream = MarkdownStream()
    found = [block for piece in pieces for block in stream.feed(piece)]
    return found + stream.flush()


def test_blocks_are_handed_on_one_by_one() -> None:
    assert [piece.text for piece in streamed([TEXT])] == BLOCKS


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_t106_blocks_do_not_depend_on_how_the_text_is_cut(size: int) -> None:
    assert streamed([TEXT[start : start + size] for start in range(0, len(TEXT), size)]) == streamed([TEXT])


def test_t106_random_cuts_change_nothing() -> None:
    chance = random.Random(1)
    for _ in range(20):
        cuts = sorted(chance.sample(range(len(TEXT)), 30))
        pieces = [TEXT[start:end] for start, end in zip([0, *cuts], [*cuts, len(TEXT)], strict=True)]
        assert streamed(pieces) == streamed([TEXT])


def test_a_block_is_finished_when_the_next_has_begun() -> None:
    stream = MarkdownStream()
    assert stream.feed("one\n\n") == []
    assert stream.open.text.strip() == "one"
    assert stream.feed("two") == []
    assert stream.feed("\n") == [Piece("one")]
    assert stream.open.text.strip() == "two"


def test_nothing_is_lost_of_what_is_cut_and_what_is_open() -> None:
    stream = MarkdownStream()
    seen = ""
    for at, char in enumerate(TEXT, 1):
        seen += "".join(piece.text for piece in stream.feed(char))
        assert (seen + stream.open.text).replace("\n", "") == TEXT[:at].replace("\n", "")


def test_a_long_code_block_goes_on_after_a_cut() -> None:
    lines = [f"line {number}" for number in range(3 * OPEN_LINES)]
    pieces = streamed(["```py\n", *(f"{line}\n" for line in lines), "```\n", "end"])
    fences, (end,) = pieces[:-1], pieces[-1:]
    assert len(fences) > 2
    assert [piece.continues for piece in fences] == [False, *(True for _ in fences[1:])]
    assert (end.text, end.continues) == ("end", False)
    assert all(piece.text.startswith("```py\n") and piece.text.endswith("\n```") for piece in fences)
    assert [line for piece in fences for line in piece.text.split("\n")[1:-1]] == lines


def test_a_long_list_goes_on_between_two_items() -> None:
    items = [f"{number}. item\n   more" for number in range(1, OPEN_LINES)]
    pieces = streamed(["\n".join(items)])
    assert len(pieces) > 1
    assert "\n".join(piece.text for piece in pieces) == "\n".join(items)
    assert all(piece.text[0].isdigit() for piece in pieces)


def test_the_open_block_is_bounded() -> None:
    for kind in ("```\n", "- x\n", ""):
        stream = MarkdownStream()
        stream.feed(kind)
        line = "- x\n" if kind.startswith("-") else "x\n"
        for _ in range(5 * OPEN_LINES // 20):
            stream.feed(20 * line)
            assert stream.open.text.count("\n") <= OPEN_LINES + 20


@pytest.mark.parametrize("opening", ["", "```\n", "- "], ids=["text", "code", "list"])
def test_t106_a_megabyte_without_a_line_break_is_not_kept_open(opening: str) -> None:
    stream = MarkdownStream()
    pieces = [*stream.feed(opening), *(piece for _ in range(1000) for piece in stream.feed("words " * 170))]
    assert len(stream.open.text) < 3 * OPEN_CHARACTERS
    text = "".join(piece.text for piece in [*pieces, *stream.flush()])
    assert text.count("words") == 170_000


def test_t106_a_megabyte_that_comes_at_once_is_cut_too() -> None:
    pieces = streamed(["```\n" + "words and words\n" * 60_000])
    assert max(len(piece.text) for piece in pieces) < 3 * OPEN_CHARACTERS
    assert "".join(piece.text for piece in pieces).count("words and words") == 60_000


def test_only_tables_move_while_they_grow() -> None:
    assert [is_steady(block) for block in BLOCKS].count(False) == 1
    assert not is_steady(BLOCKS[4])
