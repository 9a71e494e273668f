"""Moves the running event loop's own clock: deadlines of minutes pass at once, while sockets work as ever."""

import asyncio

import pytest


class TimeTravel:
    """`advance` makes it later for everything that the loop times: `asyncio.timeout`, `asyncio.sleep`, `call_later`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        self._ahead = 0.0
        real = loop.time
        monkeypatch.setattr(loop, "time", lambda: real() + self._ahead)

    async def advance(self, seconds: float) -> None:
        """Let all tasks come to a wait, move on, and let everything that became due run."""
        await self._settle()
        self._ahead += seconds
        await self._settle()

    async def _settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
