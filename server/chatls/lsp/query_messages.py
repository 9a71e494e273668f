"""What our other requests take and answer: models, agents, tools, sessions and what is in them, grants.

Shapes alone, as in `lsp/messages.py`. Read by the handlers in `lsp/`, by `lsp/methods.py` and by the tests.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from chatls.chat.approvals import Scope
from chatls.chat.events import ToolKind
from chatls.chat.messages import Capability
from chatls.chat.sessions import TurnState
from chatls.lsp.event_messages import AnyEvent, ToolError, ToolOutput
from chatls.lsp.messages import UserMessage
from chatls.lsp.wire import Count, Id, JsonObject, Limit, Seq, Timestamp, Token, Uri, Wire, one_of


class NoParams(Wire):
    """A request that needs to be told nothing."""


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


class CallToolParams(Wire):
    """chat/callTool: one workspace tool without a model, with the same checks and approvals."""

    tool: Id
    args: JsonObject = Field(default_factory=dict[str, Any])
    session_id: Id | None = None
    work_done_token: Token | None = None


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


class ListSessionsParams(Wire):
    """chat/listSessions: the sessions of this set of workspace folders."""

    cursor: Id | None = Field(default=None, description="nextCursor of the page before.")
    limit: Limit = 50
    query: str | None = Field(default=None, description="Words to look for in titles and messages.")


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


class GetSessionParams(Wire):
    """chat/getSession: the newest turns, or those before a turn."""

    session_id: Id
    before: Id | None = Field(default=None, description="`before` of the page that was read last.")
    limit: Limit = 50


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


class GetTurnParams(Wire):
    """chat/getTurn: what a client missed of a turn."""

    session_id: Id
    turn_id: Id
    after_seq: Seq = -1


class GetTurnResult(Wire):
    """chat/getTurn. With `reset` it is the whole turn, since the numbers are no longer known."""

    reset: Literal[True] | None = None
    events: list[AnyEvent]
    last_seq: Seq


class RenameSessionParams(Wire):
    """chat/renameSession: another title; it may run a turn."""

    session_id: Id
    title: Annotated[str, Field(min_length=1, max_length=200, description="White space becomes single spaces.")]


class DeleteSessionParams(Wire):
    """chat/deleteSession: forget it, with all its turns."""

    session_id: Id


class ForkSessionParams(Wire):
    """chat/forkSession: begin another session with a copy of this one, up to and with a turn."""

    session_id: Id
    turn_id: Id


class ForkSessionResult(Wire):
    """chat/forkSession: the new session."""

    session_id: Id


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


class RevokeGrantParams(Wire):
    """chat/revokeGrant: take one back, from the next call on."""

    grant_id: Id
