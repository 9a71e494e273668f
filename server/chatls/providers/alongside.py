"""A task that lives beside a block of code, within its task: for what must go on while events are handed out.

`asyncio.TaskGroup` alone would wrap whatever the block raises in an exception group; here it passes as it is.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from chatls.errors import ProviderError

T = TypeVar("T")


@asynccontextmanager
async def alongside(start: Callable[[], Awaitable[T]]) -> AsyncGenerator[asyncio.Task[T | ProviderError]]:
    """Run what `start` begins while the block runs; it is cancelled with it, and its failure is its result."""

    async def run() -> T | ProviderError:
        return await outcome(start())

    try:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(run())
            yield task
            task.cancel()
    except BaseExceptionGroup as group:
        # Only the block can have failed: the task hands its failure over, or is cancelled.
        raise group.exceptions[0] from None


async def outcome(work: Awaitable[T]) -> T | ProviderError:
    """What `work` returns, or the `ProviderError` that it raises."""
    try:
        return await work
    except ProviderError as error:
        return error
