"""The editor's open documents, kept as the specification counts lines and never read from the disk.

pygls splits lines as Python does (also at U+2028, form feed and others), which puts edits on the wrong line, and
reads what is not open from the local disk, even for `untitled:`. Used by `lsp/protocol.py` and `lsp/editor.py`.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

from chatls.lsp.positions import Positions, split_lines

Watcher = Callable[[str], None]


class Document(TextDocument):
    """An open document."""

    @property
    def lines(self) -> Sequence[str]:
        return split_lines(self.source)

    @property
    def source(self) -> str:
        return self._source or ""

    def _apply_incremental_change(self, change: types.TextDocumentContentChangePartial) -> None:
        # pygls' own cuts a character off where a position lies behind the end of a last line without a line end.
        text = self.source
        positions = Positions(text, self._position_codec.encoding or "utf-16")
        start = positions.offset(change.range.start.line, change.range.start.character)
        end = positions.offset(change.range.end.line, change.range.end.character)
        self._source = text[:start] + change.text + text[max(start, end) :]


class Documents(Workspace):
    """The workspace of pygls, made of these documents."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._watchers: list[tuple[str, Watcher]] = []

    @contextmanager
    def watched(self, uri: str, on_change: Watcher) -> Generator[None]:
        """Have `on_change` called with a document's text after each of its changes; `uri` as the client spells it."""
        watcher = (unquote(uri), on_change)
        self._watchers.append(watcher)
        try:
            yield
        finally:
            self._watchers.remove(watcher)

    def update_text_document(
        self, text_doc: types.VersionedTextDocumentIdentifier, change: types.TextDocumentContentChangeEvent
    ) -> None:
        super().update_text_document(text_doc, change)
        key = unquote(text_doc.uri)
        for watched, on_change in tuple(self._watchers):
            if watched == key:
                on_change(self.text_documents[key].source)

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> Document:
        return Document(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            sync_kind=types.TextDocumentSyncKind.Incremental,
            position_codec=self._position_codec,
        )
