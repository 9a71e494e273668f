"""Events come back from their JSON as they were."""

import pytest

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
from chatls.errors import ProviderError
from chatls.store.event_json import UNREADABLE, dumped, loaded

EVENTS: list[LogEvent] = [
    Start("s", "t", "chat", "fake/model"),
    Phase("connecting"),
    Phase("connecting", "The first of them."),
    Token('tab\t "quotes" \u2028 \x00 ünï 😀'),
    Token("inner", "c1"),
    Thinking("Hm"),
    ToolCallEvent("c1", "look", {"path": "a", "deep": {"x": [1, None]}}, "read", "Look at a", "c0"),
    ToolProgress("c1", "half"),
    ToolProgress("c1", "half", "output"),
    ToolResultEvent("c1", "look", 4, ToolText("seen", truncated=True, diff="+a", uris=("file:///a",))),
    ToolResultEvent("c1", "look", 4, ToolText("seen")),
    ToolResultEvent("c1", "look", 4, error=ToolFailure("not_found", "No.")),
    AgentChange("explore", "c1", "chat"),
    Usage(3, 4, 5, 6),
    Answered(),
    Compacted(2, "They spoke of tea.", 3),
    Answered((ToolCall("c1", "look", {"path": "a"}), ToolCall("c2", "look", '{"raw'))),
    Answered((ToolCall("c1", "look", {"path": "a"}),), "c0"),
    Done("All.", "end_turn"),
    Done("", "max_tokens", "Too long.", Usage(1, 2), Timings(1, 2, 3, 4, 5.5)),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_event_comes_back_as_it_was(event: LogEvent) -> None:
    assert loaded(event.type, dumped(event)) == event


def test_a_fault_comes_back_with_what_clients_are_told_of_it() -> None:
    error = ProviderError("rate_limited", "Wait.", hint="Later.", retryable=True, status=429, retry_after=60.0)
    back = loaded("error", dumped(Fault(error, 2, 1000)))
    assert isinstance(back, Fault)
    assert (back.attempt, back.retry_in_ms) == (2, 1000)
    told = [back.error.reason, back.error.message, back.error.hint, back.error.retryable]
    assert told == ["rate_limited", "Wait.", "Later.", True]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "{}", '{"data": "x", "new": 1}'])
def test_f66_what_is_damaged_is_said_to_be_so(body: str) -> None:
    assert loaded("token", body) is UNREADABLE
    assert loaded("done", body) is UNREADABLE


def test_an_event_of_an_unknown_type_is_unreadable() -> None:
    assert loaded("sculpture", "{}") is UNREADABLE


def test_what_no_file_can_hold_is_replaced() -> None:
    assert clean("a\ud800b😀") == "a\ufffdb😀"
    assert loaded("token", dumped(Token("\udfff"))) == Token("\ufffd")
