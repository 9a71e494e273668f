"""The handle of a task under way: read it, or cancel it once."""

import asyncio

from chatls.chat.buffer import ResponseBuffer
from chatls.chat.events import Done, Phase, StreamEvent, Token
from chatls.chat.task import Execution
from tests.support.clock import FakeClock


async def test_iterating_gives_the_events_in_order_until_the_stream_is_closed() -> None:
    execution = Execution(ResponseBuffer(FakeClock()))
    events: list[StreamEvent] = [Phase("connecting"), Token("Hi"), Done("Hi", "end_turn")]
    for event in events:
        execution.buffer.put_nowait(event)
    execution.buffer.close()
    assert [event async for event in execution] == events


async def test_a_cancel_before_the_worker_began_is_only_noted() -> None:
    execution = Execution(ResponseBuffer(FakeClock()))
    execution.cancel()
    assert execution.cancelled


async def test_a_worker_is_cancelled_once_however_often_it_is_asked_for() -> None:
    execution = Execution(ResponseBuffer(FakeClock()))
    cancels = 0

    async def work() -> None:
        nonlocal cancels
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancels += 1
            await asyncio.sleep(0)  # a second cancel would end this

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        worker = group.create_task(work())
        execution.start(worker)
        await asyncio.sleep(0)
        for _ in range(3):
            execution.cancel()
    assert cancels == 1
