"""Open documents: lines as the specification counts them, and nothing that was never opened."""

from pathlib import Path

import pytest
from lsprotocol import types

from chatls.lsp.documents import Document, Documents


def opened(text: str, encoding: str = "utf-16") -> tuple[Documents, str]:
    documents = Documents(None, types.TextDocumentSyncKind.Incremental, [], encoding)
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


def change(documents: Documents, uri: str, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
    where = types.Range(types.Position(*start), types.Position(*end))
    partial = types.TextDocumentContentChangePartial(where, text=text)
    documents.update_text_document(types.VersionedTextDocumentIdentifier(2, uri), partial)


@pytest.mark.parametrize(
    ("encoding", "end"), [("utf-8", 5), ("utf-16", 3), ("utf-32", 2), ("utf-16", 99), ("utf-8", 2**31 - 1)]
)
def test_the_end_of_a_last_line_without_a_line_end_is_reached(encoding: str, end: int) -> None:
    documents, uri = opened("one\n😀x", encoding)
    change(documents, uri, (1, 0), (1, end), "new")
    assert documents.text_documents[uri].source == "one\nnew"


def test_who_watches_a_document_is_told_its_text_after_each_change_and_no_more_afterwards() -> None:
    documents, uri = opened("a")
    documents.put_text_document(types.TextDocumentItem("file:///b%20c", "x", 1, "b"))
    seen: list[str] = []
    with documents.watched("file:///b%20c", seen.append):
        change(documents, uri, (0, 0), (0, 1), "other")
        change(documents, "file:///b%20c", (0, 0), (0, 0), "1")
        change(documents, "file:///b%20c", (0, 0), (0, 0), "2")
    change(documents, "file:///b%20c", (0, 0), (0, 0), "3")
    assert seen == ["1b", "21b"]
