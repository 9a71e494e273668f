"""The conversation as a model sees it: messages, the request made of them, and what a model can do.

Pure values. Providers translate a `ModelRequest` into their own wire format; nothing here knows any of those.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from chatls.chat.events import ToolCall, ToolFailure, ToolKind, ToolText

Role = Literal["system", "user", "assistant", "tool"]
Capability = Literal["tools", "thinking", "vision"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message. A `tool` message answers the call `tool_call_id` of the assistant message before it."""

    role: Role
    content: str
    thinking: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    tool_name: str = ""


CANCELLED = ToolFailure("cancelled", "The turn was cancelled before this call was finished.")


def tool_message(call_id: str, name: str, outcome: ToolText | ToolFailure) -> Message:
    """What the model is told of a call that it made."""
    text = outcome.text if isinstance(outcome, ToolText) else f"Error ({outcome.code}): {outcome.message}"
    return Message("tool", text, tool_call_id=call_id, tool_name=name)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as it is offered to a model; `input_schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    kind: ToolKind
    input_schema: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash((self.name, self.description))


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Sampling options of one turn; None leaves the choice to the model server."""

    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    think: bool | str | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that a provider offers. `id` is `provider/name`; `context_length` is in tokens."""

    id: str
    provider: str
    name: str
    context_length: int | None = None
    capabilities: tuple[Capability, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """Whether a provider can be reached; if not, why, and what to do about it."""

    id: str
    reachable: bool
    reason: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One call of a model.

    `read_gap` is how many seconds apart the answer need be read once its first text is there: the rhythm at
    which it is shown anyway. 0 reads as fast as it comes.
    """

    model: ModelInfo
    messages: Sequence[Message]
    tools: Sequence[ToolSpec] = ()
    options: ModelOptions = field(default_factory=ModelOptions)
    read_gap: float = 0.0
