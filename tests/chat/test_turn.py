"""One turn from its first event to its last, whatever the model, the tools and the user do."""

import asyncio
from typing import Any

import pytest

from chatls.chat.events import (
    Done,
    Fault,
    Finish,
    Phase,
    Start,
    StreamEvent,
    Thinking,
    Timings,
    Token,
    ToolCall,
    ToolFailure,
    ToolResultEvent,
    ToolText,
    Usage,
)
from chatls.chat.messages import Message, ModelInfo
from chatls.chat.ports import Choice, ToolRun
from chatls.chat.task import Execution
from chatls.errors import ProviderError
from tests.support.clock import FakeClock, settle
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


async def test_an_answer_streams_between_start_and_done() -> None:
    provider = FakeProvider([Token("Hel"), Token("lo"), Finish(usage=Usage(3, 2))])
    events = await all_events(orchestrator(provider))
    assert kinds(events) == ["start", "phase", "token", "usage", "done"]
    assert events[0] == Start("s", "t", "chat", "fake/model")
    assert events[2] == Token("Hello")
    assert events[-1] == Done("Hello", "end_turn", usage=Usage(3, 2), timings=Timings(first_token_ms=0, total_ms=0))


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
        "start", "phase", "token", "phase", "tool_call", "tool_result", "phase", "token", "done",
    ]  # fmt: skip
    assert events[5] == ToolResultEvent("c1", "look", 0, result=ToolText("result of look"))
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


async def test_the_choice_of_the_model_is_explained_where_it_needs_a_word() -> None:
    provider = FakeProvider([END])
    events = await all_events(orchestrator(provider, models=FakeModels(provider, notice="Pull one.")))
    assert Phase("connecting", "Pull one.") in events


async def test_an_unknown_model_fails_after_the_begin() -> None:
    error = ProviderError("model_not_found", "No such model.")
    events = await all_events(orchestrator(FakeProvider(), models=FakeModels(FakeProvider(), error=error)))
    assert kinds(events) == ["start", "error"]
    assert events[-1] == Fault(error)


async def test_a_fault_before_any_text_is_announced_and_tried_again() -> None:
    clock = FakeClock()
    provider = FakeProvider([BROKEN], [Token("There."), END])
    events = await all_events(orchestrator(provider, retry=RetryOnce(), clock=clock))
    assert Fault(BROKEN, attempt=1, retry_in_ms=1000) in events
    assert clock.slept == [1.0]
    assert isinstance(events[-1], Done)
    assert events[-1].final == "There."


async def test_a_fault_that_is_not_retried_ends_the_turn_with_its_own_words() -> None:
    events = await all_events(orchestrator(FakeProvider([BROKEN])))
    assert events[-1] == Fault(BROKEN)


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


class Bug(FakeModels):
    """A catalog with a fault."""

    async def choose(self, model: str | None) -> Choice:
        raise KeyError("secret value")


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


async def test_a_bug_ends_the_turn_with_an_error_that_does_not_show_it() -> None:
    events = await all_events(orchestrator(FakeProvider(), models=Bug(FakeProvider())))
    assert isinstance(events[-1], Fault)
    assert events[-1].error.reason == "internal"
    assert "secret" not in events[-1].error.message


async def run_until(execution: Execution, kind: str) -> list[StreamEvent]:
    """Read until an event of this kind has come."""
    events: list[StreamEvent] = []
    while not any(event.type == kind for event in events):
        assert await execution.buffer.ready()
        events += execution.buffer.drain()
    return events


async def test_cancelling_while_the_model_speaks_closes_its_stream_and_keeps_the_text() -> None:
    provider = FakeProvider([Token("Once upon"), asyncio.Event()])
    async with asyncio.timeout(5), orchestrator(provider).execute_with_streaming(task()) as execution:
        await run_until(execution, "token")
        execution.cancel()
        rest = [event async for event in execution]
    assert provider.open == 0
    assert isinstance(rest[-1], Done)
    assert (rest[-1].stop_reason, rest[-1].final) == ("cancelled", "Once upon")
    assert execution.messages == [Message("assistant", "Once upon")]


