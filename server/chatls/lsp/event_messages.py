"""What rides in `$/progress`: begin, report and end, each with the event of a turn (wire contract, section 4).

The shape of the events alone; `chat/events.py` says what they mean, `lsp/progress.py` makes them. The same events
come back from chat/getSession and chat/getTurn. Read by `lsp/messages.py`, `lsp/schemas.py` and the tests.
"""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from chatls.chat.events import PhaseName, StopReason, ToolKind
from chatls.errors import Reason
from chatls.lsp.wire import Count, Id, JsonObject, Token, Uri, Wire, one_of

Task = Annotated[str, Field(min_length=1, description="The id of the call that this event's subtask belongs to.")]


class Event(Wire):
    """An event of a turn."""

    seq: Count = Field(description="Counts from 0 without gaps within a turn.")


class StartEvent(Event):
    """The turn was accepted."""

    type: Literal["start"]
    session_id: Id
    turn_id: Id
    agent: Id
    model: str


LeftOut = Annotated[
    int, Field(ge=0, description="The index of an implicit attachment that does not go along; `message` says why.")
]


class PhaseEvent(Event):
    """The turn enters a phase."""

    type: Literal["phase"]
    phase: PhaseName
    message: str | None = None
    task: Task | None = None
    left_out: LeftOut | None = None


class TokenEvent(Event):
    """Text of the answer: joined in order, those without `task` are the answer."""

    type: Literal["token"]
    data: str
    task: Task | None = None


class ThinkingEvent(Event):
    """Reasoning text, never part of the answer."""

    type: Literal["thinking"]
    data: str
    task: Task | None = None


class ToolCallEvent(Event):
    """The model asked for a tool."""

    type: Literal["tool_call"]
    id: Id
    tool: str
    args: JsonObject
    kind: ToolKind
    title: str
    task: Task | None = None


class ToolProgressEvent(Event):
    """A status line, or output, of a running tool."""

    type: Literal["tool_progress"]
    id: Id
    status: str
    data: str | None = None
    task: Task | None = None


class ToolOutput(Wire):
    """What a tool returned."""

    text: str = Field(description="What the model sees, at most 32 KiB.")
    truncated: bool | None = None
    diff: str | None = None
    uris: list[Uri] | None = None


class ToolError(Wire):
    """Why a tool did not do what was asked."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    message: str


class ToolResultEvent(Event):
    """How a tool call ended: exactly one for each `tool_call`."""

    model_config = ConfigDict(json_schema_extra=one_of("result", "error"))

    type: Literal["tool_result"]
    id: Id
    tool: str
    duration_ms: Count
    result: ToolOutput | None = None
    error: ToolError | None = None
    task: Task | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.result is None) == (self.error is None):
            raise ValueError("exactly one of result and error")
        return self


class AgentEvent(Event):
    """Another agent takes a subtask over from its parent, or hands it back: without `parent`."""

    type: Literal["agent"]
    agent: Id = Field(description="The agent that goes on.")
    task: Task | None = None
    parent: Id | None = Field(default=None, description="The agent that delegated the subtask.")


class Fault(Wire):
    """What went wrong. With `retryInMs` it is about to be tried again."""

    code: Reason = Field(description="An open list: a client takes what it does not know for `internal`.")
    message: str
    hint: str | None = None
    retryable: bool
    attempt: Count | None = None
    retry_in_ms: Count | None = None


class ErrorEvent(Event):
    """A fault, also one that a retry will heal. In `end` it is why the turn failed."""

    type: Literal["error"]
    error: Fault
    task: Task | None = None


class Usage(Wire):
    """Token counts as the model server reported them."""

    prompt_tokens: Count
    completion_tokens: Count
    context_tokens: Count | None = None
    context_limit: Count | None = None


class UsageEvent(Usage, Event):
    """Token counts, when the model server reports them."""

    type: Literal["usage"]
    task: Task | None = None


class Timings(Wire):
    """Milliseconds; tokens a second of the generation alone."""

    first_token_ms: Count | None = None
    total_ms: Count
    load_ms: Count | None = None
    prompt_ms: Count | None = None
    tokens_per_second: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class DoneEvent(Event):
    """The turn ended well, or was cancelled."""

    type: Literal["done"]
    final: str
    stop_reason: StopReason
    stop_message: str | None = None
    usage: Usage | None = None
    timings: Timings


AnyEvent = Annotated[
    StartEvent
    | PhaseEvent
    | TokenEvent
    | ThinkingEvent
    | ToolCallEvent
    | ToolProgressEvent
    | ToolResultEvent
    | AgentEvent
    | ErrorEvent
    | UsageEvent
    | DoneEvent,
    Field(discriminator="type"),
]
ReportEvent = Annotated[
    PhaseEvent
    | TokenEvent
    | ThinkingEvent
    | ToolCallEvent
    | ToolProgressEvent
    | ToolResultEvent
    | AgentEvent
    | ErrorEvent
    | UsageEvent,
    Field(discriminator="type"),
]


class Begin(Wire):
    """The first value of a token: the turn was accepted. A tool run by chat/callTool begins with its `tool_call`."""

    kind: Literal["begin"]
    title: str
    cancellable: bool
    message: str | None = None
    event: Annotated[StartEvent | ToolCallEvent, Field(discriminator="type")]


class Report(Wire):
    """What happens. `message` is for people, `event` for programs."""

    kind: Literal["report"]
    message: str | None = None
    event: ReportEvent


class End(Wire):
    """The last value of a token: how it ended. A tool run by chat/callTool ends with its `tool_result`."""

    kind: Literal["end"]
    message: str | None = None
    event: Annotated[DoneEvent | ErrorEvent | ToolResultEvent, Field(discriminator="type")]


ProgressValue = Annotated[Begin | Report | End, Field(discriminator="kind")]


class ProgressParams(Wire):
    """LSP's `$/progress` with a value of ours."""

    token: Token
    value: ProgressValue
