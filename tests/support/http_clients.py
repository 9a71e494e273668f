"""HTTP clients for tests: how they are made, and what is asked with them."""

import asyncio
import socket
from contextlib import aclosing
from typing import Protocol

import pytest

from chatls.errors import ProviderError
from chatls.providers.http import StreamingClient
from chatls.providers.server import Timeouts

TIMEOUTS = Timeouts(connect=5, first_byte=300, gap=100, write=30)
PATIENT = Timeouts(connect=60)
"""For real handshakes on a machine that is busy."""


class Connect(Protocol):
    def __call__(self, address: str, timeouts: Timeouts = TIMEOUTS) -> StreamingClient: ...


async def post(client: StreamingClient) -> bytes:
    """The whole body of a chat's response."""
    body = b""
    async with client.stream("POST", "/api/chat", {"model": "m"}) as response, aclosing(response.chunks()) as chunks:
        async for chunk in chunks:
            body += chunk
    return body


async def failed(client: StreamingClient) -> ProviderError:
    try:
        await post(client)
    except ProviderError as failure:
        return failure
    pytest.fail("the request succeeded")


class Deaf:
    """Takes connections, reads one byte of each and then neither reads nor says anything."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._connection = self._listener
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"

    async def spoken_to(self) -> None:
        """Return when the first byte is there."""
        loop = asyncio.get_running_loop()
        self._connection, _ = await loop.sock_accept(self._listener)
        await loop.sock_recv(self._connection, 1)

    def close(self) -> None:
        self._connection.close()
        self._listener.close()
