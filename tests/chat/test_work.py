"""One agent at work: what the model is asked, what of its answers counts, and what is tried again."""

from typing import Any

import pytest

from chatls.chat.events import (
    Done,
    Fault,
    Finish,
    Phase,
    StreamEvent,
    Thinking,
    Token,
    ToolCall,
    ToolFailure,
    ToolResultEvent,
    ToolText,
    Usage,
)
from chatls.chat.messages import Message, ModelInfo
from chatls.chat.ports import ToolRun
from chatls.errors import ProviderError
from tests.support.clock import FakeClock
from tests.support.heart import (
    AGENT,
    END,
    FakeModels,
    FakeProvider,
    FakeToolset,
    RetryOnce,
    all_events,
    call,
    echo,
    orchestrator,
    task,
)

BROKEN = ProviderError("provider_unreachable", "It is not there.", hint="Start it.", retryable=True)


def kinds(events: list[StreamEvent]) -> list[str]:
    return [event.type for event in events]


async def test_the_model_is_asked_with_instructions_history_and_goal() -> None:
    provider = FakeProvider([END])
    history = (Message("user", "before"), Message("assistant", "answer"))
    await all_events(orchestrator(provider), task("Hi", *history))
    assert list(provider.requests[0].messages) == [Message("system", "Be brief."), *history, Message("user", "Hi")]


async def test_tools_run_between_two_answers_and_their_results_go_back_to_the_model() -> None:
    provider = FakeProvider([Token("Looking. "), call(path="a"), END], [Token("Found."), END])
    toolset = FakeToolset({"look": echo})
    events = await all_events(orchestrator(provider, toolset=toolset))
    assert kinds(events) == [
        "start", "phase", "phase", "token", "phase", "tool_call", "tool_result", "phase", "phase", "token", "done",
    ]  # fmt: skip
    assert events[6] == ToolResultEvent("c1", "look", 0, result=ToolText("result of look"))
    assert provider.requests[1].messages[-2:] == [
        Message("assistant", "Looking. ", tool_calls=(call(path="a"),)),
        Message("tool", "result of look", tool_call_id="c1", tool_name="look"),
    ]
    assert isinstance(events[-1], Done)
    assert events[-1].final == "Looking. Found."


async def test_a_tools_failure_is_a_result_and_the_model_goes_on() -> None:
    async def fail(call: ToolCall, run: ToolRun) -> ToolFailure:
        return ToolFailure("not_found", "No such file.")

    provider = FakeProvider([call(), END], [Token("Sorry."), END])
    events = await all_events(orchestrator(provider, toolset=FakeToolset({"look": fail})))
    assert "tool_result" in kinds(events)
    assert provider.requests[1].messages[-1].content == "Error (not_found): No such file."
    assert isinstance(events[-1], Done)


async def test_a_model_without_tools_is_offered_none() -> None:
    provider = FakeProvider([END])
    models = FakeModels(provider, model=ModelInfo("fake/plain", "fake", "plain"))
    await all_events(orchestrator(provider, models=models))
    assert provider.requests[0].tools == ()


async def test_a_fault_before_any_text_is_announced_and_tried_again() -> None:
    clock = FakeClock()
    provider = FakeProvider([BROKEN], [Token("There."), END])
    events = await all_events(orchestrator(provider, retry=RetryOnce(), clock=clock))
    assert Fault(BROKEN, attempt=1, retry_in_ms=1000) in events
    assert clock.slept == [1.0]
    assert isinstance(events[-1], Done)
    assert events[-1].final == "There."


async def test_a_stream_that_breaks_after_text_keeps_the_text_and_is_not_replayed() -> None:
    provider = FakeProvider([Token("Half an ans"), BROKEN])
    parts = orchestrator(provider, retry=RetryOnce())
    async with parts.execute_with_streaming(task()) as execution:
        events = [event async for event in execution]
    assert isinstance(events[-1], Fault)
    assert events[-1].error.reason == "stream_interrupted"
    assert "It is not there." in events[-1].error.message
    assert execution.messages == [Message("assistant", "Half an ans")]
    assert len(provider.requests) == 1


async def test_a_stream_that_ends_without_the_models_own_end_was_interrupted() -> None:
    events = await all_events(orchestrator(FakeProvider([Token("Half")])))
    assert isinstance(events[-1], Fault)
    assert events[-1].error.reason == "stream_interrupted"


async def test_the_calls_of_an_answer_that_was_cut_at_its_length_are_not_run() -> None:
    toolset = FakeToolset({"look": echo})
    provider = FakeProvider([call(), Finish("max_tokens")])
    events = await all_events(orchestrator(provider, toolset=toolset))
    assert toolset.ran == []
    assert [event.error for event in events if isinstance(event, ToolResultEvent)] == [
        ToolFailure("cut_short", "The answer was cut off before this call was complete, so it was not run.")
    ]
    assert isinstance(events[-1], Done)
    assert events[-1].stop_reason == "max_tokens"


