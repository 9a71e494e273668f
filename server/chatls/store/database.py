"""A file of sessions and the one thread that uses it: work is queued, and done in the order in which it came.

The event loop never waits for the disk: whoever must know that something lasts awaits it. Knows nothing of what the
work is. Built by `store/conversations.py`; the thread's side is `store/worker.py`.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from chatls.store.job import Job
from chatls.store.opened import Opened

T = TypeVar("T")
Jobs = SimpleQueue[Job[Any] | None]

LINGER = 0.003
"""Seconds that work waits which nobody waits for. Only one thread at a time runs Python: a turn's request to the
model goes out before its first write, and not half a millisecond later."""


class Database:
    """The sessions of one workspace: in the file at `path`, or in memory where no file can be used, which `tell` says.

    The work of one call is kept as a whole, or not at all.
    """

    def __init__(self, path: Path | None, workspace: Sequence[str], tell: Callable[[str], object]) -> None:
        self._jobs: Jobs = SimpleQueue()
        self._lingering: list[Job[Any]] = []
        arguments = (self._jobs, path, workspace, tell)
        self._thread = threading.Thread(target=_serve, args=arguments, name="chatls-store", daemon=True)
        self._thread.start()

    async def read(self, work: Callable[[Opened], T]) -> T:
        """What work finds that writes nothing."""
        return await self.done(self.post(work, writes=False))

    async def run(self, work: Callable[[Opened], T]) -> T:
        """Do work; returns once what it wrote is on the disk.

        Raises:
            ChatError: the work's own; nothing of it was kept.
        """
        job = self.post(work)
        value = await self.done(job)
        await self.kept(job)
        return value

    def post(self, work: Callable[[Opened], T], *, writes: bool = True) -> Job[T]:
        """Have work done, without waiting for it."""
        job = Job(work, writes=writes)
        if not self._lingering:
            asyncio.get_running_loop().call_later(LINGER, self._hand_over)
        self._lingering.append(job)
        return job

    async def done(self, job: Job[T]) -> T:
        """What a job comes to, as soon as it is done."""
        self._hand_over()
        return await asyncio.wrap_future(job.value)

    async def kept(self, job: Job[Any]) -> None:
        """Wait until what a job wrote is on the disk."""
        self._hand_over()
        if not job.kept.done():
            await asyncio.wrap_future(job.kept)

    def close(self, seconds: float) -> None:
        """Do what was handed in, for that long at most, and close the file."""
        self._hand_over()
        self._jobs.put(None)
        self._thread.join(seconds)

    def _hand_over(self) -> None:
        for job in self._lingering:
            self._jobs.put(job)
        self._lingering = []


def _serve(jobs: Jobs, path: Path | None, workspace: Sequence[str], tell: Callable[[str], object]) -> None:
    from chatls.store.worker import Worker  # brings sqlite3 in, which nobody has to wait for

    Worker(jobs, path, workspace, tell).serve()
