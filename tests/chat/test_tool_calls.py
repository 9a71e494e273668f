"""The tool calls inside a turn: each announced, run and reported in order, exactly once."""

import asyncio
from typing import Any

import pytest

from chatls.chat.events import (
    Answered,
    Phase,
    PhaseName,
    StreamEvent,
    ToolCall,
    ToolCallEvent,
    ToolFailure,
    ToolProgress,
    ToolResultEvent,
    ToolText,
)
from chatls.chat.messages import Message
from chatls.chat.ports import ToolRun
from chatls.chat.tool_calls import ToolStreamingCoordinator
from tests.support.clock import FakeClock, settle
from tests.support.heart import FakeToolset, call, echo


class Sink:
    """Takes a turn's events, and apart from them the phases that it was told."""

    def __init__(self) -> None:
        self.events: list[StreamEvent] = []
        self.phases: list[PhaseName] = []

    async def put(self, event: StreamEvent) -> None:
        self.events.append(event)

    def put_nowait(self, event: StreamEvent) -> None:
        self.events.append(event)

    def note(self, event: Answered) -> None: ...

    async def kept(self) -> None: ...

    async def enter(self, phase: Phase) -> None:
        self.phases.append(phase.phase)


def coordinator(
    toolset: FakeToolset, clock: FakeClock | None = None, **more: Any
) -> tuple[ToolStreamingCoordinator, Sink]:
    sink = Sink()
    return ToolStreamingCoordinator(toolset, sink, sink.enter, clock or FakeClock(), "s", "t", **more), sink


async def test_a_call_is_announced_run_and_reported_with_its_duration() -> None:
    clock = FakeClock()

    async def slow(call: ToolCall, run: ToolRun) -> ToolText:
        await run.progress("Half way", "out")
        clock.time += 1.5
        return ToolText("found")

    parts, sink = coordinator(FakeToolset({"look": slow}), clock)
    messages: list[Message] = []
    await parts.run([call(path="a")], messages)
    assert sink.events == [
        ToolCallEvent("c1", "look", {"path": "a"}, "read", "Use look"),
        ToolProgress("c1", "Half way", "out"),
        ToolResultEvent("c1", "look", 1500, result=ToolText("found")),
    ]
    assert messages == [Message("tool", "found", tool_call_id="c1", tool_name="look")]


class FullSink(Sink):
    """Has no room for what waits for it."""

    async def put(self, event: StreamEvent) -> None:
        if isinstance(event, ToolResultEvent):
            await asyncio.Event().wait()
        await super().put(event)


async def test_a_result_waits_for_no_room_in_which_a_cancel_would_lose_it() -> None:
    sink = FullSink()
    parts = ToolStreamingCoordinator(FakeToolset({"echo": echo}), sink, sink.enter, FakeClock(), "s", "t")
    async with asyncio.timeout(5):
        await parts.run([call("echo")], [])
        await parts.refuse([call("echo", call_id="c2")], ToolFailure("no", "No."), [])
    assert [event.id for event in sink.events if isinstance(event, ToolResultEvent)] == ["c1", "c2"]


async def test_a_tool_is_told_for_whom_it_runs() -> None:
    runs: list[ToolRun] = []

    async def note(call: ToolCall, run: ToolRun) -> ToolText:
        runs.append(run)
        return ToolText("")

    parts, _ = coordinator(FakeToolset({"look": note}))
    await parts.run([call()], [])
    assert (runs[0].call_id, runs[0].session_id, runs[0].turn_id) == ("c1", "s", "t")


async def test_calls_run_one_after_the_other_and_each_result_is_kept_at_once() -> None:
    toolset = FakeToolset({"look": echo, "read": echo})
    parts, sink = coordinator(toolset)
    messages: list[Message] = []
    await parts.run([call(), call("read", "c2")], messages)
    assert [event.type for event in sink.events] == ["tool_call", "tool_result"] * 2
    assert [message.content for message in messages] == ["result of look", "result of read"]


async def test_t114_arguments_that_are_no_json_are_shown_raw() -> None:
    async def refuse(call: ToolCall, run: ToolRun) -> ToolFailure:
        return ToolFailure("invalid_arguments", "Not JSON.")

    parts, sink = coordinator(FakeToolset({"look": refuse}))
    messages: list[Message] = []
    await parts.run([ToolCall("c1", "look", '{"path": "a')], messages)
    announced = sink.events[0]
    assert isinstance(announced, ToolCallEvent)
    assert announced.args == {"raw": '{"path": "a'}
    assert messages[0].content == "Error (invalid_arguments): Not JSON."


