import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.chat.ports import TextChange
from chatls.tools.editing.plain import applied, plain
from chatls.tools.text import with_plain_ends

TEXTS = st.text("ab\r\n\u2028\x0c", max_size=30)


def test_a_text_is_told_with_plain_line_ends() -> None:
    assert plain("a\r\nb\rc\nd").text == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("text", "end"),
    [("", "\n"), ("a", "\n"), ("a\nb\n", "\n"), ("a\r\nb\r\nc\n", "\r\n"), ("a\rb\rc\n", "\r"), ("a\nb\r\n", "\n")],
)
def test_new_lines_end_as_most_do(text: str, end: str) -> None:
    assert plain(text).end == end


def test_changes_are_found_again_in_the_text_as_it_is() -> None:
    source = plain("one\r\ntwo\r\nthree\r\n")
    assert source.raw([TextChange(4, 7, "2"), TextChange(8, 14, "3\n4\n")]) == [
        TextChange(5, 8, "2"),
        TextChange(10, 17, "3\r\n4\r\n"),
    ]


@given(TEXTS, st.data())
def test_what_a_change_does_not_touch_stays_byte_for_byte(text: str, data: st.DataObject) -> None:
    source = plain(text)
    start = data.draw(st.integers(0, len(source.text)))
    end = data.draw(st.integers(start, len(source.text)))
    new = data.draw(st.text("xy\n", max_size=5))
    (change,) = source.raw([TextChange(start, end, new)])
    assert with_plain_ends(text[: change.start]) == source.text[:start]
    assert with_plain_ends(text[change.end :]) == source.text[end:]
    assert change.text == new.replace("\n", source.end)
    assert "\r\n" not in (text[change.start - 1 : change.start + 1], text[change.end - 1 : change.end + 1])


def test_changes_are_applied_in_order() -> None:
    assert applied("abcdef", [TextChange(0, 1, "A"), TextChange(1, 1, "-"), TextChange(4, 6, "")]) == "A-bcd"
