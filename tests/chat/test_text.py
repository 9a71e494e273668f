"""Text that grows by pieces is their sum, and text that is too long, or cannot be sent, is made fit."""

import pytest

from chatls.chat.text import JOINED, GrowingText, clean, one_line, shortened


@pytest.mark.parametrize("count", [0, 1, JOINED - 1, JOINED, JOINED + 1, 3 * JOINED])
def test_the_text_is_all_its_pieces_in_order(count: int) -> None:
    text = GrowingText()
    for number in range(count):
        text.append(f"{number},")
    assert str(text) == "".join(f"{number}," for number in range(count))
    assert bool(text) == (count > 0)


def test_nothing_added_is_nothing() -> None:
    text = GrowingText()
    text.append("")
    assert not text
    assert str(text) == ""


def test_a_lone_surrogate_becomes_a_replacement_character_and_a_pair_its_character() -> None:
    assert clean("a\ud83db \ud83d\ude00 é") == "a\ufffdb 😀 é"


@pytest.mark.parametrize("text", ["", "x" * 100, "é" * 50])
def test_what_fits_is_not_cut(text: str) -> None:
    assert shortened(text, 100) is text


def test_what_is_too_long_keeps_its_beginning_and_says_so() -> None:
    cut = shortened("é" * 60, 100)
    assert len(cut.encode()) <= 100
    assert cut.startswith("éééé")
    assert cut.endswith("\n[cut: 100 of 120 bytes shown]")


def test_one_line_is_one_line_and_no_longer_than_asked_for() -> None:
    assert one_line(" a\n b\tc ", 10) == "a b c"
    assert one_line("abcdef", 4) == "abc…"
