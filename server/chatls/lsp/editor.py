"""What tools and attachments may ask of the editor: open documents and workspace folders.

The port `Editor` on top of the protocol's document store. Changes nothing. Built by `assembly.py`.
"""

import asyncio
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, cast
from urllib.parse import quote, unquote, urlsplit

from pygls.workspace import PositionCodec, TextDocument

from chatls.chat.ports import OpenDocument
from chatls.lsp.protocol import ChatProtocol

REPLY_SECONDS = 30.0
"""How long the client may take to answer what no person has to decide."""
SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


class LspEditor:
    """The editor at the other end of the protocol."""

    def __init__(self, protocol: ChatProtocol) -> None:
        self._protocol = protocol

    def document(self, uri: str) -> OpenDocument | None:
        found = self.text_document(uri)
        return None if found is None else _snapshot(found)

    def text_document(self, uri: str) -> TextDocument | None:
        """The same as the protocol's own object, for its position encoding."""
        wanted = _same(uri)
        open_documents = self._protocol.workspace.text_documents
        if (found := open_documents.get(unquote(uri))) is not None:
            return found
        return next((document for document in open_documents.values() if _same(document.uri) == wanted), None)

    def documents(self) -> Sequence[OpenDocument]:
        return [_snapshot(document) for document in self._protocol.workspace.text_documents.values()]

    @property
    def position_codec(self) -> PositionCodec:
        """Positions in the encoding agreed on with the client."""
        return self._protocol.workspace.position_codec

    async def diagnostics(self, uri: str) -> str | None:
        """The document's diagnostics, a line each; None from a client that did not announce them.

        Raises:
            RpcFailure: the client could not answer.
            TimeoutError: it did not answer within `REPLY_SECONDS`.
        """
        if not self._protocol.client_can("diagnostics"):
            return None
        async with asyncio.timeout(REPLY_SECONDS):
            answer = await self._protocol.ask("chat/getDiagnostics", {"uri": uri})
        items = _objects(_members(answer).get("items"))
        return "\n".join(_diagnostic(found) for item in items for found in _objects(item.get("diagnostics")))

    def workspace(self) -> tuple[str, ...]:
        """The URIs of the set of folders that sessions belong to, the same however the client spells them."""
        return tuple(sorted(_canonical(uri) for _, uri in self.folders()))

    def folders(self) -> Sequence[tuple[str, str]]:
        workspace = self._protocol.workspace
        if workspace.folders:
            return [(folder.name or _last_part(folder.uri), folder.uri) for folder in workspace.folders.values()]
        root: str | None = workspace.root_uri
        return [(_last_part(root), root)] if root else []


def _members(value: object) -> dict[str, Any]:
    """What a client sent where an object was wanted; nothing, if it is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [_members(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def _diagnostic(found: dict[str, Any]) -> str:
    """`line:column severity: message`, 1-based."""
    start = _members(_members(found.get("range")).get("start"))
    severity = SEVERITIES.get(_count(found.get("severity")), "error")
    place = f"{_count(start.get('line')) + 1}:{_count(start.get('character')) + 1}"
    return f"{place} {severity}: {found.get('message', '')}"


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _snapshot(document: TextDocument) -> OpenDocument:
    return OpenDocument(document.uri, document.version, document.source)


def _last_part(uri: str) -> str:
    return PurePath(unquote(urlsplit(uri).path)).name or uri


def _canonical(uri: str) -> str:
    return quote(_same(uri), safe="/:").rstrip("/")


def _same(uri: str) -> str:
    """A spelling that is the same for the same document: no percent signs, a Windows drive in lower case."""
    plain = unquote(uri)
    drive = plain.removeprefix("file:///")
    return f"file:///{drive[0].lower()}{drive[1:]}" if drive != plain and drive[1:2] == ":" else plain
