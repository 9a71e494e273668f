"""The orchestrator alone: a task in, events out, with a clock that a test moves and no client at all."""

import asyncio

import pytest

from chatls.chat.events import Done, Fault, Finish, Phase, Start, StreamEvent, Token
from chatls.chat.messages import Message
from chatls.errors import ProviderError
from tests.support.clock import FakeClock, settle
from tests.support.heart import END, FakeProvider, RetryOnce, call, orchestrator, task
from tests.support.heart import all_events as events_of


async def test_iterating_an_execution_gives_the_events_of_its_turn() -> None:
    async with orchestrator(FakeProvider([Token("Hi"), END])).execute_with_streaming(task()) as execution:
        events = [event async for event in execution]
    assert [type(event) for event in events] == [Start, Phase, Phase, Token, Done]


async def test_text_comes_in_the_buffers_rhythm() -> None:
    clock = FakeClock()
    more, last = asyncio.Event(), asyncio.Event()
    steps = [Token("First"), more, *[Token("word ")] * 4, last, END]
    taken: list[tuple[float, str]] = []
    async with orchestrator(FakeProvider(steps), clock=clock).execute_with_streaming(task()) as execution:

        async def read() -> None:
            taken.extend(
                [(round(clock.now() - 100, 3), event.data) async for event in execution if isinstance(event, Token)]
            )

        async with asyncio.TaskGroup() as group:
            group.create_task(read())
            await settle()
            more.set()
            await clock.advance(0.2)
            last.set()
    assert taken == [(0.0, "First"), (0.05, "word word word word ")]


async def test_tasks_run_side_by_side_and_know_nothing_of_each_other() -> None:
    first = asyncio.Event()
    parts = orchestrator(FakeProvider([Token("one"), first, END], [Token("two"), END]))
    async with parts.execute_with_streaming(task("a")) as slow:
        assert await slow.buffer.ready()
        await settle()
        events = await events_of(parts, task("b"))
        assert isinstance(events[-1], Done)
        assert events[-1].final == "two"
        first.set()
        rest = [event async for event in slow]
    assert isinstance(rest[-1], Done)
    assert rest[-1].final == "one"


async def test_a_reader_that_is_cancelled_takes_its_turn_along() -> None:
    provider = FakeProvider([Token("Hi"), asyncio.Event()])

    async def read() -> None:
        async with orchestrator(provider).execute_with_streaming(task()) as execution:
            async for _ in execution:
                pass

    async with asyncio.TaskGroup() as group:
        reading = group.create_task(read())
        await settle()
        assert provider.open == 1
        reading.cancel()
    assert reading.cancelled()
    assert provider.open == 0


@pytest.mark.parametrize("times", [1, 2])
async def test_a_cancel_after_the_end_changes_nothing(times: int) -> None:
    async with orchestrator(FakeProvider([Token("Hi"), END])).execute_with_streaming(task()) as execution:
        events = [event async for event in execution]
        for _ in range(times):
            execution.cancel()
    assert isinstance(events[-1], Done)
    assert events[-1].stop_reason == "end_turn"
    assert execution.messages == [Message("assistant", "Hi")]


async def test_a_task_of_another_turn_goes_on_with_the_messages_of_the_one_before() -> None:
    provider = FakeProvider([call(), END], [Token("A"), END], [Token("B"), Finish()])
    parts = orchestrator(provider)
    async with parts.execute_with_streaming(task("One")) as execution:
        _ = [event async for event in execution]
    context = [Message("user", "One"), *execution.messages]
    await events_of(parts, task("Two", *context))
    assert list(provider.requests[-1].messages[1:]) == [*context, Message("user", "Two")]


async def test_a_retry_waits_on_the_clock_that_it_was_given() -> None:
    clock = FakeClock()
    down = ProviderError("provider_unreachable", "Down.", retryable=True)
    events: list[StreamEvent] = await events_of(
        orchestrator(FakeProvider([down], [Token("Up"), END]), retry=RetryOnce(), clock=clock)
    )
    assert clock.slept == [1.0]
    assert [event for event in events if isinstance(event, Fault | Phase)] == [
        Phase("connecting"),
        Fault(down, 1, 1000),
        Phase("retrying"),
        Phase("connecting"),
        Phase("generating"),
    ]
