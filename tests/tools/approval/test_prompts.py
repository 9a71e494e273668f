"""What a question shows: nothing hidden, nothing that pushes the rest out of sight."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.tools.approval.prompts import MAX_LINES, MAX_WIDTH, escaped, one_line, shown


@pytest.mark.parametrize(
    ("text", "spelled", "count"),
    [
        pytest.param("a\u202eb", "a\\u{202e}b", 1, id="T104-right-to-left"),
        pytest.param("\u2066x\u2069", "\\u{2066}x\\u{2069}", 2, id="T104-isolates"),
        pytest.param("l\u200bs", "l\\u{200b}s", 1, id="T104-zero-width"),
        pytest.param("x\U000e0041", "x\\u{e0041}", 1, id="T104-tag"),
        pytest.param("\x1b]52;c;ZXZpbA==\x07", "\\u{1b}]52;c;ZXZpbA==\\u{7}", 2, id="T98-clipboard"),
        pytest.param("\x1b[2J", "\\u{1b}[2J", 1, id="T98-clear"),
        pytest.param("\x9b2J", "\\u{9b}2J", 1, id="T98-C1"),
        pytest.param("a\rb\bc", "a\\u{d}b\\u{8}c", 2, id="T98-overwrite"),
        pytest.param("a\u2028b\u2029c\x85", "a\\u{2028}b\\u{2029}c\\u{85}", 3, id="line-separators"),
        pytest.param("\ue000\U000f0000\ufdd0", "\\u{e000}\\u{f0000}\\u{fdd0}", 3, id="private-and-unassigned"),
        pytest.param("\ud800", "\\u{d800}", 1, id="lone-surrogate"),
        pytest.param("l\ufe0fs\U000e0100", "l\\u{fe0f}s\\u{e0100}", 2, id="variation-selectors"),
        pytest.param("\u3164\u115f\u2800\u034f", "\\u{3164}\\u{115f}\\u{2800}\\u{34f}", 4, id="blank-letters"),
        pytest.param("\ufeffa\u00adb", "\\u{feff}a\\u{ad}b", 2, id="byte-order-mark-and-soft-hyphen"),
    ],
)
def test_what_is_not_seen_is_spelled_out_and_counted(text: str, spelled: str, count: int) -> None:
    assert escaped(text) == (spelled, count)


@pytest.mark.parametrize("text", ["a\n\tb c", "Größe 日本語 €", "é e\u0301", "🙂", "a\u00a0b\u3000c", "\\u{202e}", ""])
def test_what_is_seen_stays_as_it_is(text: str) -> None:
    assert escaped(text) == (text, 0)


@given(st.text())
def test_escaping_twice_is_escaping_once(text: str) -> None:
    once, _ = escaped(text)
    assert escaped(once) == (once, 0)
    assert all(char in "\n\t " or char.isprintable() or char.isspace() for char in once)


def test_a_line_break_is_shown_on_one_line() -> None:
    assert one_line("ls\nid\t-u") == "ls⏎id⇥-u"


def test_of_a_long_line_beginning_end_and_length_are_shown() -> None:
    """T56: spaces that push the rest out of sight."""
    line = one_line("ls" + " " * 10_000 + ";curl evil", 100)
    assert line.startswith("ls ")
    assert line.endswith(";curl evil")
    assert "10,012 characters in all" in line
    assert len(line) <= 100


def test_of_many_lines_the_first_and_last_are_shown() -> None:
    """T104: lines that push the answers out of sight."""
    lines = shown("\n".join(f"line {number}" for number in range(5_000))).split("\n")
    assert lines[0] == "line 0"
    assert lines[-1] == "line 4999"
    assert "… 4,989 more lines …" in lines
    assert len(lines) == MAX_LINES


def test_as_many_lines_as_fit_are_shown_whole() -> None:
    text = "\n".join("[Allow]" for _ in range(MAX_LINES))
    assert shown(text) == text
    assert len(shown(text, 3).split("\n")) == 3


def test_every_line_of_a_text_is_short() -> None:
    assert all(len(line) <= MAX_WIDTH for line in shown(("x" * 10_000 + "\n") * 5).split("\n"))


@pytest.mark.parametrize(
    "piece", ["a", "\n", "\u202e", "日", "a\n", "\x1b[2J", "".join(map(chr, range(0xE000, 0xF000)))]
)
def test_a_megabyte_takes_no_more_time_than_it_must(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    began = time.process_time()
    for prepare in (escaped, one_line, shown):
        assert prepare(text)
    assert time.process_time() - began < 5
