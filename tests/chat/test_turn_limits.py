"""What ends a turn although the model would go on, and what is done before its last event."""

import asyncio
from typing import Any

import pytest

from chatls.chat.agents import Limits
from chatls.chat.events import Done, Fault, Phase, Token, ToolCall, ToolFailure, ToolResultEvent, ToolText
from chatls.chat.messages import Message
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.ports import ToolRun
from chatls.errors import ProviderError
from chatls.tools.base import Arguments, Tool
from chatls.tools.toolset import Toolset
from tests.support.clock import FakeClock, settle
from tests.support.heart import (
    END,
    FakeModels,
    FakeProvider,
    FakeToolset,
    NoRetry,
    all_events,
    call,
    echo,
    orchestrator,
    task,
)

BROKEN = ProviderError("provider_unreachable", "It is not there.", retryable=True)


@pytest.mark.parametrize(
    ("limits", "calls", "reason"),
    [
        (Limits(model_calls=2), [[call(a=1), END], [call(a=2), END]], "2 model calls"),
        (Limits(tool_calls=1), [[call(a=1), call("look", "c2", a=2), END]], "2 tools in one message"),
        (Limits(identical_calls=3), [[call(a=1), END]] * 3, "the same tool call 3 times"),
        (Limits(), [[call(a=1), END], [call(a=2), END]] * 3, "the same 2 tool calls 3 times over"),
        (Limits(), [[call(a=number), END] for number in range(50)], "50 model calls"),
        (Limits(), [[*(call(a=number) for number in range(10_000)), END]], "10000 tools in one message"),
    ],
    ids=["model calls", "tools in one message", "T113 A/A/A", "T113 A/B/A/B", "T113 steps", "T113 10,000 calls"],
)
async def test_a_limit_ends_the_turn_and_says_why(limits: Limits, calls: list[list[ToolCall]], reason: str) -> None:
    events = await all_events(orchestrator(FakeProvider(*calls), limits=limits))
    assert isinstance(events[-1], Done)
    assert events[-1].stop_reason == "max_turn_requests"
    assert reason in str(events[-1].stop_message)


async def test_t113_a_call_that_closes_a_circle_is_not_run() -> None:
    toolset = FakeToolset({"look": echo})
    provider = FakeProvider([call(a=1), call(a=2), END], [call(a=1), call(a=2), END], [call(a=1), call(a=2), END])
    await all_events(orchestrator(provider, toolset=toolset))
    assert [made.arguments for made in toolset.ran] == [{"a": 1}, {"a": 2}] * 2


async def test_the_time_in_which_the_user_is_asked_is_none_of_the_turns() -> None:
    async def ask(call: ToolCall, run: ToolRun) -> ToolText:
        await run.enter("approval")
        await asyncio.sleep(0.1)
        await run.enter("tool")
        return ToolText("yes")

    parts = orchestrator(
        FakeProvider([call(), END], [Token("Done."), END]),
        toolset=FakeToolset({"look": ask}),
        limits=Limits(seconds=0.05),
    )
    events = await all_events(parts)
    assert isinstance(events[-1], Done)
    assert (events[-1].stop_reason, events[-1].final) == ("end_turn", "Done.")
    assert [event.phase for event in events if isinstance(event, Phase)] == [
        "connecting", "tool", "approval", "tool", "connecting", "generating",
    ]  # fmt: skip


async def test_a_call_that_ends_without_a_word_after_asking_gives_the_turn_its_limit_back() -> None:
    async def ask(call: ToolCall, run: ToolRun) -> ToolFailure:
        await run.enter("approval")
        return ToolFailure("rejected", "No.")

    parts = orchestrator(
        FakeProvider([call(), END], [Token("On"), asyncio.Event()]),
        toolset=FakeToolset({"look": ask}),
        limits=Limits(seconds=0.05),
    )
    events = await all_events(parts)
    assert isinstance(events[-1], Done)
    assert events[-1].stop_reason == "max_turn_requests"


