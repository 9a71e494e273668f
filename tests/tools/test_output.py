from chatls.tools.base import MAX_SHOWN
from chatls.tools.output import ROOM, Lines, shortened


def test_lines_are_taken_until_there_is_no_room() -> None:
    lines = Lines()
    assert lines.add("x" * (ROOM - 3))
    assert not lines.full
    assert not lines.add("é")
    assert lines.full
    assert not lines.add("")
    assert len(lines.text().encode()) <= MAX_SHOWN


def test_lines_are_taken_up_to_their_number() -> None:
    lines = Lines(2)
    assert [lines.add(line) for line in "abc"] == [True, True, False]
    assert lines.text("2 of 3", "more") == "a\nb\n[2 of 3]\n[more]"


def test_of_a_line_that_never_fits_the_beginning_is_taken() -> None:
    lines = Lines()
    lines.add_part("é" * MAX_SHOWN)
    text = lines.text()
    assert text.endswith("é…")
    assert ROOM - 5 <= len(text.encode()) <= ROOM


def test_a_long_text_is_shortened_with_an_ellipsis() -> None:
    assert [shortened(text, 3) for text in ("abc", "abcd")] == ["abc", "ab…"]
