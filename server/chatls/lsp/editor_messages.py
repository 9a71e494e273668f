"""What the server asks of a client that announces it: approvals, saved documents, diagnostics.

Shapes alone, as in `lsp/messages.py`. Read by `lsp/approvals.py`, `lsp/diagnostics.py`, `lsp/editor.py` and by
`lsp/methods.py`.
"""

from typing import Annotated, Literal

from pydantic import Field

from chatls.chat.approvals import OptionKind
from chatls.chat.events import ToolKind
from chatls.lsp.wire import Id, Range, Uri, Wire


class Hunk(Wire):
    """A part of a change that can be accepted by itself."""

    id: Id
    uri: Uri
    diff: str


class ApprovalOption(Wire):
    """One of the answers to choose from."""

    id: Id
    label: str
    kind: OptionKind


class RequestApprovalParams(Wire):
    """chat/requestApproval, from the server: may this tool call be done?"""

    approval_id: Id
    session_id: Id | None = None
    turn_id: Id | None = None
    tool_call_id: Id | None = None
    tool: Id
    kind: ToolKind
    title: str
    detail: str
    diff: str | None = None
    hunks: list[Hunk] | None = None
    options: Annotated[list[ApprovalOption], Field(min_length=1)]


class RequestApprovalResult(Wire):
    """The user's answer. `hunks` are the ids of the accepted parts; absent: all."""

    option_id: Id
    hunks: list[Id] | None = None


class ApprovalClosedParams(Wire):
    """chat/approvalClosed, from the server: nobody waits for this answer any more."""

    approval_id: Id


class SaveDocumentsParams(Wire):
    """chat/saveDocuments, from the server: save these open documents."""

    uris: Annotated[list[Uri], Field(min_length=1)]


class SaveDocumentsResult(Wire):
    """Which were saved, and which could not be."""

    saved: list[str]
    failed: list[str]


class GetDiagnosticsParams(Wire):
    """chat/getDiagnostics, from the server: what the editor's other servers say about a document, or about all."""

    uri: Uri | None = None


class Diagnostic(Wire):
    """A diagnostic of LSP, of which these fields are read."""

    range: Range
    message: str
    severity: Literal[1, 2, 3, 4] | None = Field(default=None, description="Error, warning, information, hint.")
    source: str | None = None


class DocumentDiagnostics(Wire):
    """The diagnostics of one document."""

    uri: Uri
    diagnostics: list[Diagnostic]


class GetDiagnosticsResult(Wire):
    """What there is to say; a document without diagnostics may be left out."""

    items: list[DocumentDiagnostics]
