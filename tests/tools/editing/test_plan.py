import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.chat.ports import TextChange
from chatls.tools.base import ToolError
from chatls.tools.editing.edits import Edit
from chatls.tools.editing.plain import applied
from chatls.tools.editing.plan import MAX_DIFF, Plan, created, planned

TEXT = "".join(f"line {number}\n" for number in range(1, 31))


def plan(text: str, *pairs: tuple[str, str]) -> Plan:
    return planned(text, [Edit(old_text=old, new_text=new, replace_all=False) for old, new in pairs], "a", quote=True)


@pytest.mark.parametrize(
    ("text", "old", "new", "after"),
    [
        pytest.param("a\r\nb\r\nc\r\n", "a\nb\n", "a\nx\ny\n", "a\r\nx\r\ny\r\nc\r\n", id="T40 CRLF"),
        pytest.param("a\u2028b\nSECOND\n", "SECOND", "X", "a\u2028b\nX\n", id="T40 U+2028"),
        pytest.param("a\x0cb\nSECOND\n", "SECOND", "X", "a\x0cb\nX\n", id="T40 form feed"),
        pytest.param("a\x85b\nSECOND\n", "SECOND", "X", "a\x85b\nX\n", id="T40 next line"),
        pytest.param("a\rb\nSECOND\n", "SECOND", "X", "a\rb\nX\n", id="T40 lone CR"),
        pytest.param("a\rb\nc\n", "a\nb\nc", "a\nb\nx", "a\rb\nx\n", id="T40 lone CR inside an edit"),
        pytest.param("a\r\nb\nc\r\n", "a\nb\nc\n", "a\nB\nc\n", "a\r\nB\nc\r\n", id="T40 mixed, inside an edit"),
        pytest.param("a\r\nb\nc\r\n", "b\n", "b\nnew\n", "a\r\nb\nnew\r\nc\r\n", id="T40 mixed, a new line"),
        pytest.param("a\r\nb", "b", "b\nc", "a\r\nb\r\nc", id="no line end at the end stays"),
        pytest.param("a\nb\n", "b", "c", "a\nc\n", id="the line end at the end stays"),
    ],
)
def test_nothing_but_what_is_edited_changes(text: str, old: str, new: str, after: str) -> None:
    assert applied(text, plan(text, (old, new)).changes) == after


@given(
    st.text("ab\n\u2028\x85\x0c", max_size=40), st.text("ab\n", min_size=1, max_size=3), st.text("abx\n", max_size=3)
)
def test_a_text_of_windows_is_edited_as_one_of_unix(text: str, old: str, new: str) -> None:
    if old == new or text.find(old) < 0 or text.find(old) != text.rfind(old):
        return
    windows = text.replace("\n", "\r\n")
    expected = text.replace(old, new)
    if "\n" in text:  # a text of one line has no line ends to go by
        expected = expected.replace("\n", "\r\n")
    assert applied(windows, plan(windows, (old, new)).changes) == expected


@given(st.sets(st.sampled_from(range(1, 31)), min_size=1, max_size=6), st.data())
def test_the_hunks_that_are_kept_are_what_is_done(numbers: set[int], data: st.DataObject) -> None:
    whole = plan(TEXT, *((f"line {number}\n", f"LINE {number}\nmore\n") for number in sorted(numbers)))
    kept = [number for number in range(len(whole.parts)) if data.draw(st.booleans())]
    expected = TEXT
    for number in kept:
        for block in whole.groups[number]:
            expected = expected.replace("".join(block.old), "".join(block.new))
    assert applied(TEXT, whole.only(kept).changes) == expected


def test_a_plan_without_one_hunk_numbers_the_lines_of_the_others_anew() -> None:
    whole = plan(TEXT, ("line 3\n", "3\nmore\n"), ("line 20\n", "20\n"))
    assert "@@ -17,7 +18,7 @@" in whole.diff
    assert "@@ -17,7 +17,7 @@" in whole.only([1]).diff
    assert whole.only([0, 1]) is whole


def test_a_diff_names_the_file() -> None:
    assert plan("a\n", ("a", "b")).diff == "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n"
    assert created("x\r\n", "src/new", new=True).diff == "--- /dev/null\n+++ b/src/new\n@@ -0,0 +1 @@\n+x\n"
    assert created("x\n", "empty", new=False).diff.startswith("--- a/empty\n")


def test_a_new_text_is_written_exactly_as_it_is_given() -> None:
    assert created("a\r\nb\rc\nd", "a", new=True).changes == [TextChange(0, 0, "a\r\nb\rc\nd")]


@pytest.mark.parametrize(
    ("pairs", "counts"),
    [
        ([("line 3\n", "")], "-1 line"),
        ([("line 3\n", "line 3\nand\nmore\n")], "+2 lines"),
        ([("line 3\n", "three\n"), ("line 20\n", "twenty\n20\n")], "+3 -2 lines"),
    ],
)
def test_lines_are_counted(pairs: list[tuple[str, str]], counts: str) -> None:
    assert plan(TEXT, *pairs).counts == counts
    assert created("", "a", new=True).counts == "empty"


def test_the_same_change_is_recognised_in_another_place() -> None:
    here, there = plan(TEXT, ("line 20\n", "20\n")), plan(f"new\n{TEXT}", ("line 20\n", "20\n"))
    assert here.replaced == there.replaced
    assert here.changes != there.changes


def test_t41_what_nobody_would_read_is_refused() -> None:
    with pytest.raises(ToolError) as caught:
        created("x" * MAX_DIFF, "a", new=True)
    assert caught.value.code == "too_large"