async def test_a_tool_that_the_agent_may_not_use_is_refused_unasked() -> None:
    toolset = FakeToolset({"look": echo, "write": echo})
    parts, sink = coordinator(toolset, allowed=["look"])
    await parts.run([call("write"), call("look", "c2")], [])
    assert [made.name for made in toolset.ran] == ["look"]
    refused = sink.events[1]
    assert isinstance(refused, ToolResultEvent)
    assert refused.error is not None
    assert refused.error.code == "not_allowed"


async def test_a_cancel_reports_the_running_call_and_answers_those_that_never_began() -> None:
    async def hang(call: ToolCall, run: ToolRun) -> ToolText:
        await asyncio.Event().wait()
        raise NotImplementedError

    parts, sink = coordinator(FakeToolset({"look": echo, "hang": hang}))
    messages: list[Message] = []
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        calls = [call(), call("hang", "c2"), call("look", "c3")]
        running = group.create_task(parts.run(calls, messages))
        await settle()
        running.cancel()
    assert running.cancelled()
    assert [event.type for event in sink.events] == ["tool_call", "tool_result"] * 2
    assert [message.tool_call_id for message in messages] == ["c1", "c2", "c3"]
    assert [message.content.startswith("Error (cancelled)") for message in messages] == [False, True, True]


async def test_refused_calls_are_announced_and_answered_but_not_run() -> None:
    toolset = FakeToolset({"look": echo})
    parts, sink = coordinator(toolset)
    messages: list[Message] = []
    await parts.refuse([call(), call("look", "c2")], ToolFailure("cut_short", "Cut."), messages)
    assert toolset.ran == []
    assert [event.type for event in sink.events] == ["tool_call", "tool_result"] * 2
    assert [message.content for message in messages] == ["Error (cut_short): Cut."] * 2


def test_t114_ids_are_made_unique_over_the_whole_turn() -> None:
    parts, _ = coordinator(FakeToolset())
    first = parts.identify([call(call_id="a"), call(call_id="a"), call(call_id=""), call(call_id="")])
    second = parts.identify([call(call_id="a"), call(call_id="a#2")])
    assert [made.id for made in (*first, *second)] == ["a", "a#2", "call", "call#2", "a#3", "a#2#2"]


async def test_a_call_that_waits_for_the_user_says_so_and_the_next_one_begins_anew() -> None:
    async def ask(call: ToolCall, run: ToolRun) -> ToolText:
        await run.enter("approval")
        return ToolText("asked")

    parts, sink = coordinator(FakeToolset({"ask": ask, "look": echo}))
    await parts.run([call("ask"), call("look", "c2")], [])
    assert sink.phases == ["tool", "approval", "tool"]


def letters(text: str) -> list[ToolCall]:
    """A call for each letter, with the letter as its argument."""
    return [call(letter=letter) for letter in text]


@pytest.mark.parametrize(
    ("calls", "period"),
    [
        (letters("AA"), 0),
        (letters("AAA"), 1),
        (letters("BCAAA"), 1),
        (letters("ABAB"), 0),
        (letters("ABABAB"), 2),
        (letters("xABCABCABC"), 3),
        (letters("ABCDABCDABCD"), 4),
        (letters("ABCDEABCDEABCDE"), 0),
        (letters("AABAAB"), 0),
        (letters("AABAABAAB"), 3),
        (letters("ABABAC"), 0),
        ([call(a=1, b=2), call(b=2, a=1), call(a=1, b=2)], 1),
        ([call(a=1), call("read", a=1), call(a=1)], 0),
        ([ToolCall("c", "look", "{"), ToolCall("c", "look", "{"), ToolCall("c", "look", "{")], 1),
    ],
    ids=[
        "two", "A/A/A", "A/A/A after others", "A/B twice", "A/B/A/B/A/B", "three", "four", "five", "A/A/B twice",
        "A/A/B", "A/B and another", "keys in another order", "another tool", "no JSON",
    ],
)  # fmt: skip
def test_t113_calls_that_repeat_themselves_three_times_are_seen(calls: list[ToolCall], period: int) -> None:
    parts, _ = coordinator(FakeToolset())
    assert parts.period(calls, 3) == period


def test_t113_repetition_is_seen_over_messages() -> None:
    parts, _ = coordinator(FakeToolset())
    assert [parts.period(letters("AB"), 3) for _ in range(3)] == [0, 0, 2]


def test_t113_a_thousand_different_calls_are_no_loop() -> None:
    parts, _ = coordinator(FakeToolset())
    assert parts.period([call(number=number) for number in range(1000)], 3) == 0
