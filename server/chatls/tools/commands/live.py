"""A running command's output on its way to whoever watches: now and then, and never much of it.

The result has what counts; this is to see that something happens, and what. Used by `tools/commands/command.py`.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from chatls.tools.commands.captured import plain_text

SECONDS = 0.25
"""Between two pieces."""
PIECE = 4 * 1024
"""Bytes of a piece: of what was written meanwhile, the end."""
ALL = 128 * 1024
"""Bytes shown of one command."""

Show = Callable[[str], Awaitable[None]]


@asynccontextmanager
async def shown_live(show: Show) -> AsyncGenerator[Callable[[bytes], None]]:
    """A function to give output to, from which `show` gets a part as text. Whoever shows slowly is shown less."""
    live = _Live()
    async with asyncio.TaskGroup() as group:
        pump = group.create_task(_pump(live, show))
        try:
            yield live.take
        finally:
            pump.cancel()


class _Live:
    """What waits to be shown."""

    def __init__(self) -> None:
        self.more = asyncio.Event()
        self._waiting = bytearray()

    def take(self, piece: bytes) -> None:
        self._waiting += piece[-PIECE:]
        del self._waiting[:-PIECE]
        self.more.set()

    def text(self) -> str:
        """What waits, up to the last whole character."""
        raw = bytes(self._waiting)
        end = len(raw) - _unfinished(raw)
        self._waiting = bytearray(raw[end:])
        self.more.clear()
        return plain_text(raw[:end])


async def _pump(live: _Live, show: Show) -> None:
    left = ALL
    while left > 0:
        await live.more.wait()
        text = live.text()[:left]
        left -= len(text)
        if text:
            await show(text)
        await asyncio.sleep(SECONDS)


def _unfinished(raw: bytes) -> int:
    """How many bytes at the end are the beginning of a UTF-8 character."""
    for back in range(1, min(4, len(raw) + 1)):
        byte = raw[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < length else 0
        if byte < 0x80:
            return 0
    return 0
