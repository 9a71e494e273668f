import time

import pytest

from chatls.tools.editing.nearest import SHOWN_LINES, SHOWN_WIDTH, nearest, numbered, same_but_for_spaces

TEXT = "import os\n\ndef one():\n    return 1\n\ndef two():\n    total = 2\n    return total\n"


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        ("def two():\n  total = 3", 5),
        ("  def one():", 2),
        ("def two():\n    total = 3\n    return total\n", 5),
        ("total = compute_total(2)", 6),
        ("}\n", None),
        ("", None),
    ],
)
def test_the_place_that_was_meant_is_found(wanted: str, line: int | None) -> None:
    assert nearest(TEXT, wanted) == line


def test_a_long_line_in_common_counts_more_than_a_short_one() -> None:
    text = "}\n}\n}\nfn really_here() {\n}\n"
    assert nearest(text, "fn really_here() {\n    new();\n}") == 3


def test_lines_are_numbered_as_the_reading_tool_does() -> None:
    assert numbered(TEXT, 2, 2) == "3\tdef one():\n4\t    return 1"


def test_few_and_short_lines_are_told() -> None:
    shown = numbered(("x" * 1000 + "\n") * 100, 0, 100).split("\n")
    assert len(shown) == SHOWN_LINES
    assert max(map(len, shown)) <= SHOWN_WIDTH + 3


@pytest.mark.parametrize(
    ("wanted", "same"),
    [("def one():\n\treturn 1  \n", True), ("def one():\n    return 2", False), ("def one()", False)],
)
def test_a_difference_in_white_space_alone_is_noticed(wanted: str, same: bool) -> None:
    assert same_but_for_spaces(TEXT, wanted, 2) == same


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a\n" * 2_000_000, "a\n" * 50 + "b"), ("a b c\n" * 500_000, "xyzzy plugh"), ("a" * 8_000_000, "a" * 100_000)],
    ids=["the same short line", "no word of it", "one long line"],
)
def test_a_hostile_text_costs_no_more_than_its_length(text: str, wanted: str) -> None:
    began = time.process_time()
    nearest(text, wanted)
    assert time.process_time() - began < 5
