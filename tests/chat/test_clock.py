"""Real time, as the heart wants it."""

import asyncio

from chatls.chat.clock import LoopClock


async def test_time_goes_on_and_a_sleep_takes_it() -> None:
    clock = LoopClock()
    before = clock.now()
    await clock.sleep(0.01)
    assert clock.now() - before >= 0.009


async def test_a_callback_comes_at_its_time_and_not_when_it_was_cancelled() -> None:
    clock = LoopClock()
    called = asyncio.Event()
    cancelled: list[int] = []
    clock.call_later(0.001, lambda: cancelled.append(1)).cancel()
    clock.call_later(0.002, called.set)
    async with asyncio.timeout(5):
        await called.wait()
    assert cancelled == []
