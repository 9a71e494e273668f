"""The editor's open documents, kept as the specification counts lines and never read from the disk.

pygls splits lines as Python does (also at U+2028, form feed and others), which puts edits on the wrong line, and
reads what is not open from the local disk, even for `untitled:`. Used by `lsp/protocol.py` and `lsp/editor.py`.
"""

import re
from collections.abc import Sequence

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def split_lines(text: str) -> tuple[str, ...]:
    """Lines with their endings: `\\n`, `\\r\\n` and `\\r` alone (LSP 3.17, "Text Documents")."""
    return tuple(_LINE.findall(text))


class Document(TextDocument):
    """An open document."""

    @property
    def lines(self) -> Sequence[str]:
        return split_lines(self.source)

    @property
    def source(self) -> str:
        return self._source or ""


class Documents(Workspace):
    """The workspace of pygls, made of these documents."""

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
