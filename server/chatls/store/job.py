"""A piece of work for the thread that uses a file of sessions, and what becomes of it.

Made by `store/database.py`, done by `store/worker.py`.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from chatls.store.opened import Opened

T = TypeVar("T")


class Job(Generic[T]):
    """`value` is there as soon as the work is done; `kept`, when that is on the disk.

    Work may be done twice: again in memory, when the disk refused it. What it came to first stays.
    """

    __slots__ = ("kept", "value", "work", "writes")

    def __init__(self, work: Callable[[Opened], T], *, writes: bool = True) -> None:
        self.work = work
        self.writes = writes
        self.value: Future[T] = Future()
        self.kept: Future[None] = Future()
        # Work that waits is done also if nobody waits for it any more.
        self.value.set_running_or_notify_cancel()
        self.kept.set_running_or_notify_cancel()

    def succeed(self, value: T) -> None:
        if not self.value.done():
            self.value.set_result(value)

    def fail(self, error: Exception) -> None:
        if not self.value.done():
            self.value.set_exception(error)
