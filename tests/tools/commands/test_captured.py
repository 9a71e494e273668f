"""What is kept of a command's output."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.tools.commands.captured import HEAD, TAIL, Captured, plain_text


def captured(*pieces: bytes) -> Captured:
    kept = Captured()
    for piece in pieces:
        kept.take(piece)
    return kept


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_what_is_short_is_kept_whole_however_it_comes(pieces: list[bytes]) -> None:
    kept = captured(*pieces)
    assert kept.text() == plain_text(b"".join(pieces))
    assert kept.cut == 0


def test_of_long_output_both_ends_are_kept_in_whole_lines() -> None:
    lines = [f"line {number}" for number in range(100_000)]
    raw = "\n".join(lines).encode()
    kept = captured(*(raw[at : at + 777] for at in range(0, len(raw), 777)))
    head, note, tail = kept.text().partition("\n[… ")
    left_out, _, tail = tail.partition(" bytes left out …]\n")
    assert note
    assert lines[: head.count("\n") + 1] == head.split("\n")
    assert lines[-tail.count("\n") - 1 :] == tail.split("\n")
    assert len(head) + len(tail) + int(left_out.replace(",", "")) == len(raw)
    assert HEAD - 100 < len(head) <= HEAD
    assert TAIL - 100 < len(tail) <= TAIL


def test_one_endless_line_is_cut_between_characters() -> None:
    kept = captured("é".encode() * 100_000)
    assert set(kept.text().replace("\n", "")) <= set("é[…0123456789, bytes left out]")


def test_memory_does_not_grow_with_the_output() -> None:
    kept, piece = Captured(), b"x" * 65_536
    tracemalloc.start()
    for _ in range(1000):
        kept.take(piece)
    assert tracemalloc.get_traced_memory()[1] < 500_000
    tracemalloc.stop()
    assert kept.size == 65_536_000


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x1b[1;31mred\x1b[0m", "red"),
        (b"\x1b[2J\x1b[Hx", "x"),
        (b"\x1b]52;c;ZXZpbA==\x07x", "x"),
        (b"\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"\x1bPq#0\x1b\\x", "x"),
        (b"a\x1b]never ends\nb", "anever ends\nb"),
        ("\u009b2Jx".encode(), "x"),
        (b"\x1bc\x1b(Bx", "x"),
        (b"x\x1b[3", "x"),
        (b"a\x07\x08\x00\x7fb", "ab"),
        (b"10%\r20%\r\n", "10%\n20%\n"),
        (b"a\r\r\nb", "a\nb"),
        (b"tab\tstays", "tab\tstays"),
        (b"caf\xe9", "caf\ufffd"),
    ],
)
def test_t98_what_steers_a_terminal_is_taken_out(raw: bytes, text: str) -> None:
    assert plain_text(raw) == text


@given(st.binary(max_size=200))
def test_t98_no_control_character_is_ever_left(raw: bytes) -> None:
    left = {char for char in plain_text(raw) if ord(char) < 32 or 0x7F <= ord(char) < 0xA0}
    assert left <= {"\n", "\t"}
