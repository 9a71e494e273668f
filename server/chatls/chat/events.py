"""The vocabulary of a turn: what happens, in the order in which it happens.

Pure values without behaviour. Providers produce the `ModelEvent`s, the orchestrator the rest; `lsp/progress.py`
is the only reader that turns them into JSON (field names become camelCase there, fields that are None are left out).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from chatls.errors import ChatError

PhaseName = Literal["connecting", "loading", "prefill", "generating", "tool", "approval", "retrying", "compacting"]
StopReason = Literal["end_turn", "max_tokens", "max_turn_requests", "refusal", "cancelled"]
ToolKind = Literal["read", "edit", "delete", "move", "search", "execute", "think", "fetch", "other"]
JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Start:
    """The turn was accepted; which agent and which model (`provider/model`) answer."""

    type: ClassVar[str] = "start"
    session_id: str
    turn_id: str
    agent: str
    model: str


@dataclass(frozen=True, slots=True)
class Phase:
    """The turn enters a phase; `message` is for people where the name alone does not say enough, `left_out` the index
    of the attachment that it says does not go along."""

    type: ClassVar[str] = "phase"
    phase: PhaseName
    message: str | None = None
    task: str | None = None
    left_out: int | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """Text of the answer. Joined in order, those without `task` are the answer."""

    type: ClassVar[str] = "token"
    data: str
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Thinking:
    """Reasoning text of a model that gives it; never part of the answer."""

    type: ClassVar[str] = "thinking"
    data: str
    task: str | None = None


@dataclass(frozen=True, slots=True)
class ToolCallEvent:
    """The model asked for a tool. Followed by exactly one `ToolResultEvent` with the same id."""

    type: ClassVar[str] = "tool_call"
    id: str
    tool: str
    args: JsonObject
    kind: ToolKind
    title: str
    task: str | None = None


@dataclass(frozen=True, slots=True)
class ToolProgress:
    """A status line, or output, of a running tool."""

    type: ClassVar[str] = "tool_progress"
    id: str
    status: str
    data: str | None = None
    task: str | None = None


@dataclass(frozen=True, slots=True)
class ToolText:
    """What a tool returned. `text` is exactly what the model sees (at most 32 KiB)."""

    text: str
    truncated: bool | None = None
    diff: str | None = None
    uris: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ToolFailure:
    """Why a tool did not do what was asked, in words the model can act on. `code` is a snake_case word."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ToolResultEvent:
    """How a tool call ended: exactly one of `result` and `error`."""

    type: ClassVar[str] = "tool_result"
    id: str
    tool: str
    duration_ms: int
    result: ToolText | None = None
    error: ToolFailure | None = None
    task: str | None = None


@dataclass(frozen=True, slots=True)
class AgentChange:
    """Another agent takes the subtask `task` over from the agent `parent`, or hands it back: then `agent` is the one
    that goes on, and there is no `parent`."""

    type: ClassVar[str] = "agent"
    agent: str
    task: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault. With `retry_in_ms` it is about to be retried; without, it ends the turn."""

    type: ClassVar[str] = "error"
    error: ChatError
    attempt: int | None = None
    retry_in_ms: int | None = None
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts as the model server reported them."""

    type: ClassVar[str] = "usage"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    context_tokens: int | None = None
    context_limit: int | None = None
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds, and tokens a second of the generation alone."""

    first_token_ms: int | None = None
    total_ms: int = 0
    load_ms: int | None = None
    prompt_ms: int | None = None
    tokens_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The turn ended well, or was cancelled. `stop_message` says why where `stop_reason` is not plain."""

    type: ClassVar[str] = "done"
    final: str
    stop_reason: StopReason
    stop_message: str | None = None
    usage: Usage | None = None
    timings: Timings = field(default_factory=Timings)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool call as the model made it.

    `arguments` is a mapping once it was complete, valid JSON; otherwise the raw text, which is never executed.
    """

    id: str
    name: str
    arguments: JsonObject | str


@dataclass(frozen=True, slots=True)
class Finish:
    """The model's own end of one answer. Only after it may its tool calls be executed."""

    stop_reason: StopReason = "end_turn"
    usage: Usage | None = None
    timings: Timings = field(default_factory=Timings)
    stop_message: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The model's answer is complete: a message of its own to the model, with the calls that will get a result.

    For the log of a turn alone; clients see those calls one by one.
    """

    type: ClassVar[str] = "answered"
    calls: tuple[ToolCall, ...] = ()
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Compacted:
    """How a conversation that is too long is shown to the model from now on, counted in turns from the session's first.

    `summary` stands for the first `summarised` of them; in those before `shortened` the tools' results are cut, and
    the thinking is left out. For the log of a turn alone: what was said stays, and users see it as it was.
    """

    type: ClassVar[str] = "compacted"
    summarised: int = 0
    summary: str = ""
    shortened: int = 0


TaskEvent = Phase | Token | Thinking | ToolCallEvent | ToolProgress | ToolResultEvent | AgentChange | Fault | Usage
"""What happens in a task; `task` is the id of the call that a subtask answers, None in what the user asked for."""

StreamEvent = Start | TaskEvent | Done
"""What a turn consists of, as clients see it."""

LogEvent = StreamEvent | Answered | Compacted
"""What is kept of a turn."""

ModelEvent = Phase | Token | Thinking | ToolCall | Finish
"""What a provider's stream consists of. The last event is always `Finish`: a stream that ends without one was cut."""
