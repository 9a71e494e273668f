"""Events as JSON: field names in camelCase, what is None left out (wire contract, section 4).

Pure. The pydantic models of `lsp/event_messages.py` say what may come out of here, and a test holds the two together;
they do not run here, because this is on every token's way. Used by `lsp/progress.py` and `lsp/history.py`.
"""

from dataclasses import fields
from functools import cache
from typing import Any

from chatls.chat.events import (
    AgentChange,
    Done,
    Fault,
    Phase,
    StreamEvent,
    Timings,
    Token,
    ToolCallEvent,
    ToolFailure,
    ToolProgress,
    ToolResultEvent,
    ToolText,
    Usage,
)

Json = dict[str, Any]

PHASES = {
    "connecting": "Connecting…",
    "loading": "Loading the model…",
    "prefill": "Reading the prompt…",
    "generating": "Writing…",
    "tool": "Using tools…",
    "approval": "Waiting for your approval…",
    "retrying": "Trying again…",
    "compacting": "Making room in the context…",
}


def event_json(event: StreamEvent, seq: int) -> Json:
    """One event with its number."""
    if isinstance(event, Fault):
        task = {} if event.task is None else {"task": event.task}
        return {"type": event.type, "seq": seq, "error": _fault(event), **task}
    return {"type": event.type, "seq": seq, **plain(event)}


def plain(value: Any) -> Json:
    """A dataclass of `chat/events.py` as an object."""
    found: Json = {}
    for name, key in _keys(value.__class__):
        item = getattr(value, name)
        if item is not None:
            found[key] = plain(item) if isinstance(item, ToolText | ToolFailure | Usage | Timings) else item
    return found


def message_for_people(event: StreamEvent) -> str | None:
    """The `message` of a progress value: what a client shows that knows nothing of chats."""
    match event:
        case Token():
            return event.data if event.task is None else None
        case Phase():
            return event.message or PHASES[event.phase]
        case ToolCallEvent():
            return f"🔧 Executing {event.tool}…"
        case ToolProgress():
            return event.status
        case ToolResultEvent(error=None):
            return f"✅ {event.tool} completed"
        case ToolResultEvent(error=ToolFailure(message=message)):
            return f"❌ {event.tool} failed: {message}"
        case AgentChange():
            return f"{event.agent} takes over"
        case Fault():
            return event.error.message
        case Done():
            return _summary(event)
        case _:
            return None


def _fault(fault: Fault) -> Json:
    error = fault.error
    found: Json = {"code": error.reason, "message": error.message, "retryable": error.retryable}
    more = {"hint": error.hint or None, "attempt": fault.attempt, "retryInMs": fault.retry_in_ms}
    return found | {key: value for key, value in more.items() if value is not None}


def _summary(done: Done) -> str:
    if done.stop_reason == "cancelled":
        return "Cancelled"
    parts: list[str] = [done.stop_message] if done.stop_message else []
    if done.usage is not None:
        parts.append(f"{done.usage.completion_tokens} tokens")
    if done.timings.tokens_per_second is not None:
        parts.append(f"{done.timings.tokens_per_second:.0f} tok/s")
    return ", ".join(parts) or "Done"


@cache
def _keys(kind: type) -> tuple[tuple[str, str], ...]:
    return tuple((item.name, _camel(item.name)) for item in fields(kind))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
