"""What tools and attachments may ask of the editor: documents and folders, changes of them, and the user's answers.

The ports `Editor` and `EditorActions` on top of the protocol. What a change looks like on the wire is in
`lsp/edits.py`, what a question does in `lsp/approvals.py`. Built by `assembly.py`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast
from urllib.parse import unquote

from lsprotocol import types
from pygls.workspace import TextDocument

from chatls.chat.approvals import Answer, Question
from chatls.chat.ports import Diagnostic, OpenDocument, TextChange
from chatls.errors import InvalidParams
from chatls.lsp import approvals
from chatls.lsp.diagnostics import findings
from chatls.lsp.edits import changed, delete_edit, document_edit, fits, rename_edit, same_text
from chatls.lsp.errors import RpcFailure
from chatls.lsp.protocol import ChatProtocol
from chatls.lsp.uris import canonical, last_part, same
from chatls.lsp.validate import validate

REPLY_SECONDS = 30.0
"""How long the client may take to answer what no person has to decide."""
SAVE_SECONDS = 5.0
CHANGE_SECONDS = 1.0
"""How long an edit may take to come back as a change of its document (wire contract, section 6)."""


class LspEditor:
    """The editor at the other end of the protocol."""

    def __init__(self, protocol: ChatProtocol) -> None:
        self._protocol = protocol

    # -- documents and folders -------------------------------------------------------------------------------------

    def document(self, uri: str) -> OpenDocument | None:
        wanted = same(uri)
        open_documents = self._protocol.documents.text_documents
        found = open_documents.get(unquote(uri))
        if found is None:
            found = next((document for document in open_documents.values() if same(document.uri) == wanted), None)
        return None if found is None else _snapshot(found)

    def documents(self) -> Sequence[OpenDocument]:
        return [_snapshot(document) for document in self._protocol.documents.text_documents.values()]

    @property
    def position_encoding(self) -> str:
        """How positions count, as agreed on with the client."""
        return self._protocol.documents.position_encoding or types.PositionEncodingKind.Utf16

    def workspace(self) -> tuple[str, ...]:
        """The URIs of the set of folders that sessions belong to, the same however the client spells them."""
        return tuple(sorted(canonical(uri) for _, uri in self.folders()))

    def folders(self) -> Sequence[tuple[str, str]]:
        folders = self._protocol.documents.folders.values()
        return [(folder.name or last_part(folder.uri), folder.uri) for folder in folders]

    # -- the user ---------------------------------------------------------------------------------------------------

    @property
    def can_ask(self) -> bool:
        return approvals.can_ask(self._protocol)

    def warn(self, text: str) -> None:
        """Tell the user something that nobody asked for; `text` is one sentence."""
        params = {"type": types.MessageType.Warning.value, "message": f"chatls: {text}"}
        self._protocol.notify(types.WINDOW_SHOW_MESSAGE, params)

    async def ask(self, question: Question) -> Answer | None:
        return await approvals.ask(self._protocol, question)

    # -- changes ----------------------------------------------------------------------------------------------------

    async def apply(self, document: OpenDocument, changes: Sequence[TextChange]) -> bool:
        await self._protocol.settled()  # before it is looked at: a client that reads slowly types meanwhile
        now = self.document(document.uri)
        if now is None or (now.version, now.text) != (document.version, document.text) or not fits(now.text, changes):
            return False
        expected = changed(document.text, changes)
        if expected == document.text:
            return True
        strict = self._protocol.client_can("strictEdits")
        arrived = asyncio.Event()

        def on_change(text: str) -> None:
            if strict or same_text(text, expected):
                arrived.set()

        edit = document_edit(now, changes, self.position_encoding, versioned=self._versioned)
        with self._protocol.documents.watched(now.uri, on_change):
            # What comes after reads the document: also where `applied` can be trusted, its change is waited for.
            return await self._apply(edit) and (await _within(CHANGE_SECONDS, arrived) or strict)

    def can_operate(self, operation: Literal["create", "rename", "delete"]) -> bool:
        return operation in (self._workspace_edit.resource_operations or ())

    async def rename(self, old_uri: str, new_uri: str) -> bool:
        return await self._apply(rename_edit(old_uri, new_uri))

    async def delete(self, uri: str) -> bool:
        return await self._apply(delete_edit(uri))

    async def save(self, uris: Sequence[str]) -> frozenset[str]:
        if not uris or not self._protocol.client_can("save"):
            return frozenset()
        from chatls.lsp.editor_messages import SaveDocumentsResult  # with the first answer

        answer = await self._request("chat/saveDocuments", {"uris": list(uris)}, SAVE_SECONDS)
        try:
            saved = {same(uri) for uri in validate(SaveDocumentsResult, answer).saved}
        except InvalidParams:
            return frozenset()
        return frozenset(uri for uri in uris if same(uri) in saved)

    # -- diagnostics ------------------------------------------------------------------------------------------------

    @property
    def tells_diagnostics(self) -> bool:
        """Whether the client announced `chat/getDiagnostics`."""
        return self._protocol.client_can("diagnostics")

    async def diagnostics(self, uri: str | None = None) -> Sequence[Diagnostic] | None:
        if not self.tells_diagnostics:
            return None
        answer = await self._request("chat/getDiagnostics", {} if uri is None else {"uri": uri}, REPLY_SECONDS)
        if "items" not in answer:
            return None
        found = findings(answer)
        return found if uri is None else [each for each in found if same(each.uri) == same(uri)]

    # -- asking the client ------------------------------------------------------------------------------------------

    async def _apply(self, edit: Mapping[str, Any]) -> bool:
        answer = await self._request(types.WORKSPACE_APPLY_EDIT, {"edit": edit}, REPLY_SECONDS)
        return answer.get("applied") is True

    async def _request(self, method: str, params: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
        """The client's answer; empty where it failed, is no object, or did not come in time."""
        try:
            async with asyncio.timeout(seconds):
                answer = await self._protocol.ask(method, params)
        except (RpcFailure, TimeoutError):
            return {}
        return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}

    @property
    def _workspace_edit(self) -> types.WorkspaceEditClientCapabilities:
        workspace = self._protocol.client_capabilities.workspace
        return (workspace and workspace.workspace_edit) or types.WorkspaceEditClientCapabilities()

    @property
    def _versioned(self) -> bool:
        return bool(self._workspace_edit.document_changes)


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Whether it happened within that time."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


def _snapshot(document: TextDocument) -> OpenDocument:
    return OpenDocument(document.uri, document.version, document.source)
