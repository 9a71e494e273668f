"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from collections.abc import Callable


class FakeTimer:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class FakeClock:
    """The port `Clock`: time is a number, and only `advance` changes it."""

    def __init__(self, now: float = 100.0) -> None:
        self.time = now
        self.slept: list[float] = []
        self._timers: list[tuple[float, int, FakeTimer]] = []
        self._made = 0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Return at once, having moved the time: nobody else's timers matter to who sleeps here."""
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> FakeTimer:
        self._made += 1
        timer = FakeTimer(callback)
        heapq.heappush(self._timers, (self.time + seconds, self._made, timer))
        return timer

    @property
    def pending(self) -> int:
        """Timers that would still call."""
        return sum(timer.callback is not None for _, _, timer in self._timers)

    async def advance(self, seconds: float) -> None:
        """Move on, calling every timer at its own time, and let everything that became ready run."""
        end = self.time + seconds
        await settle()
        while self._timers and self._timers[0][0] <= end + 1e-9:
            at, _, timer = heapq.heappop(self._timers)
            self.time = max(self.time, at)
            if timer.callback is not None:
                timer.callback()
            await settle()
        self.time = end
        await settle()


async def settle() -> None:
    """Let all tasks run until each waits for something that has not happened."""
    for _ in range(20):
        await asyncio.sleep(0)
