"""Work that blocks (files, patterns), done beside the event loop, and how it learns that nobody waits any more.

A thread cannot be ended from outside: whatever loops here asks its `Deadline` on the way. Used by every tool that
reads files.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

# One pool for all tools: it bounds how many calls read at once. Its threads start when they are first needed.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="chatls-tool")


class Deadline:
    """When to stop: after some seconds, or as soon as the call was cancelled. Asked from any thread."""

    def __init__(self, seconds: float, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._at = now() + seconds
        self._cancelled = False

    @property
    def passed(self) -> bool:
        return self._cancelled or self._now() >= self._at

    def cancel(self) -> None:
        self._cancelled = True


async def in_thread(seconds: float, work: Callable[[Deadline], T]) -> T:
    """Run `work` in a thread. Its deadline passes after `seconds`, and at once when this call is cancelled."""
    deadline = Deadline(seconds)
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work, deadline)
    finally:
        deadline.cancel()


def begun(seconds: float, work: Callable[[Deadline], T]) -> "asyncio.Future[T]":
    """Begin `work` in a thread, and do not wait for it. Its deadline passes after `seconds`."""
    return asyncio.get_running_loop().run_in_executor(_threads, work, Deadline(seconds))
