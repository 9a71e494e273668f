"""Events as they are kept: one JSON object each, and back again.

Names are those of the dataclasses in `chat/events.py`, and what is None is left out, so that a field can be added
there without a migration. Pure. Used by `store/changes.py` and `store/queries.py`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, cast

from chatls.chat.events import (
    AgentChange,
    Answered,
    Compacted,
    Done,
    Fault,
    LogEvent,
    Phase,
    Start,
    Thinking,
    Timings,
    Token,
    ToolCall,
    ToolCallEvent,
    ToolFailure,
    ToolProgress,
    ToolResultEvent,
    ToolText,
    Usage,
)
from chatls.chat.text import clean
from chatls.errors import ChatError, ProviderError

Json = dict[str, Any]

_PLAIN = (AgentChange, Compacted, Phase, Start, Thinking, Token, ToolCallEvent, ToolProgress, Usage)
UNREADABLE = Fault(ProviderError("internal", "A part of this turn can no longer be read."), 1, 0)
"""Stands where something was that is damaged; by its `retry_in_ms` it is not the turn's end."""


def dumped(event: LogEvent) -> str:
    """The object of an event; its `type` is kept beside it."""
    return clean(json.dumps(_fields(event), ensure_ascii=False, separators=(",", ":")))


def loaded(kind: str, body: str) -> LogEvent:
    """The event of this type; a damaged one, or one of a type that is not known, is `UNREADABLE`."""
    try:
        return _KINDS[kind](json.loads(body))
    except (AttributeError, KeyError, TypeError, ValueError):
        return UNREADABLE


def _fields(value: Any) -> Json:
    found = ((item.name, getattr(value, item.name)) for item in fields(value))
    return {name: _json(item) for name, item in found if item is not None}


def _json(value: Any) -> Any:
    match value:
        case ToolText() | ToolFailure() | Usage() | Timings() | ToolCall():
            return _fields(value)
        case ChatError():
            return {"reason": value.reason, "message": value.message, "hint": value.hint, "retryable": value.retryable}
        case tuple():
            return [_json(item) for item in cast("tuple[Any, ...]", value)]
        case Mapping():
            return dict(cast("Mapping[str, Any]", value))
        case _:
            return value


def _answered(found: Json) -> Answered:
    return Answered(tuple(ToolCall(**call) for call in found["calls"]), found.get("task"))


def _tool_result(found: Json) -> ToolResultEvent:
    result, error = found.pop("result", None), found.pop("error", None)
    return ToolResultEvent(
        **found, result=_made(result, _tool_text), error=_made(error, lambda item: ToolFailure(**item))
    )


def _tool_text(found: Json) -> ToolText:
    uris = found.pop("uris", None)
    return ToolText(**found, uris=None if uris is None else tuple(uris))


def _fault(found: Json) -> Fault:
    error = found.pop("error")
    return Fault(
        ProviderError(error["reason"], error["message"], hint=error["hint"], retryable=error["retryable"]), **found
    )


def _done(found: Json) -> Done:
    usage, timings = found.pop("usage", None), found.pop("timings")
    return Done(**found, usage=_made(usage, lambda item: Usage(**item)), timings=Timings(**timings))


def _made(found: Json | None, make: Callable[[Json], Any]) -> Any:
    return None if found is None else make(found)


def _plain(kind: Callable[..., LogEvent]) -> Callable[[Json], LogEvent]:
    return lambda found: kind(**found)


_KINDS: Mapping[str, Callable[[Json], LogEvent]] = {
    **{kind.type: _plain(kind) for kind in _PLAIN},
    Answered.type: _answered,
    Done.type: _done,
    Fault.type: _fault,
    ToolResultEvent.type: _tool_result,
}
