"""The time a turn may take stands still while the user is asked."""

import asyncio

import pytest

from chatls.chat.time_limit import TimeLimit


async def test_what_takes_longer_is_ended() -> None:
    limit = TimeLimit(0.01)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5), limit:
            await asyncio.Event().wait()
    assert limit.expired


async def test_time_in_which_it_is_held_does_not_count() -> None:
    limit = TimeLimit(0.02)
    async with asyncio.timeout(5), limit:
        limit.hold("a task")
        limit.hold("a task")
        await asyncio.sleep(0.1)
        limit.release("a task")
    assert not limit.expired


async def released_after(limit: TimeLimit, held: float) -> None:
    """Hold the limit for some seconds, and never end."""
    async with asyncio.timeout(5), limit:
        if held:
            limit.hold("a task")
            await asyncio.sleep(held)
        limit.release("a task")
        await asyncio.Event().wait()


async def test_it_stands_still_until_all_that_wait_have_gone_on() -> None:
    limit = TimeLimit(0.02)
    async with asyncio.timeout(5), limit:
        limit.hold("one task")
        limit.hold("another")
        limit.release("one task")
        await asyncio.sleep(0.1)
        limit.release("another")
    assert not limit.expired


@pytest.mark.parametrize("held", [0.0, 0.1], ids=["not held", "held"])
async def test_it_goes_on_with_the_time_that_was_left(held: float) -> None:
    limit = TimeLimit(0.05)
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        await released_after(limit, held)
    assert limit.expired
    assert asyncio.get_running_loop().time() - began < held + 1


async def test_what_is_being_ended_can_neither_be_held_nor_released() -> None:
    limit = TimeLimit(0.01)

    async def run() -> None:
        async with asyncio.timeout(5), limit:
            try:
                await asyncio.Event().wait()
            finally:
                limit.hold("a task")
                limit.release("a task")

    with pytest.raises(TimeoutError):
        await run()
    assert limit.expired