async def test_cancelling_while_a_tool_runs_gives_every_call_exactly_one_result() -> None:
    async def hang(call: ToolCall, run: ToolRun) -> ToolText:
        await asyncio.Event().wait()
        raise NotImplementedError

    provider = FakeProvider([call(a=1), call("look", "c2", a=2), END])
    parts = orchestrator(provider, toolset=FakeToolset({"look": hang}))
    async with asyncio.timeout(5), parts.execute_with_streaming(task()) as execution:
        events = await run_until(execution, "tool_call")
        execution.cancel()
        events += [event async for event in execution]
    results = [event for event in events if isinstance(event, ToolResultEvent)]
    assert [(result.id, result.error.code if result.error else None) for result in results] == [("c1", "cancelled")]
    assert kinds(events)[-2:] == ["tool_result", "done"]
    assert [message.tool_call_id for message in execution.messages] == ["", "c1", "c2"]


async def test_cancelling_during_the_wait_for_a_retry_ends_it_at_once() -> None:
    class Patient(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await asyncio.Event().wait()

    parts = orchestrator(FakeProvider([BROKEN]), retry=RetryOnce(), clock=Patient())
    async with asyncio.timeout(5), parts.execute_with_streaming(task()) as execution:
        await run_until(execution, "error")
        execution.cancel()
        rest = [event async for event in execution]
    assert isinstance(rest[-1], Done)
    assert rest[-1].stop_reason == "cancelled"


async def test_a_cancel_before_anything_has_happened_still_begins_and_ends() -> None:
    async with asyncio.timeout(5), orchestrator(FakeProvider()).execute_with_streaming(task()) as execution:
        execution.cancel()
        events = [event async for event in execution]
    assert kinds(events) == ["start", "done"]


async def test_leaving_the_stream_early_cancels_the_turn() -> None:
    provider = FakeProvider([Token("Hi"), asyncio.Event()])
    async with asyncio.timeout(5), orchestrator(provider).execute_with_streaming(task()) as execution:
        await run_until(execution, "token")
        assert provider.open == 1
    await settle()
    assert provider.open == 0


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


async def test_timings_count_from_the_beginning_of_the_turn() -> None:
    clock = FakeClock()
    down = ProviderError("timeout", "Slow.", retryable=True)
    provider = FakeProvider([down], [Token("Hi"), Finish(timings=Timings(load_ms=7, tokens_per_second=50.0))])
    events = await all_events(orchestrator(provider, retry=RetryOnce(), clock=clock))
    assert isinstance(events[-1], Done)
    assert events[-1].timings == Timings(1000, 1000, 7, None, 50.0)


async def test_a_phase_is_told_when_the_turn_enters_it_and_not_again() -> None:
    steps = [Phase("loading"), Phase("loading"), Phase("generating"), Token("a"), Phase("generating"), END]
    events = await all_events(orchestrator(FakeProvider(steps)))
    assert [event.phase for event in events if isinstance(event, Phase)] == ["connecting", "loading", "generating"]


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


async def test_a_timeout_of_somebody_else_is_not_taken_for_the_turns_limit() -> None:
    class Late(FakeModels):
        async def choose(self, model: str | None) -> Choice:
            raise TimeoutError

    events = await all_events(orchestrator(FakeProvider(), models=Late(FakeProvider())))
    assert isinstance(events[-1], Fault)
    assert events[-1].error.reason == "internal"


async def test_text_that_a_cancel_kept_from_going_out_is_in_no_answer() -> None:
    burst = Token("x" * 2**20)
    provider = FakeProvider([Token("First"), burst, Token("never out"), END])
    async with asyncio.timeout(5), orchestrator(provider).execute_with_streaming(task()) as execution:
        await settle()
        execution.cancel()
        events = [event async for event in execution]
    shown = "".join(event.data for event in events if isinstance(event, Token))
    assert shown == "First" + burst.data
    assert isinstance(events[-1], Done)
    assert events[-1].final == shown
    assert execution.messages == [Message("assistant", shown)]


@pytest.mark.parametrize("stop_reason", ["max_tokens", "refusal"])
async def test_the_models_own_reason_to_stop_is_the_turns(stop_reason: Any) -> None:
    events = await all_events(orchestrator(FakeProvider([Token("Hi"), Finish(stop_reason, stop_message="So.")])))
    assert isinstance(events[-1], Done)
    assert (events[-1].stop_reason, events[-1].stop_message) == (stop_reason, "So.")


async def test_the_rhythm_of_reading_follows_that_of_showing() -> None:
    provider = FakeProvider([END])
    await all_events(orchestrator(provider))
    assert 0.05 < provider.requests[0].read_gap < 0.1
