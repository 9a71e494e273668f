"""What a model reads of a message and its attachments."""

import pytest

from chatls.chat.context import Attached, compose


def test_words_without_attachments_stay_as_they_are() -> None:
    assert compose("  Hi\n", []) == "  Hi\n"


def test_every_attachment_is_a_block_after_the_words() -> None:
    attached = [Attached("file", "src/a.py", "X = 1\n"), Attached("text", "note", "pasted")]
    assert compose("Look", attached) == (
        'Look\n\n<file path="src/a.py">\nX = 1\n</file>\n\n<text name="note">\npasted\n</text>'
    )


def test_attachments_alone_have_no_empty_line_before_them() -> None:
    assert compose("", [Attached("folder", "src", "a.py")]) == '<folder path="src">\na.py\n</folder>'


def test_the_lines_of_a_part_are_named() -> None:
    assert '<selection path="a.py" lines="3-7">' in compose("", [Attached("selection", "a.py", "x", (3, 7))])


@pytest.mark.parametrize(("name", "written"), [('a"b', "a&quot;b"), ("a&b", "a&amp;b"), ("a<b>c", "a<b>c")])
def test_a_name_cannot_leave_its_quotes(name: str, written: str) -> None:
    assert f'path="{written}">' in compose("", [Attached("file", name, "x")])
