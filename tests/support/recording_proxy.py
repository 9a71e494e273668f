"""An HTTP proxy that stands before a model server, remembers every request and passes each byte on as it comes.

The scripted model's answer says nothing about what it was asked; the requests recorded here do. Used by the tests in
`tests/real_servers/`. Understands as much of HTTP as a client of ours sends: bodies with a Content-Length.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

READ_SIZE = 64 * 1024


@dataclass(frozen=True)
class RecordedRequest:
    """A request as it was sent; `hung_up` is set when the client closes its connection."""

    method: str
    path: str
    body: dict[str, Any]
    hung_up: asyncio.Event


@dataclass
class RecordingProxy:
    """Passes what is sent to `port` on to `upstream_port`, both on 127.0.0.1, and keeps the requests in order."""

    upstream_port: int
    port: int = 0
    requests: list[RecordedRequest] = field(default_factory=list[RecordedRequest])
    writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])
    handlers: list[asyncio.Task[None]] = field(default_factory=list["asyncio.Task[None]"])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def chats(self) -> list[RecordedRequest]:
        """The requests for an answer, oldest first; what else a client asks the server for is not among them."""
        return [request for request in self.requests if request.path == "/api/chat"]

    def bodies(self) -> list[dict[str, Any]]:
        """What those requests said."""
        return [request.body for request in self.chats()]

    async def handle(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Serve one connection of a client until the client closes it."""
        server, to_server = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        hung_up = asyncio.Event()
        self.writers += [to_client, to_server]
        self.handlers += filter(None, [asyncio.current_task()])
        async with asyncio.TaskGroup() as group:
            answers = group.create_task(pass_on(server, to_client))
            await self.record(client, to_server, hung_up)
            answers.cancel()
        hung_up.set()
        to_server.close()
        to_client.close()

    async def record(
        self, client: asyncio.StreamReader, to_server: asyncio.StreamWriter, hung_up: asyncio.Event
    ) -> None:
        """Remember and pass on requests, one after the other, until a side closes the connection."""
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = await client.readuntil(b"\r\n\r\n")
                body = await client.readexactly(content_length(head))
                method, path, _ = head.decode("latin-1").split(" ", 2)
                self.requests.append(RecordedRequest(method, path, json.loads(body or b"{}"), hung_up))
                to_server.write(head + body)
                await to_server.drain()


@asynccontextmanager
async def recording_proxy(upstream_port: int) -> AsyncGenerator[RecordingProxy]:
    """A proxy on a free port."""
    proxy = RecordingProxy(upstream_port)
    async with await asyncio.start_server(proxy.handle, "127.0.0.1") as server:
        proxy.port = server.sockets[0].getsockname()[1]
        yield proxy
        for writer in proxy.writers:
            writer.close()
        await asyncio.gather(*proxy.handlers)


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on bytes as they come; the end of the one side is told to the other by closing it."""
    with suppress(OSError):
        while data := await reader.read(READ_SIZE):
            writer.write(data)
            await writer.drain()
    writer.close()


def content_length(head: bytes) -> int:
    """The length of the body behind this head; 0 where none is announced."""
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next((int(value) for name, _, value in lines if name == b"content-length"), 0)
