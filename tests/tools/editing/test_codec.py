import codecs
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.tools.base import ToolError
from chatls.tools.editing.codec import decoded, encoded

FILES = {
    "UTF-8": "ä\u2028\x0c\x85\r\n".encode(),
    "UTF-8 with a mark": codecs.BOM_UTF8 + "ä\n".encode(),
    "UTF-16, little end first": codecs.BOM_UTF16_LE + "ä😀\r\n".encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + "ä😀\r\n".encode("utf-16-be"),
    "Latin-1": b"caf\xe9\n",
    "lone \\xff": b"\xff",
    "empty": b"",
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_t26_a_text_goes_back_byte_for_byte(data: bytes) -> None:
    text, coding = decoded(data, "a")
    assert not text.startswith("\ufeff")
    assert encoded(text, coding, "a") == data


@given(st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE]), st.binary(max_size=40))
def test_whatever_bytes_are_taken_for_text_go_back_as_they_were(mark: bytes, rest: bytes) -> None:
    with suppress(ToolError):
        text, coding = decoded(mark + rest, "a")
        assert encoded(text, coding, "a") == mark + rest


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"ab\0c", "binary_file", id="T26 NUL"),
        pytest.param(codecs.BOM_UTF32_LE + "a".encode("utf-32-le"), "binary_file", id="UTF-32"),
        pytest.param(codecs.BOM_UTF16_LE + b"a", "not_text", id="T26 half a character of UTF-16"),
        pytest.param(codecs.BOM_UTF8 + b"\xff", "not_text", id="T26 UTF-8 by its mark alone"),
        pytest.param(b"a" * 70_000 + b"\xff", "not_text", id="T26 not UTF-8 far down"),
    ],
)
def test_what_cannot_be_edited_without_loss_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ToolError) as caught:
        decoded(data, "a.txt")
    assert caught.value.code == code
    assert caught.value.message.startswith("a.txt ")


def test_t26_a_character_that_the_encoding_lacks_is_refused() -> None:
    _, coding = decoded(b"caf\xe9", "menu.txt")
    with pytest.raises(ToolError, match=r"menu\.txt is a file in Latin-1, which has no character U\+20AC"):
        encoded("café 3 €", coding, "menu.txt")
