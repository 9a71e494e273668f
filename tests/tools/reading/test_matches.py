import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.tools.patterns import compiled
from chatls.tools.reading.matches import MAX_LINE, hits, shown
from chatls.tools.text import lines_of
from chatls.tools.work import Deadline

FOREVER = Deadline(3600)


def lines(pattern: str, text: str) -> list[int]:
    return [hit.number for hit in hits(text.encode(), compiled(pattern), FOREVER)]


def told(pattern: str, text: str, context: int = 0) -> list[str]:
    raw = text.encode()
    return list(shown("f", raw, list(hits(raw, compiled(pattern), FOREVER)), context))


@pytest.mark.parametrize(
    ("pattern", "text", "numbers"),
    [
        ("a", "a\nb\na", [1, 3]),
        ("^$", "a\n\nb\n", [2]),
        ("^b$", "a\nb\nbb\n", [2]),
        ("a*", "a\n\nb\n", [1, 2, 3]),
        (r"a\s+b", "a\nb\na b\n", [3]),
        (r"\s*$", "a\nb\n", [1, 2]),
        ("[^x]+y", "a\nb\ny\n", []),
        ("[^x]*y", "a\nb\ny\n", [3]),
        ("(?s)a.*z", "a\nz\naz\n", [3]),
        ("é.", "é\néa\n", [2]),
        ("x", "", []),
    ],
)
def test_a_line_matches_by_itself(pattern: str, text: str, numbers: list[int]) -> None:
    assert lines(pattern, text) == numbers


@given(
    text=st.text(alphabet="ab\n é", max_size=30),
    pattern=st.sampled_from(
        ["a", "^", "$", "b$", "^a", r"\s", r"\s+a", "[^a]+", "(?s).*b", r"\ba", "a|b\n", "(?i)É", r"a*"]
    ),
)
def test_the_lines_are_those_that_match_one_by_one(text: str, pattern: str) -> None:
    alone = compiled(pattern)
    expected = [number for number, line in enumerate(lines_of(text), 1) if alone.search(line.encode())]
    assert lines(pattern, text) == expected


def test_a_deadline_ends_the_search() -> None:
    assert list(hits(b"a\n" * 100, compiled("a"), Deadline(0))) == []


def test_hits_and_their_context_are_told_apart_and_never_twice() -> None:
    text = "one\nhit\ntwo\nhit\nthree\nfour\nfive\nsix\nhit\n"
    assert told("hit", text, 1) == [
        "f-1- one", "f:2: hit", "f-3- two", "f:4: hit", "f-5- three", "f-8- six", "f:9: hit"
    ]  # fmt: skip
    assert told("hit", "hit", 5) == ["f:1: hit"]


def test_of_a_long_line_the_part_around_the_match_is_shown() -> None:
    text = "é" * 10_000 + "needle" + "ü" * 10_000
    [line] = told("needle", text)
    assert line.startswith("f:1: …é")
    assert line.endswith("ü…")
    assert "needle" in line
    assert len(line) < MAX_LINE + 10


def test_a_long_line_is_not_cut_where_it_begins_or_ends() -> None:
    assert told("^a", "a" * 1000)[0].startswith("f:1: a")
    assert told("b$", "a" * 1000 + "b")[0].endswith("ab")
    assert told("x", "x\n" + "y" * 1000, 1)[1] == "f-2- " + "y" * (MAX_LINE - 1) + "…"
