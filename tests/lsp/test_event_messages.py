import json
from dataclasses import fields
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from chatls.chat import events
from chatls.errors import ProviderError
from chatls.lsp import event_messages
from chatls.lsp.event_messages import AnyEvent, Begin, End, Event, ProgressValue, Report
from chatls.lsp.wire import Wire
from tests.support.schemas import check_value

VALUE: TypeAdapter[Begin | Report | End] = TypeAdapter(ProgressValue)
MODELS: dict[str, type[Event]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(AnyEvent)[0])
}
PARTS: list[tuple[type, type[Wire]]] = [
    (events.ToolText, event_messages.ToolOutput),
    (events.ToolFailure, event_messages.ToolError),
    (events.Usage, event_messages.Usage),
    (events.Timings, event_messages.Timings),
]
EXAMPLES = """
{"kind": "begin", "title": "ollama/llama3.1", "cancellable": true, "event": {"type": "start", "seq": 0, "sessionId": "s", "turnId": "t", "agent": "chat", "model": "ollama/llama3.1:latest"}}
{"kind": "report", "message": "Hel", "event": {"type": "token", "seq": 1, "data": "Hel"}}
{"kind": "report", "message": "🔧 Executing read_file…", "event": {"type": "tool_call", "seq": 2, "id": "c1", "tool": "read_file", "args": {"path": "a.py"}, "kind": "read", "title": "Read a.py"}}
{"kind": "report", "message": "✅ read_file completed", "event": {"type": "tool_result", "seq": 3, "id": "c1", "tool": "read_file", "result": {"text": "…"}, "durationMs": 4}}
{"kind": "end", "message": "128 tokens, 41 tok/s", "event": {"type": "done", "seq": 9, "final": "…", "stopReason": "end_turn", "usage": {"promptTokens": 3, "completionTokens": 128}, "timings": {"totalMs": 3100}}}
{"kind": "report", "message": "Connecting…", "event": {"type": "phase", "seq": 1, "phase": "connecting"}}
{"kind": "report", "event": {"type": "thinking", "seq": 2, "data": "Hm."}}
{"kind": "report", "message": "3 files", "event": {"type": "tool_progress", "seq": 3, "id": "c1", "status": "3 files", "data": "a.py", "task": "c0"}}
{"kind": "report", "message": "explore takes over", "event": {"type": "agent", "seq": 4, "agent": "explore", "task": "c0", "parent": "chat"}}
{"kind": "report", "event": {"type": "usage", "seq": 5, "promptTokens": 3, "completionTokens": 0, "contextTokens": 3, "contextLimit": 16384}}
{"kind": "report", "message": "No answer.", "event": {"type": "error", "seq": 6, "error": {"code": "provider_unreachable", "message": "No answer.", "hint": "Start it.", "retryable": true, "attempt": 1, "retryInMs": 1000}}}
{"kind": "end", "message": "No answer.", "event": {"type": "error", "seq": 7, "error": {"code": "timeout", "message": "No answer.", "retryable": false}}}
"""  # noqa: E501 (one frame a line, as on the wire)


def keys(model: type[Wire]) -> set[str]:
    return {to_camel(name) for name in model.model_fields} - {"seq", "type"}


def names(kind: type) -> set[str]:
    return {to_camel(item.name) for item in fields(kind)}


@pytest.mark.parametrize("line", EXAMPLES.strip().splitlines())
def test_the_examples_of_the_contract_are_progress_values(line: str) -> None:
    value = json.loads(line)
    check_value("progress", value)
    check_value("event", value["event"])
    assert VALUE.validate_python(value).to_wire() == value


@pytest.mark.parametrize("kind", get_args(events.StreamEvent), ids=lambda kind: kind.__name__)
def test_an_event_has_the_same_fields_in_the_heart_and_on_the_wire(kind: Any) -> None:
    if kind is not events.Fault:
        assert keys(MODELS[kind.type]) == names(kind)


def test_every_event_of_the_wire_is_one_of_the_heart() -> None:
    assert {kind.type for kind in get_args(events.StreamEvent)} == MODELS.keys()


@pytest.mark.parametrize(("kind", "model"), PARTS)
def test_what_an_event_holds_has_the_same_fields_in_both(kind: type, model: type[Wire]) -> None:
    assert keys(model) == names(kind) - {"task"}  # which is the event's


def test_a_fault_is_its_exception_and_the_retry() -> None:
    error = ProviderError("timeout", "m")
    spelled_out = {"code": error.reason, "message": error.message, "hint": error.hint, "retryable": error.retryable}
    retry = names(events.Fault) - {"error", "task"}
    assert keys(event_messages.ErrorEvent) == {"error", "task"}
    assert keys(event_messages.Fault) == spelled_out.keys() | retry


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "begin", "title": "x", "cancellable": True},
        {"kind": "begin", "title": "x", "cancellable": True, "event": {"type": "token", "seq": 0, "data": ""}},
        {"kind": "report", "event": {"type": "done", "seq": 1, "final": "", "stopReason": "end_turn", "timings": {}}},
        {"kind": "report", "event": {"type": "token", "seq": "1", "data": ""}},
        {"kind": "report", "event": {"type": "token", "seq": -1, "data": ""}},
        {"kind": "report", "event": {"type": "token", "data": ""}},
        {"kind": "report", "event": {"type": "phase", "seq": 1, "phase": "dreaming"}},
        {"kind": "report", "event": {"type": "news", "seq": 1}},
        {"kind": "report", "event": {"type": "tool_result", "seq": 1, "id": "c", "tool": "t", "durationMs": 1}},
        {"kind": "end", "event": {"type": "token", "seq": 1, "data": ""}},
    ],
)
def test_neither_models_nor_schemas_take_a_wrong_value(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        VALUE.validate_python(wrong)
    with pytest.raises(AssertionError, match="progress"):
        check_value("progress", wrong)


def test_a_tool_result_is_not_both_text_and_error() -> None:
    event = {"type": "tool_result", "seq": 1, "id": "c", "tool": "t", "durationMs": 1}
    both = {**event, "result": {"text": ""}, "error": {"code": "x", "message": "m"}}
    with pytest.raises(ValidationError, match="exactly one of result and error"):
        TypeAdapter(AnyEvent).validate_python(both)
    with pytest.raises(AssertionError, match="event"):
        check_value("event", both)
