"""What our requests answer, the data of their errors, and the capabilities: all that the server writes and never reads.

Shapes alone, as in `lsp/messages.py`. The server sends plain JSON of this shape without building these models; the
schemas are made of them, and the tests check every frame. Read by `lsp/methods.py`, `lsp/schemas.py` and the tests.
"""

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from chatls.chat.approvals import Scope
from chatls.chat.events import StopReason, ToolKind
from chatls.chat.messages import Capability
from chatls.chat.sessions import TurnState
from chatls.errors import Reason
from chatls.lsp.event_messages import AnyEvent, Timings, ToolError, ToolOutput, Usage
from chatls.lsp.messages import UserMessage
from chatls.lsp.wire import Count, Id, Seq, Timestamp, Uri, Wire, one_of


class StreamResult(Wire):
    """How a turn ended; an answer to a cancelled request too."""

    session_id: Id
    turn_id: Id
    final: str
    stop_reason: StopReason
    stop_message: str | None = None
    usage: Usage | None = None
    timings: Timings
    last_seq: Seq


class NoResult(Wire):
    """A request that has nothing to answer."""


class Model(Wire):
    """A model that can be chosen now."""

    id: Id = Field(description="provider/name")
    provider: Id
    name: Id
    context_length: Count | None = Field(default=None, description="In tokens.")
    capabilities: list[Capability]


class ProviderState(Wire):
    """Whether a provider can be reached; if not, why, and what to do about it."""

    id: Id
    reachable: bool
    reason: str | None = None
    hint: str | None = None


class ListModelsResult(Wire):
    """chat/listModels: what can be reached now."""

    models: list[Model]
    providers: list[ProviderState]
    default: str = Field(description="The model of a request that names none.")


class AgentInfo(Wire):
    """An agent that can be asked."""

    id: Id
    description: str
    model: str | None = None
    tools: list[str]


class ListAgentsResult(Wire):
    """chat/listAgents."""

    agents: list[AgentInfo]


class ToolInfo(Wire):
    """A workspace tool; `inputSchema` is the JSON Schema of its arguments."""

    name: Id
    description: str
    kind: ToolKind
    input_schema: dict[str, Any]


class ListToolsResult(Wire):
    """chat/listTools."""

    tools: list[ToolInfo]


class CallToolResult(Wire):
    """chat/callTool: exactly one of the two; a cancelled call has the error `cancelled`."""

    model_config = ConfigDict(json_schema_extra=one_of("result", "error"))

    result: ToolOutput | None = None
    error: ToolError | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.result is None) == (self.error is None):
            raise ValueError("exactly one of result and error")
        return self


class SessionInfo(Wire):
    """A session, without its turns."""

    session_id: Id
    title: str
    created_at: Timestamp
    updated_at: Timestamp
    workspace: list[Uri] = Field(description="The workspace folders it began in.")
    model: str
    turns: Count = Field(description="How many.")
    busy: bool = Field(description="A turn is running.")


class ListSessionsResult(Wire):
    """chat/listSessions, the one used last first."""

    sessions: list[SessionInfo]
    next_cursor: Id | None = None


class Turn(Wire):
    """A turn as a client draws it; in its events neighbouring text is merged."""

    turn_id: Id
    message: UserMessage
    agent: str
    model: str
    state: TurnState
    events: list[AnyEvent]


class GetSessionResult(Wire):
    """chat/getSession, oldest turn first; `before` where there are earlier ones."""

    session: SessionInfo
    turns: list[Turn]
    before: Id | None = None


class GetTurnResult(Wire):
    """chat/getTurn. With `reset` it is the whole turn, since the numbers are no longer known."""

    reset: Literal[True] | None = None
    events: list[AnyEvent]
    last_seq: Seq


class ForkSessionResult(Wire):
    """chat/forkSession: the new session."""

    session_id: Id


class UndoTurnResult(Wire):
    """chat/undoTurn: what was undone. Nothing is left to do where a turn is undone twice: that is no error."""

    message: str = Field(description="What was done, and what could not be: one line for people.")
    files: list[Uri] | None = Field(
        default=None,
        description="Those that were put back, written, deleted or moved; there where files were asked for.",
    )
    kept: list[Uri] | None = Field(
        default=None,
        description="Those that stay as the turn left them: what they held before is not known (any more).",
    )
    turns: Count | None = Field(default=None, description="How many turns have left the conversation.")


class GrantInfo(Wire):
    """What the user granted, or refused, for later calls; `label` is the sentence that was agreed to."""

    grant_id: Id
    tool: Id
    scope: Scope
    label: str
    created_at: Timestamp


class ListGrantsResult(Wire):
    """chat/listGrants: those of this process's sessions, and those for good in this workspace."""

    grants: list[GrantInfo]


class InvalidParamsData(Wire):
    """`data` of the error -32602."""

    field: str = Field(description='The path of the wrong field: "message.attachments[0].uri".')
    expected: str


class RequestFailedData(Wire):
    """`data` of the error -32803."""

    reason: Reason = Field(description="An open list: a client takes what it does not know for `internal`.")
    retryable: bool
    hint: str | None = Field(default=None, description="What to do about it, in one sentence.")
    provider: str | None = None
    model: str | None = None
    status: int | None = Field(default=None, description="The HTTP status of the model server.")
    session_id: Id | None = None
    turn_id: Id | None = None
    final: str | None = None
    files: list[str] | None = None


class ServerCapability(Wire):
    """`capabilities.experimental.chatls` of the server."""

    protocol: Literal[1]
    methods: list[str]


class ClientCapability(Wire):
    """`capabilities.experimental.chatls` of a client: which of our requests it answers."""

    protocol: int
    approval: bool | None = None
    hunks: bool | None = None
    diagnostics: bool | None = None
    save: bool | None = None
    strict_edits: bool | None = None
