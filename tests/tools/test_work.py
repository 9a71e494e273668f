import asyncio
import threading

import pytest

from chatls.tools.work import Deadline, begun, in_thread
from tests.support.clock import FakeClock


async def test_a_deadline_passes_with_the_clock() -> None:
    clock = FakeClock()
    deadline = Deadline(2.0, now=clock.now)
    assert not deadline.passed
    await clock.advance(2.0)
    assert deadline.passed


async def test_a_cancelled_call_leaves_no_thread_at_work() -> None:
    started, ended = threading.Event(), threading.Event()

    def until_told(deadline: Deadline) -> None:
        started.set()
        while not deadline.passed:
            ended.wait(0.001)
        ended.set()

    async with asyncio.timeout(5):
        task = asyncio.ensure_future(in_thread(3600, until_told))
        await asyncio.to_thread(started.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(ended.wait)


async def test_what_the_work_returns_or_raises_comes_out() -> None:
    assert await in_thread(1, lambda _: 42) == 42

    def failing(_: Deadline) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await in_thread(1, failing)


async def test_the_event_loop_goes_on_meanwhile() -> None:
    released = threading.Event()

    def waiting(_: Deadline) -> bool:
        return released.wait(5)

    async with asyncio.timeout(5):
        task = asyncio.ensure_future(in_thread(5, waiting))
        await asyncio.sleep(0)
        released.set()
        assert await task


async def test_what_was_begun_goes_on_beside() -> None:
    going_on = threading.Event()
    async with asyncio.timeout(5):
        future = begun(3600, lambda _: going_on.wait(5))
        assert not future.done()
        going_on.set()
        assert await future
