"""Changes as edits of LSP: an editor that does exactly as told ends up with exactly the text that was meant."""

from collections.abc import Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.chat.ports import OpenDocument, TextChange
from chatls.lsp.edits import MAX_CHARS, changed, delete_edit, document_edit, fits, rename_edit, same_text
from tests.support.connection import Connection
from tests.support.model_editor import ModelEditor

URI = "file:///ws/a.py"
ENCODINGS = ["utf-8", "utf-16", "utf-32"]


class Unplugged:
    """A connection that leads nowhere."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def notify(self, method: str, params: object = None) -> None: ...


def applied(text: str, changes: Sequence[TextChange], encoding: str) -> str:
    """What an exact editor makes of the edit."""
    editor = ModelEditor(cast("Connection", Unplugged()), encoding)
    editor.open(URI, text)
    editor.apply({"edit": document_edit(OpenDocument(URI, 1, text), changes, encoding, versioned=True)})
    return editor.texts[URI]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("text", "changes", "result"),
    [
        pytest.param("a\u2028b\nSECOND\n", [(0, 3, "X")], "X\nSECOND\n", id="T40 U+2028 is no line end"),
        pytest.param("a\u2028b\nSECOND\n", [(4, 10, "X")], "a\u2028b\nX\n", id="T40 the line after U+2028"),
        pytest.param("a\x0c\x85b\rSECOND\n", [(5, 11, "X")], "a\x0c\x85b\rX\n", id="T40 a lone CR is one"),
        pytest.param("one\r\ntwo\r\n", [(5, 8, "2\r\n3")], "one\r\n2\r\n3\r\n", id="T40 CRLF"),
        pytest.param("a\r\nb", [(1, 2, "")], "a\nb", id="T40 CR of a CRLF"),
        pytest.param("a\r\nb", [(2, 3, "")], "a\rb", id="T40 LF of a CRLF"),
        pytest.param("a\r\nb", [(1, 2, "x"), (2, 3, "y")], "axyb", id="T40 CR and LF apart"),
        pytest.param("a\r\nb", [(2, 2, "x")], "a\rx\nb", id="T40 between CR and LF"),
        pytest.param("x😀y漢z", [(2, 3, "é"), (4, 4, "!")], "x😀é漢!z", id="T40 astral and wide"),
        pytest.param("", [(0, 0, "new\n")], "new\n", id="an empty document"),
        pytest.param("a", [(1, 1, "b"), (1, 1, "c"), (0, 1, "A")], "Abc", id="three that touch"),
    ],
)
def test_an_edit_lands_where_it_was_meant(
    encoding: str, text: str, changes: list[tuple[int, int, str]], result: str
) -> None:
    made = [TextChange(*change) for change in changes]
    assert changed(text, made) == result
    assert applied(text, made, encoding) == result


@st.composite
def texts_and_changes(draw: st.DrawFn) -> tuple[str, list[TextChange]]:
    alphabet = "ab\r\n\u2028\x85é😀"
    text = draw(st.text(alphabet=alphabet, max_size=12))
    ends = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = zip(ends[::2], ends[1::2], strict=False)
    return text, [TextChange(start, end, draw(st.text(alphabet=alphabet, max_size=3))) for start, end in pairs]


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(case=texts_and_changes())
def test_t40_any_changes_of_any_text_are_exact(encoding: str, case: tuple[str, list[TextChange]]) -> None:
    text, changes = case
    assert fits(text, changes)
    assert applied(text, changes, encoding) == changed(text, changes)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(0, 3, "x"), (2, 4, "y")], id="T41 overlapping"),
        pytest.param([(3, 2, "x")], id="T41 ends before it begins"),
        pytest.param([(4, 6, "x")], id="T41 behind the end"),
        pytest.param([(2**31, 2**31, "x")], id="T41 far behind the end"),
        pytest.param([(-1, 2, "x")], id="T41 before the beginning"),
        pytest.param([(0, 0, "x" * MAX_CHARS), (1, 1, "x")], id="T41 too much"),
    ],
)
def test_changes_that_are_none_do_not_fit(changes: list[tuple[int, int, str]]) -> None:
    assert not fits("abcde", [TextChange(*change) for change in changes])


def test_a_version_that_is_not_known_is_null_and_not_left_out() -> None:
    change = [TextChange(0, 1, "b")]
    edit = document_edit(OpenDocument(URI, None, "a"), change, "utf-16", versioned=True)
    assert edit["documentChanges"][0]["textDocument"] == {"uri": URI, "version": None}
    edit = document_edit(OpenDocument(URI, 0, "a"), change, "utf-16", versioned=True)
    assert edit["documentChanges"][0]["textDocument"]["version"] == 0


def test_a_client_that_knows_no_versions_gets_plain_changes() -> None:
    edit = document_edit(OpenDocument(URI, 3, "a"), [TextChange(0, 1, "b")], "utf-16", versioned=False)
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
    assert edit == {"changes": {URI: [{"range": where, "newText": "b"}]}}


def test_a_file_is_moved_and_deleted_by_an_operation_of_its_own() -> None:
    assert rename_edit("file:///a", "file:///b")["documentChanges"] == [
        {"kind": "rename", "oldUri": "file:///a", "newUri": "file:///b"}
    ]
    assert delete_edit("file:///a")["documentChanges"] == [{"kind": "delete", "uri": "file:///a"}]


@pytest.mark.parametrize("other", ["a\r\nb\r\n", "a\rb\r", "a\nb\r\n"])
def test_texts_that_differ_in_their_line_ends_alone_are_the_same(other: str) -> None:
    assert same_text("a\nb\n", other)
    assert not same_text("a\nb\n", other + "c")
