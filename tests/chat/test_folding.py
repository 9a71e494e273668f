"""What a model sees again is exactly what the turn had in memory, whatever became of it."""

import asyncio
from collections.abc import Sequence

import pytest

from chatls.chat.agents import Limits
from chatls.chat.events import (
    Answered,
    Done,
    Fault,
    Finish,
    LogEvent,
    Phase,
    Thinking,
    Token,
    ToolCall,
    ToolCallEvent,
    ToolFailure,
    ToolResultEvent,
    ToolText,
)
from chatls.chat.folding import CUT, INTERRUPTED, folded, missing
from chatls.chat.messages import CANCELLED, Message
from chatls.chat.ports import ToolRun
from chatls.chat.sessions import state_after
from chatls.errors import ProviderError
from tests.support.clock import settle
from tests.support.heart import END, FakeProvider, FakeToolset, RetryOnce, Step, call, echo, orchestrator, task

FIRST, SECOND = ToolCall("c1", "look", {"path": "a"}), ToolCall("c2", "look", {})


class Log:
    """The port `TurnLog`, in memory."""

    def __init__(self) -> None:
        self.events: list[LogEvent] = []

    def append(self, events: list[LogEvent]) -> None:
        self.events += events

    async def begun(self) -> None: ...

    async def kept(self) -> None: ...


async def fail(call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
    return ToolFailure("not_found", "No such file.")


async def hang(call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
    await asyncio.Event().wait()
    raise AssertionError


GONE = ProviderError("provider_error", "Gone.", retryable=True)
TOOLS: list[Step] = [Thinking("Hm"), Token("Let me "), Token("look."), call(path="a"), call("fail", "c1"), END]
CALLS: dict[str, list[Sequence[Step]]] = {
    "an answer": [[Token("Hel"), Token("lo"), END]],
    "thinking": [[Thinking("Hm"), Token("a"), Thinking("m"), Token("b"), END]],
    "tools": [TOOLS, [Token("Done."), END]],
    "tools without text": [[call(), END], [call("look", "c1"), END], [Token("x"), END]],
    "an empty answer": [[END]],
    "an empty answer after tools": [TOOLS, [END]],
    "arguments that are no JSON": [[ToolCall("c1", "look", '{"a'), END], [END]],
    "cut before the call was complete": [[Token("x"), call(), Finish("max_tokens")]],
    "too many calls": [[Token("x"), *[call("look", str(n)) for n in range(5)], END]],
    "an end without a word": [[GONE], [GONE]],
    "broken off": [[Thinking("Hm"), Token("Half a"), GONE]],
    "broken off, made again": [[GONE], [Token("Whole"), END]],
    "broken off after tools": [TOOLS, [Token("Half a"), GONE]],
}


@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS.keys())
async def test_the_messages_of_a_turn_are_folded_from_its_log(calls: list[Sequence[Step]]) -> None:
    toolset = FakeToolset({"look": echo, "fail": fail})
    parts = orchestrator(FakeProvider(*calls), toolset=toolset, retry=RetryOnce(), limits=Limits(tool_calls=4))
    log = Log()
    async with asyncio.timeout(5), parts.execute_with_streaming(task(), log) as execution:
        async for _ in execution:
            pass
    assert folded(log.events) == execution.messages
    assert state_after(log.events[-1]) is not None


@pytest.mark.parametrize(
    "calls",
    [
        [[Token("So far"), asyncio.Event()]],
        [[asyncio.Event()]],
        [[Token("Look."), call("hang"), call("look", "c2"), END]],
        [TOOLS, [Thinking("Hm"), asyncio.Event()]],
        [TOOLS, [asyncio.Event()]],
    ],
    ids=["in an answer", "before it", "in a tool", "after tools", "after tools, before an answer"],
)
async def test_the_messages_of_a_cancelled_turn_are_folded_from_its_log(calls: list[Sequence[Step]]) -> None:
    parts = orchestrator(FakeProvider(*calls), toolset=FakeToolset({"look": echo, "fail": fail, "hang": hang}))
    log = Log()
    async with asyncio.timeout(5), parts.execute_with_streaming(task(), log) as execution:
        events = aiter(execution)
        while not _waits(log.events, calls):
            await settle()
            await execution.buffer.kept()
        execution.cancel()
        async for _ in events:
            pass
    assert folded(log.events) == execution.messages
    assert isinstance(log.events[-1], Done)


def _waits(events: Sequence[LogEvent], calls: Sequence[Sequence[Step]]) -> bool:
    """Whether the turn has come to what it waits for."""
    if any(isinstance(event, ToolCallEvent) and event.tool == "hang" for event in events):
        return True
    shown = [event for event in events if isinstance(event, Token | Thinking)]
    connected = [event for event in events if isinstance(event, Phase) and event.phase == "connecting"]
    wanted = [step for step in calls[-1] if isinstance(step, Token | Thinking)]
    waits_in_call = any(isinstance(step, asyncio.Event) for step in calls[-1])
    return waits_in_call and len(connected) == len(calls) and (not wanted or shown[-1:] == wanted[-1:])


def test_a_call_that_its_process_did_not_outlive_is_answered_interrupted() -> None:
    shown = ToolCallEvent("c1", "look", {"path": "a"}, "read", "Look")
    log: list[LogEvent] = [Token("Look."), Answered((FIRST, SECOND)), shown]
    lacking = missing(log)
    assert lacking == [ToolResultEvent("c1", "look", 0, error=INTERRUPTED), Fault(CUT)]
    assert state_after(lacking[-1]) == "cut"
    texts = [(message.role, message.tool_call_id) for message in folded([*log, *lacking])]
    assert texts == [("assistant", ""), ("tool", "c1"), ("tool", "c2")]
    assert all("interrupted" in message.content for message in folded([*log, *lacking])[1:])
    assert folded(log) == folded([*log, *lacking])


def test_calls_that_were_answered_lack_nothing_but_the_end() -> None:
    shown = ToolCallEvent("c1", "look", {}, "read", "Look")
    assert missing([Answered((FIRST,)), shown, ToolResultEvent("c1", "look", 0, error=CANCELLED)]) == [Fault(CUT)]


def test_what_belongs_to_a_subtask_is_not_said_in_the_conversation() -> None:
    inner = ToolResultEvent("x", "look", 1, ToolText("inner"), task="c1")
    log = [Answered((FIRST,)), Thinking("t", "c1"), Token("inner", "c1"), inner]
    result = ToolResultEvent("c1", "look", 1, ToolText("outer"))
    assert folded([*log, result, Token("Done.")]) == [
        Message("assistant", "", tool_calls=(FIRST,)),
        Message("tool", "outer", tool_call_id="c1", tool_name="look"),
        Message("assistant", "Done."),
    ]
