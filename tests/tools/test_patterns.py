import time

import pytest

from chatls.tools.base import ToolError
from chatls.tools.patterns import MAX_PATTERN, compiled, escaped, failure


def test_positions_are_bytes_and_anchors_are_line_ends() -> None:
    found = compiled("^b$").search("é\nb\nc".encode())
    assert found is not None
    assert (found.start(), found.end()) == (3, 4)


def test_case_counts_unless_it_is_not_to() -> None:
    assert compiled("É").search("é".encode()) is None
    assert compiled("É", ignore_case=True).search("é".encode()) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"(a)\1", id="T29 back-reference"),
        pytest.param("(?=a)b", id="T29 look-ahead"),
        pytest.param("a" * 1_000_000, id="T29 a megabyte"),
        pytest.param("((x{1000}){1000}){1000}", id="T29 repeated repetition"),
        pytest.param(r"((\pL{100}){10}){10}", id="T29 large when compiled"),
        pytest.param("(", id="open"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_what_re2_cannot_do_is_told(pattern: str) -> None:
    with pytest.raises(ToolError) as caught:
        compiled(pattern)
    assert caught.value.code == "unsupported_pattern"
    assert len(caught.value.message) < 500


def test_t28_matching_takes_linear_time() -> None:
    began = time.process_time()
    assert compiled("(a+)+$").search(b"a" * 100_000 + b"b") is None
    assert time.process_time() - began < 5, "a backtracking matcher would not end"


def test_text_as_it_stands_is_escaped() -> None:
    assert compiled(escaped("a.b(*[")).search(b"xa.b(*[") is not None
    assert compiled(escaped("a.b")).search(b"axb") is None


def test_a_pattern_may_be_as_long_as_is_said() -> None:
    assert compiled("a" * MAX_PATTERN).search(b"a" * MAX_PATTERN) is not None


def test_what_re2_raises_can_be_caught() -> None:
    assert issubclass(failure(), Exception)
