"""Every event as JSON: as its schema has it, without nulls, with a word for people where there is one."""

import json
from typing import Any, get_args

import pytest

from chatls.chat.events import (
    AgentChange,
    Done,
    Fault,
    Phase,
    PhaseName,
    Start,
    StreamEvent,
    Thinking,
    Timings,
    Token,
    ToolCallEvent,
    ToolFailure,
    ToolProgress,
    ToolResultEvent,
    ToolText,
    Usage,
)
from chatls.errors import ProviderError
from chatls.lsp.event_json import event_json, message_for_people
from tests.support.schemas import check_value

FULL = Timings(first_token_ms=1, total_ms=2, load_ms=3, prompt_ms=4, tokens_per_second=41.4)
USAGE = Usage(1, 128, 129, 8192)
DOWN = ProviderError("timeout", "Too slow.", hint="Wait.", retryable=True)
CASES: list[tuple[StreamEvent, dict[str, Any], str | None]] = [
    (
        Start("s", "t", "chat", "a/b"),
        {"type": "start", "sessionId": "s", "turnId": "t", "agent": "chat", "model": "a/b"},
        None,
    ),
    (Phase("loading"), {"type": "phase", "phase": "loading"}, "Loading the model…"),
    (Phase("connecting", "Pull one."), {"type": "phase", "phase": "connecting", "message": "Pull one."}, "Pull one."),
    (Token("Hi"), {"type": "token", "data": "Hi"}, "Hi"),
    (Token("Hi", "c1"), {"type": "token", "data": "Hi", "task": "c1"}, None),
    (Thinking("Hm"), {"type": "thinking", "data": "Hm"}, None),
    (
        ToolCallEvent("c", "read_file", {"path": "a", "x_y": None}, "read", "Read a"),
        {
            "type": "tool_call",
            "id": "c",
            "tool": "read_file",
            "args": {"path": "a", "x_y": None},
            "kind": "read",
            "title": "Read a",
        },
        "🔧 Executing read_file…",
    ),
    (
        ToolProgress("c", "Half way", "out"),
        {"type": "tool_progress", "id": "c", "status": "Half way", "data": "out"},
        "Half way",
    ),
    (
        ToolResultEvent("c", "look", 4, result=ToolText("text", truncated=True, diff="d", uris=("file:///a",))),
        {
            "type": "tool_result",
            "id": "c",
            "tool": "look",
            "durationMs": 4,
            "result": {"text": "text", "truncated": True, "diff": "d", "uris": ("file:///a",)},
        },
        "✅ look completed",
    ),
    (
        ToolResultEvent("c", "look", 4, error=ToolFailure("not_found", "No such file.")),
        {
            "type": "tool_result",
            "id": "c",
            "tool": "look",
            "durationMs": 4,
            "error": {"code": "not_found", "message": "No such file."},
        },
        "❌ look failed: No such file.",
    ),
    (
        AgentChange("explore", "c1", "chat"),
        {"type": "agent", "agent": "explore", "task": "c1", "parent": "chat"},
        "explore takes over",
    ),
    (
        Fault(DOWN, 2, 1500),
        {
            "type": "error",
            "error": {
                "code": "timeout",
                "message": "Too slow.",
                "hint": "Wait.",
                "retryable": True,
                "attempt": 2,
                "retryInMs": 1500,
            },
        },
        "Too slow.",
    ),
    (
        Fault(ProviderError("timeout", "Too slow.")),
        {"type": "error", "error": {"code": "timeout", "message": "Too slow.", "retryable": False}},
        "Too slow.",
    ),
    (Phase("tool", task="c1"), {"type": "phase", "phase": "tool", "task": "c1"}, "Using tools…"),
    (Usage(1, 2, task="c1"), {"type": "usage", "promptTokens": 1, "completionTokens": 2, "task": "c1"}, None),
    (
        Fault(ProviderError("timeout", "Too slow."), 1, 5, "c1"),
        {
            "type": "error",
            "error": {
                "code": "timeout",
                "message": "Too slow.",
                "retryable": False,
                "attempt": 1,
                "retryInMs": 5,
            },
            "task": "c1",
        },
        "Too slow.",
    ),
    (
        USAGE,
        {
            "type": "usage",
            "promptTokens": 1,
            "completionTokens": 128,
            "contextTokens": 129,
            "contextLimit": 8192,
        },
        None,
    ),
    (
        Done("Hi", "end_turn", None, USAGE, FULL),
        {
            "type": "done",
            "final": "Hi",
            "stopReason": "end_turn",
            "usage": {"promptTokens": 1, "completionTokens": 128, "contextTokens": 129, "contextLimit": 8192},
            "timings": {"firstTokenMs": 1, "totalMs": 2, "loadMs": 3, "promptMs": 4, "tokensPerSecond": 41.4},
        },
        "128 tokens, 41 tok/s",
    ),
    (
        Done("", "max_turn_requests", "The limit was reached."),
        {
            "type": "done",
            "final": "",
            "stopReason": "max_turn_requests",
            "stopMessage": "The limit was reached.",
            "timings": {"totalMs": 0},
        },
        "The limit was reached.",
    ),
    (
        Done("", "cancelled"),
        {"type": "done", "final": "", "stopReason": "cancelled", "timings": {"totalMs": 0}},
        "Cancelled",
    ),
    (
        Done("", "end_turn"),
        {"type": "done", "final": "", "stopReason": "end_turn", "timings": {"totalMs": 0}},
        "Done",
    ),
]


@pytest.mark.parametrize(("event", "expected", "message"), CASES, ids=[type(case[0]).__name__ for case in CASES])
def test_an_event_is_drawn_as_its_schema_has_it(
    event: StreamEvent, expected: dict[str, Any], message: str | None
) -> None:
    found = event_json(event, 7)
    assert found == {**expected, "seq": 7}
    assert message_for_people(event) == message


def test_every_kind_of_event_is_in_the_table_above() -> None:
    assert {type(case[0]) for case in CASES} == set(get_args(StreamEvent))


@pytest.mark.parametrize("phase", get_args(PhaseName))
def test_every_phase_has_words_for_people(phase: PhaseName) -> None:
    assert message_for_people(Phase(phase))
    check_value("event", event_json(Phase(phase), 0))


@pytest.mark.parametrize("case", CASES, ids=[type(case[0]).__name__ for case in CASES])
def test_the_schema_takes_what_is_drawn(case: tuple[StreamEvent, dict[str, Any], str | None]) -> None:
    check_value("event", json.loads(json.dumps(event_json(case[0], 0))))
