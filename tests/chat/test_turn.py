"""One turn from its first event to its last, whatever the model, the tools and the user do."""

import asyncio

from chatls.chat.events import (
    Done,
    Fault,
    Finish,
    Phase,
    Start,
    StreamEvent,
    Timings,
    Token,
    ToolCall,
    ToolResultEvent,
    ToolText,
    Usage,
)
from chatls.chat.messages import Message
from chatls.chat.ports import Choice, ToolRun
from chatls.chat.task import Execution
from chatls.errors import ProviderError
from tests.support.clock import FakeClock, settle
from tests.support.heart import (
    END,
    FakeModels,
    FakeProvider,
    FakeToolset,
    RetryOnce,
    all_events,
    call,
    orchestrator,
    task,
)

BROKEN = ProviderError("provider_unreachable", "It is not there.", hint="Start it.", retryable=True)


def kinds(events: list[StreamEvent]) -> list[str]:
    return [event.type for event in events]


async def test_an_answer_streams_between_start_and_done() -> None:
    provider = FakeProvider([Token("Hel"), Token("lo"), Finish(usage=Usage(3, 2))])
    events = await all_events(orchestrator(provider))
    assert kinds(events) == ["start", "phase", "phase", "token", "usage", "done"]
    assert events[0] == Start("s", "t", "chat", "fake/model")
    assert events[1:4] == [Phase("connecting"), Phase("generating"), Token("Hello")]
    assert events[-1] == Done("Hello", "end_turn", usage=Usage(3, 2), timings=Timings(first_token_ms=0, total_ms=0))


async def test_the_choice_of_the_model_is_explained_where_it_needs_a_word() -> None:
    provider = FakeProvider([END])
    events = await all_events(orchestrator(provider, models=FakeModels(provider, notice="Pull one.")))
    assert Phase("connecting", "Pull one.") in events


async def test_an_unknown_model_fails_after_the_begin() -> None:
    error = ProviderError("model_not_found", "No such model.")
    events = await all_events(orchestrator(FakeProvider(), models=FakeModels(FakeProvider(), error=error)))
    assert kinds(events) == ["start", "error"]
    assert events[-1] == Fault(error)


async def test_a_fault_that_is_not_retried_ends_the_turn_with_its_own_words() -> None:
    events = await all_events(orchestrator(FakeProvider([BROKEN])))
    assert events[-1] == Fault(BROKEN)


class Bug(FakeModels):
    """A catalog with a fault."""

    async def choose(self, model: str | None) -> Choice:
        raise KeyError("secret value")


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


async def test_timings_count_from_the_beginning_of_the_turn() -> None:
    clock = FakeClock()
    down = ProviderError("timeout", "Slow.", retryable=True)
    provider = FakeProvider([down], [Token("Hi"), Finish(timings=Timings(load_ms=7, tokens_per_second=50.0))])
    events = await all_events(orchestrator(provider, retry=RetryOnce(), clock=clock))
    assert isinstance(events[-1], Done)
    assert events[-1].timings == Timings(1000, 1000, 7, None, 50.0)


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