async def test_calls_with_the_same_id_get_ids_of_their_own() -> None:
    provider = FakeProvider([call(a=1), call(a=2), END], [call(a=3), END], [END])
    events = await all_events(orchestrator(provider))
    assert [event.id for event in events if isinstance(event, ToolResultEvent)] == ["c1", "c1#2", "c1#3"]


async def test_an_empty_answer_says_that_it_is_one() -> None:
    events = await all_events(orchestrator(FakeProvider([END])))
    assert isinstance(events[-1], Done)
    assert (events[-1].final, events[-1].stop_reason) == ("", "end_turn")
    assert "without saying anything" in str(events[-1].stop_message)


async def test_an_agent_cannot_use_a_tool_it_was_not_given() -> None:
    toolset = FakeToolset({"look": echo, "write": echo})
    provider = FakeProvider([call("write"), END], [END])
    parts = orchestrator(provider, toolset=toolset)
    agent = type(AGENT)("reader", "Reads.", "Read.", tools=("look",))
    events = await all_events(parts, type(task())(Message("user", "Hi"), agent))
    assert toolset.ran == []
    assert [event.error.code for event in events if isinstance(event, ToolResultEvent) and event.error] == [
        "not_allowed"
    ]


async def test_thinking_is_shown_but_is_no_part_of_the_answer() -> None:
    events = await all_events(orchestrator(FakeProvider([Thinking("hm"), Token("Yes."), END])))
    assert Thinking("hm") in events
    assert isinstance(events[-1], Done)
    assert events[-1].final == "Yes."


async def test_usage_is_summed_over_the_calls_of_a_turn_and_the_context_is_that_of_the_last() -> None:
    first = [call(), Finish(usage=Usage(100, 10, 110, 4096))]
    second = [Token("Yes."), Finish(usage=Usage(150, 5, 155, 4096))]
    events = await all_events(orchestrator(FakeProvider(first, second)))
    assert isinstance(events[-1], Done)
    assert events[-1].usage == Usage(150, 15, 155, 4096)


async def test_a_phase_is_told_when_the_turn_enters_it_and_not_again() -> None:
    steps = [Phase("loading"), Phase("loading"), Phase("generating"), Token("a"), Phase("generating"), END]
    events = await all_events(orchestrator(FakeProvider(steps)))
    assert [event.phase for event in events if isinstance(event, Phase)] == ["connecting", "loading", "generating"]


@pytest.mark.parametrize("first", [Token("a"), Thinking("Hm.")], ids=["text", "thinking"])
async def test_that_the_model_writes_is_told_whatever_its_provider_says(first: Token | Thinking) -> None:
    events = await all_events(orchestrator(FakeProvider([first, END])))
    assert events[1:4] == [Phase("connecting"), Phase("generating"), first]


async def test_a_cut_after_thinking_alone_is_not_replayed_either() -> None:
    provider = FakeProvider([Thinking("Let me see"), BROKEN], [Token("Again"), END])
    events = await all_events(orchestrator(provider, retry=RetryOnce()))
    assert isinstance(events[-1], Fault)
    assert events[-1].error.reason == "stream_interrupted"
    assert len(provider.requests) == 1


async def test_a_second_answer_that_breaks_keeps_the_first_and_its_tool_results() -> None:
    provider = FakeProvider([Token("A"), call(), END], [Token("B"), BROKEN])
    async with orchestrator(provider).execute_with_streaming(task()) as execution:
        events = [event async for event in execution]
    assert isinstance(events[-1], Fault)
    assert [message.content for message in execution.messages] == ["A", "result of look", "B"]


async def test_the_calls_of_an_answer_that_broke_are_never_run() -> None:
    toolset = FakeToolset({"look": echo})
    events = await all_events(orchestrator(FakeProvider([Token("A"), call(), BROKEN]), toolset=toolset))
    assert toolset.ran == []
    assert "tool_call" not in kinds(events)


@pytest.mark.parametrize("stop_reason", ["max_tokens", "refusal"])
async def test_the_models_own_reason_to_stop_is_the_turns(stop_reason: Any) -> None:
    events = await all_events(orchestrator(FakeProvider([Token("Hi"), Finish(stop_reason, stop_message="So.")])))
    assert isinstance(events[-1], Done)
    assert (events[-1].stop_reason, events[-1].stop_message) == (stop_reason, "So.")


async def test_the_rhythm_of_reading_follows_that_of_showing() -> None:
    provider = FakeProvider([END])
    await all_events(orchestrator(provider))
    assert 0.05 < provider.requests[0].read_gap < 0.1