async def test_f41_a_turn_that_never_ends_by_itself_is_ended_and_keeps_its_text() -> None:
    provider = FakeProvider([Token("On and on"), asyncio.Event()])
    parts = orchestrator(provider, limits=Limits(seconds=0.01))
    async with asyncio.timeout(5), parts.execute_with_streaming(task()) as execution:
        events = [event async for event in execution]
    assert isinstance(events[-1], Done)
    assert (events[-1].stop_reason, events[-1].final) == ("max_turn_requests", "On and on")
    assert "0.01 seconds" in str(events[-1].stop_message)
    assert execution.messages == [Message("assistant", "On and on")]


class Saving(FakeToolset):
    """Tools with something left to do when a turn is over: until `saved`."""

    def __init__(self) -> None:
        super().__init__({"look": echo})
        self.begun, self.saved = asyncio.Event(), asyncio.Event()

    async def finish(self, scope: str) -> None:
        self.begun.set()
        await self.saved.wait()
        await super().finish(scope)


ENDS: dict[str, list[Any]] = {
    "answered": [Token("Hi"), END],
    "failed": [Token("Hi"), BROKEN],
    "cancelled": [Token("Hi"), asyncio.Event()],
}


@pytest.mark.parametrize("end", ENDS)
async def test_the_tools_finish_before_the_last_event_however_a_turn_ends(end: str) -> None:
    toolset = Saving()
    async with (
        asyncio.timeout(5),
        orchestrator(FakeProvider(ENDS[end]), toolset=toolset).execute_with_streaming(task()) as execution,
    ):
        assert await execution.buffer.ready()
        execution.buffer.drain()
        if end == "cancelled":
            execution.cancel()
        await toolset.begun.wait()
        await settle()
        assert [event for event in execution.buffer.drain() if isinstance(event, Done | Fault)] == []
        toolset.saved.set()
        assert isinstance([event async for event in execution][-1], Done | Fault)
    assert toolset.finished == ["t"]


async def test_a_cancel_while_the_tools_finish_comes_too_late() -> None:
    toolset = Saving()
    async with (
        asyncio.timeout(5),
        orchestrator(FakeProvider([Token("Hi"), END]), toolset=toolset).execute_with_streaming(task()) as execution,
    ):
        await toolset.begun.wait()
        execution.cancel()
        await settle()
        toolset.saved.set()
        last = [event async for event in execution][-1]
    assert isinstance(last, Done)
    assert last.stop_reason == "end_turn"
    assert toolset.finished == ["t"]


class Named(Arguments):
    whom: str


async def greet(arguments: Named, _run: ToolRun) -> ToolText:
    return ToolText(f"Hello {arguments.whom}")


GREET = Tool("greet", "Greets.", "other", Named, lambda arguments: f"Greet {arguments.whom}", greet)
WRONG: dict[str, tuple[ToolCall, str]] = {
    "unknown tool": (call("no_such", whom="x"), "unknown_tool"),
    "a name on two lines": (call("gre\net", whom="x"), "unknown_tool"),
    "arguments that are no JSON": (ToolCall("c1", "greet", '{"whom": "x"'), "invalid_arguments"),
    "arguments that are a list": (ToolCall("c1", "greet", '["x"]'), "invalid_arguments"),
    "arguments of another shape": (call("greet", whom=5), "invalid_arguments"),
    "an argument that is unknown": (call("greet", whom="x", force=True), "invalid_arguments"),
    "5 MB of arguments that are none": (ToolCall("c1", "greet", "x" * 5_000_000), "invalid_arguments"),
}


@pytest.mark.parametrize(("wrong", "code"), WRONG.values(), ids=[f"T114 {name}" for name in WRONG])
async def test_a_call_that_cannot_be_run_has_its_error_and_the_others_run(wrong: ToolCall, code: str) -> None:
    provider = FakeProvider([wrong, call("greet", whom="you"), END], [Token("Well."), END])
    parts = Orchestrator(FakeModels(provider), Toolset([GREET]), NoRetry(), FakeClock())
    events = await all_events(parts)
    results = [event for event in events if isinstance(event, ToolResultEvent)]
    assert [(each.id, each.error and each.error.code) for each in results] == [("c1", code), ("c1#2", None)]
    assert results[1].result == ToolText("Hello you")
    assert isinstance(events[-1], Done)
    assert events[-1].final == "Well."
    asked = provider.requests[1].messages[-2:]
    assert [message.tool_call_id for message in asked] == ["c1", "c1#2"]
