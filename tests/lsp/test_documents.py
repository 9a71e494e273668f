"""Open documents: lines as the specification counts them, and nothing that was never opened."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from chatls.lsp.documents import Document, Documents, split_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("a", ("a",)),
        ("a\n", ("a\n",)),
        ("a\r\nb\rc\nd", ("a\r\n", "b\r", "c\n", "d")),
        ("\n\n", ("\n", "\n")),
        ("\r\r\n", ("\r", "\r\n")),
        ("a\u2028b\u2029c\x0bd\x0ce\x1cf\x85g", ("a\u2028b\u2029c\x0bd\x0ce\x1cf\x85g",)),
    ],
)
def test_a_line_ends_at_cr_lf_and_crlf_and_nowhere_else(text: str, lines: tuple[str, ...]) -> None:
    assert split_lines(text) == lines


@given(st.text(alphabet="ab\r\n\u2028\x85", max_size=20))
def test_the_lines_of_a_text_are_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


def opened(text: str) -> tuple[Documents, str]:
    documents = Documents(None, types.TextDocumentSyncKind.Incremental, [], types.PositionEncodingKind.Utf16)
    documents.put_text_document(types.TextDocumentItem("file:///a", "x", 1, text))
    return documents, "file:///a"


def test_an_edit_after_an_odd_separator_lands_on_its_line() -> None:
    documents, uri = opened("a\u2028b\nsecond\n")
    edit = types.TextDocumentContentChangePartial(
        types.Range(types.Position(1, 0), types.Position(1, 6)), text="changed"
    )
    documents.update_text_document(types.VersionedTextDocumentIdentifier(2, uri), edit)
    assert documents.text_documents[uri].source == "a\u2028b\nchanged\n"


def test_f86_an_edit_counts_utf_16_units_and_keeps_crlf() -> None:
    documents, uri = opened("one\r\n😀x\r\n")
    edit = types.TextDocumentContentChangePartial(types.Range(types.Position(1, 2), types.Position(1, 3)), text="y")
    documents.update_text_document(types.VersionedTextDocumentIdentifier(2, uri), edit)
    assert documents.text_documents[uri].source == "one\r\n😀y\r\n"


def test_a_document_without_text_is_never_read_from_the_disk(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("S3CRET")
    assert Document((tmp_path / "secret").as_uri()).source == ""
