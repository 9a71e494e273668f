"""A TCP proxy that spoils what a server sends: other pieces, delays, added bytes, connections that break.

Sits between a client and any server, real or fake: `async with FaultProxy(server.address, rechunk(1)) as proxy`, then
talk to `proxy.address`. A fault is a function from a stream of bytes to a stream of bytes, so they can be put in a
row, and new ones written where they are needed. What the client sends passes untouched.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, closing, suppress
from typing import Self
from urllib.parse import urlsplit

from tests.support.tcp import OpenConnections, reset_connection

Bytes = AsyncGenerator[bytes]
Fault = Callable[[Bytes], Bytes]


class Broken(Exception):
    """Raised by a fault to end the connection: with a reset (RST), or as if the server had closed it."""

    def __init__(self, *, reset: bool) -> None:
        self.reset = reset


def rechunk(size: int) -> Fault:
    """Hand everything on in pieces of `size` bytes, each sent for itself."""

    async def fault(stream: Bytes) -> Bytes:
        async for data in stream:
            for start in range(0, len(data), size):
                yield data[start : start + size]

    return fault


def delay(seconds: float) -> Fault:
    """Let every piece wait."""

    async def fault(stream: Bytes) -> Bytes:
        async for data in stream:
            await asyncio.sleep(seconds)
            yield data

    return fault


def hold(until: asyncio.Event, after: int = 0) -> Fault:
    """After so many bytes, hand nothing on until an event."""

    async def fault(stream: Bytes) -> Bytes:
        async for before, behind in _split(stream, after):
            yield before
            if behind is not None:
                await until.wait()
                yield behind

    return fault


def cut(after: int) -> Fault:
    """Close the connection after so many bytes."""
    return _broken(after, reset=False)


def reset(after: int) -> Fault:
    """Reset the connection after so many bytes."""
    return _broken(after, reset=True)


def inject(data: bytes, after: int = 0) -> Fault:
    """Add bytes of our own after so many of the server's."""

    async def fault(stream: Bytes) -> Bytes:
        async for before, behind in _split(stream, after):
            yield before if behind is None else before + data + behind

    return fault


def _broken(after: int, *, reset: bool) -> Fault:
    async def fault(stream: Bytes) -> Bytes:
        async for before, behind in _split(stream, after):
            yield before
            if behind is not None:
                raise Broken(reset=reset)

    return fault


async def _split(stream: Bytes, after: int) -> AsyncGenerator[tuple[bytes, bytes | None]]:
    """Each piece as (bytes, None), but the one in which byte number `after` falls as what is before and behind it."""
    seen = 0
    async for data in stream:
        if seen <= after < seen + len(data):
            yield data[: after - seen], data[after - seen :]
        else:
            yield data, None
        seen += len(data)


class FaultProxy:
    """Listens on a free port of 127.0.0.1 while its context is open; `faults` may be changed between connections."""

    def __init__(self, target: str, *faults: Fault) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.faults = list(faults)
        self.connections = 0
        self._open = OpenConnections()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._open.end()
        await self._server.wait_closed()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        from_server, to_server = await asyncio.open_connection(*self._target)
        with self._open.holding(writer), closing(to_server):
            async with asyncio.TaskGroup() as tasks:
                up = tasks.create_task(_copy(_read(reader), to_server))
                down = tasks.create_task(self._spoil(from_server, writer))
                await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
                up.cancel()
                down.cancel()

    async def _spoil(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = _read(reader)
        for fault in self.faults:
            stream = fault(stream)
        try:
            await _copy(stream, writer)
        except Broken as broken:
            if broken.reset:
                reset_connection(writer)


async def _read(reader: asyncio.StreamReader) -> Bytes:
    with suppress(ConnectionError):
        while data := await reader.read(2**16):
            yield data


async def _copy(stream: Bytes, writer: asyncio.StreamWriter) -> None:
    async with aclosing(stream):
        with suppress(ConnectionError):
            async for data in stream:
                writer.write(data)
                await writer.drain()
                # One turn of the loop for each piece, or the next would join it on its way.
                await asyncio.sleep(0)
