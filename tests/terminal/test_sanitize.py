"""Text of models and tools cannot act on a terminal, however it is cut."""

import pytest

from chatls.terminal.sanitize import clean, one_line, shortened, visible, visible_line

ATTACKS = [
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J",
    "\x1b]8;;http://evil\x07x",
    "\x9b2J",
    "\x1bP…\x1b\\",
    "\x07",
    "ab\x08\x08cd",
    "good\rEVIL",
    "\x7f\x85\x90",
]


def is_harmless(text: str) -> bool:
    return all(char in "\n\t" or not (ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0) for char in text)


@pytest.mark.parametrize("attack", ATTACKS, ids=repr)
def test_t98_no_control_character_is_left(attack: str) -> None:
    assert is_harmless(clean(attack))


@pytest.mark.parametrize("attack", ATTACKS, ids=repr)
def test_t98_a_cut_anywhere_changes_nothing(attack: str) -> None:
    for cut in range(len(attack) + 1):
        assert clean(attack[:cut]) + clean(attack[cut:]) == clean(attack)


def test_escape_sequences_are_shown_instead_of_obeyed() -> None:
    assert clean("a\x1b[2Jb\x9bc") == "a\\x1b[2Jb\\x9bc"


def test_text_around_a_carriage_return_stays() -> None:
    assert clean("one\r\ntwo\rthree") == "one\ntwothree"


def test_words_in_any_script_line_breaks_and_tabs_stay() -> None:
    text = "für\n\t日本 🔧👩‍💻 é ✅"
    assert clean(text) == text


def test_direction_characters_are_spelled_out() -> None:
    assert clean("a\u202eb\u2066c\u2028d") == "a\\u{202e}b\\u{2066}c\\u{2028}d"


def test_one_line_shows_line_breaks_and_cuts_the_end() -> None:
    assert one_line("  a\nb  ") == "a ⏎ b"
    assert one_line("x" * 20, 10) == "x" * 9 + "…"


def test_t104_what_is_decided_about_hides_nothing() -> None:
    assert visible("a\u202e\u200b\U000e0041\u3164b\r\n\tc") == "a\\u{202e}\\u{200b}\\u{e0041}\\u{3164}b\\x0d\n    c"


def test_t104_a_long_line_shows_its_head_and_its_tail() -> None:
    line = shortened("ls" + " " * 10_000 + ";curl evil")
    assert line.startswith("ls")
    assert line.endswith(";curl evil")
    assert "9612 more characters" in line
    assert shortened("short") == "short"


def test_t104_a_line_that_is_decided_about_has_no_breaks() -> None:
    assert visible_line(" Run\nAllow ") == "Run ⏎ Allow"
