"""Offsets and positions: lines as the specification counts them, characters in each of its encodings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.lsp.positions import Positions, split_lines

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
TEXTS = st.text(alphabet="ab\r\n\u2028\x85\x0céñ漢😀\ud800", max_size=20)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("a", ("a",)),
        ("a\n", ("a\n",)),
        ("a\r\nb\rc\nd", ("a\r\n", "b\r", "c\n", "d")),
        ("\n\n", ("\n", "\n")),
        ("\r\r\n", ("\r", "\r\n")),
        ("a\u2028b\u2029c\x0bd\x0ce\x1cf\x85g", ("a\u2028b\u2029c\x0bd\x0ce\x1cf\x85g",)),
    ],
)
def test_a_line_ends_at_cr_lf_and_crlf_and_nowhere_else(text: str, lines: tuple[str, ...]) -> None:
    assert split_lines(text) == lines


@given(TEXTS)
def test_the_lines_of_a_text_are_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 7), ("utf-16", 5), ("utf-32", 4)])
def test_characters_are_counted_in_the_units_of_the_encoding(encoding: str, character: int) -> None:
    positions = Positions('\nx="😋"', encoding)
    assert positions.of(5) == (1, character)
    assert positions.offset(1, character) == 5


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXTS)
def test_every_offset_has_a_position_that_leads_back_to_it(encoding: str, text: str) -> None:
    positions = Positions(text, encoding)
    inside = {at for at in range(1, len(text)) if text[at - 1 : at + 1] == "\r\n"}
    for offset in range(len(text) + 1):
        if offset not in inside:
            assert positions.offset(*positions.of(offset)) == offset


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("line", "character", "offset"),
    [(0, 99, 2), (1, 99, 5), (2, 99, 6), (3, 0, 6), (2**31 - 1, 2**31 - 1, 6)],
    ids=["behind CRLF", "behind LF", "behind the last line", "one line further", "far behind"],
)
def test_what_lies_beyond_a_line_or_the_text_is_its_end(encoding: str, line: int, character: int, offset: int) -> None:
    assert Positions("ab\r\nc\nd"[:4] + "é" + "\n", encoding).offset(line, character) == offset


@pytest.mark.parametrize(("encoding", "inside"), [("utf-8", [2, 3, 4]), ("utf-16", [2])])
def test_a_position_inside_a_character_is_its_beginning(encoding: str, inside: list[int]) -> None:
    positions = Positions("a😀b", encoding)
    assert [positions.offset(0, character) for character in inside] == [1] * len(inside)
