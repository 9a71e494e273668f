import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.chat.ports import TextChange
from chatls.tools.base import ToolError
from chatls.tools.editing.edits import MAX_PLACES, Edit, located
from chatls.tools.editing.plain import applied

TEXT = "def one():\n    return 1\n\ndef two():\n    return 2\n"


def edit(old: str, new: str, *, everywhere: bool = False) -> Edit:
    return Edit(old_text=old, new_text=new, replace_all=everywhere)


def refused(text: str, *edits: Edit, quote: bool = True) -> ToolError:
    with pytest.raises(ToolError) as caught:
        located(text, edits, "a.py", quote=quote)
    return caught.value


def test_each_edit_is_found_and_all_come_in_the_order_of_the_text() -> None:
    edits = [edit("two", "zwei"), edit("one", "eins")]
    assert located(TEXT, edits, "a.py", quote=True) == [TextChange(4, 7, "eins"), TextChange(29, 32, "zwei")]


def test_line_ends_of_an_edit_are_plain_however_a_model_wrote_them() -> None:
    (change,) = located("a\nb\n", [edit("a\r\nb", "x\r\ny")], "a.py", quote=True)
    assert change == TextChange(0, 3, "x\ny")


def test_edits_that_touch_do_not_overlap() -> None:
    assert len(located("abcd", [edit("ab", "x"), edit("cd", "y")], "a.py", quote=True)) == 2


def test_a_text_that_is_not_there_is_told_with_what_is() -> None:
    error = refused(TEXT, edit("def two():\n    return two", "x"))
    assert error.code == "no_match"
    assert error.message == (
        "old_text is not in a.py: give the text exactly as it is now. The nearest lines are:\n"
        "3\t\n4\tdef two():\n5\t    return 2"
    )


def test_a_difference_in_white_space_is_said() -> None:
    assert "Only white space differs. The nearest lines are:\n3\t\n4\tdef two():\n" in (
        refused(TEXT, edit("def two():\n  return 2", "x")).message
    )


def test_line_numbers_copied_from_the_reading_tool_are_recognised() -> None:
    assert "leave out the line numbers" in refused(TEXT, edit("4\tdef two():\n5\t    return 2", "x")).message


def test_no_line_is_quoted_where_none_may_be() -> None:
    message = refused(TEXT, edit("def two():\n    return two", "x"), quote=False).message
    assert "return 2" not in message
    assert "read the file" in message


def test_a_text_that_is_there_several_times_is_told_with_the_lines() -> None:
    error = refused("a\nb\na\nb\na\n", edit("a\nb", "x"), edit("b", "y"))
    assert error.code == "several_matches"
    assert error.message.startswith("old_text of edit 1 is found 2 times in a.py, at the lines 1, 3: ")


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        pytest.param(
            [edit("def one():\n", "x"), edit("one():\n    return", "y")], "overlapping_edits", id="T41 overlap"
        ),
        pytest.param([edit("one", "x"), edit("one", "y")], "overlapping_edits", id="T41 the same twice"),
        pytest.param([edit("return", "x")], "several_matches", id="T41 not unique"),
        pytest.param([edit("", "x")], "invalid_arguments", id="T41 empty"),
        pytest.param([edit("one", "one")], "invalid_arguments", id="no change"),
        pytest.param([edit("three", "x")], "no_match", id="not there"),
    ],
)
def test_what_is_not_clear_is_refused(edits: list[Edit], code: str) -> None:
    assert refused(TEXT, *edits).code == code


def test_places_that_overlap_themselves_are_several() -> None:
    assert "found 2 times" in refused("aaa", edit("aa", "b")).message


def test_many_places_are_counted_no_further_than_they_are_named() -> None:
    error = refused("a" * 4_000_000, edit("a" * 1_000_000, "b"))
    assert "found more than 10 times" in error.message


def test_every_place_is_replaced_where_that_is_asked() -> None:
    text = "x = 1\ny = x\n"
    assert applied(text, located(text, [edit("x", "z", everywhere=True)], "a.py", quote=True)) == "z = 1\ny = z\n"


def test_no_more_places_are_replaced_than_anybody_would_look_at() -> None:
    assert refused("a" * (MAX_PLACES + 1), edit("a", "b", everywhere=True)).code == "too_large"


@given(st.text("ab\n\u2028\x85", max_size=40), st.text("ab\n", min_size=1, max_size=3), st.text("abx\n", max_size=3))
def test_the_result_is_that_of_a_plain_replace(text: str, old: str, new: str) -> None:
    if old == new or old not in text:
        return
    everywhere = located(text, [edit(old, new, everywhere=True)], "a", quote=True)
    assert applied(text, everywhere) == text.replace(old, new)
    if text.find(old) == text.rfind(old):
        assert applied(text, located(text, [edit(old, new)], "a", quote=True)) == text.replace(old, new)
