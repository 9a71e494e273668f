import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.tools.text import decoded, encoding_of, lines_of, window, with_plain_ends


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        pytest.param(b"plain", "utf-8", id="ASCII"),
        pytest.param(codecs.BOM_UTF8 + b"a", "utf-8-sig", id="UTF-8 with a mark"),
        pytest.param("hé".encode("utf-16"), "utf-16", id="T26 UTF-16"),
        pytest.param(codecs.BOM_UTF16_BE + "hé".encode("utf-16-be"), "utf-16", id="T26 big-endian"),
        pytest.param("caf\xe9 au lait".encode("latin-1"), "latin-1", id="T26 Latin-1"),
        pytest.param(b"a\xffb", "latin-1", id="T26 a lone byte"),
    ],
)
def test_an_encoding_is_known_by_how_a_file_begins(head: bytes, codec: str) -> None:
    for whole in (True, False):
        encoding = encoding_of(head, whole=whole)
        assert encoding is not None
        assert encoding.codec == codec


def test_a_character_cut_at_the_end_is_a_fault_only_where_the_file_ends() -> None:
    codecs_found = [encoding_of(b"caf\xc3", whole=whole) for whole in (False, True)]
    assert [found.codec for found in codecs_found if found] == ["utf-8", "latin-1"]


@pytest.mark.parametrize("head", [b"a\0", b"x" * 8191 + b"\0", "a".encode("utf-32")])
def test_t26_a_nul_among_the_first_bytes_makes_a_file_binary(head: bytes) -> None:
    assert encoding_of(head, whole=True) is None


def test_a_nul_further_on_does_not() -> None:
    assert encoding_of(b"x" * 8192 + b"\0", whole=True) is not None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_text_does_not_depend_on_how_it_was_cut(size: int, codec: str) -> None:
    text = "a\r\nb\rc\n\r\u2028é😀\x0c\x85\r"
    raw = text.encode(codec)
    encoding = encoding_of(raw, whole=True)
    assert encoding is not None
    pieces = (raw[at : at + size] for at in range(0, len(raw), size))
    assert "".join(decoded(pieces, encoding)) == with_plain_ends(text) == "a\nb\nc\n\n\u2028é😀\x0c\x85\n"


def test_what_cannot_be_decoded_further_on_is_marked() -> None:
    encoding = encoding_of(b"plain", whole=False)
    assert encoding is not None
    assert "".join(decoded([b"plain", b"\xff"], encoding)) == "plain\ufffd"


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", []), ("a", ["a"]), ("a\n", ["a"]), ("\n", [""]), ("a\n\nb\u2028c\x0cd", ["a", "", "b\u2028c\x0cd"])],
)
def test_lines_end_at_line_feeds_alone(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


@given(st.lists(st.text("ab\n")), st.integers(1, 9), st.integers(0, 9))
def test_a_window_is_the_same_lines_however_the_text_is_cut(pieces: list[str], first: int, more: int) -> None:
    lines = "".join(pieces).splitlines(keepends=True)
    assert window(pieces, first, first + more, 1000) == "".join(lines[first - 1 : first + more])


@given(st.lists(st.text("ab\n"), max_size=20), st.integers(0, 9))
def test_a_window_ends_soon_behind_its_limit(pieces: list[str], limit: int) -> None:
    whole = "".join(pieces)
    found = window(pieces, 1, 1000, limit)
    assert whole.startswith(found)
    assert found == whole or len(found) > limit


def test_what_lies_behind_a_window_is_not_read() -> None:
    pieces = iter(["a\nb\n", "c\n", "d\n"])
    assert window(pieces, 2, 2, 1000) == "b\n"
    assert list(pieces) == ["c\n", "d\n"]
