import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from chatls.errors import ProviderError
from chatls.providers.alongside import alongside, outcome

FAULT = ProviderError("provider_error", "It failed.")


async def fails() -> int:
    raise FAULT


class Waits:
    """Work that takes for ever, and notes how it ended."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.cancelled = False

    async def __call__(self) -> None:
        self.began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


async def test_work_goes_on_while_the_block_runs() -> None:
    async def work() -> int:
        return 7

    async with asyncio.timeout(5), alongside(work) as task:
        assert await task == 7


async def test_a_failure_is_the_result_and_disturbs_nobody() -> None:
    async with asyncio.timeout(5), alongside(fails) as task:
        await asyncio.sleep(0)
        assert await task is FAULT


async def test_the_end_of_the_block_cancels_the_work() -> None:
    work = Waits()
    async with asyncio.timeout(5), alongside(work):
        await work.began.wait()
    assert work.cancelled


async def test_a_block_that_ends_before_the_work_began_leaves_nothing_behind() -> None:
    work = Waits()
    async with asyncio.timeout(5), alongside(work):
        pass
    assert not work.began.is_set()


@pytest.mark.parametrize(
    "error",
    [FAULT, ValueError("x"), ExceptionGroup("several", [ValueError("x")])],
    ids=lambda error: type(error).__name__,
)
async def test_what_the_block_raises_passes_as_it_is(error: Exception) -> None:
    work = Waits()

    async def block() -> None:
        async with alongside(work):
            await work.began.wait()
            raise error

    with pytest.raises(type(error)) as caught:
        await block()
    assert caught.value is error
    assert work.cancelled


async def test_a_cancel_of_the_block_passes_as_a_cancel() -> None:
    work = Waits()

    async def block() -> None:
        async with alongside(work):
            await asyncio.Event().wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        task = group.create_task(block())
        await work.began.wait()
        task.cancel()
    assert task.cancelled()
    assert work.cancelled


async def test_it_may_be_left_open_around_a_block_of_somebody_else() -> None:
    @asynccontextmanager
    async def around() -> AsyncGenerator[None]:
        async with alongside(Waits()):
            yield

    with pytest.raises(ProviderError):
        async with asyncio.timeout(5), around():
            raise FAULT


async def test_an_outcome_is_what_comes_back_or_the_failure() -> None:
    async def works() -> int:
        return 7

    assert await outcome(works()) == 7
    assert await outcome(fails()) is FAULT
