"""A model server that says what it is told to: Ollama's HTTP interface over asyncio streams, nothing but the stdlib.

In a test: `async with FakeModelServer() as server`, then `server.answer(Reply(...))` for the next chats, or
`server.on(path, Reply(...))` for any other path. It records each request and tells when a client has gone.
`tests/bench/model_server.py` runs it as a process of its own.
"""

import asyncio
import json
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from tests.support.recordings import answer
from tests.support.tcp import OpenConnections, reset_connection

NDJSON = "application/x-ndjson"
BURST = 64
"""Chunks written in one go when a rate does not matter: one call each would make the fake the slower side."""

Step = bytes | float | asyncio.Event
"""What a reply consists of: bytes are one HTTP chunk, a number waits seconds, an event waits until it is set."""


@dataclass
class Reply:
    """One HTTP response.

    `framing` is how its end is known to the client: chunked, a Content-Length, or the end of the connection.
    `ending`: `clean` ends it properly; `cut` closes the connection instead, `reset` resets it (RST), and `open` says
    nothing more until the client has gone.
    """

    steps: Iterable[Step] = ()
    status: int = 200
    content_type: str = NDJSON
    headers: dict[str, str] = field(default_factory=dict[str, str])
    framing: Literal["chunked", "length", "close"] = "chunked"
    ending: Literal["clean", "cut", "reset", "open"] = "clean"
    silence: float | asyncio.Event | None = None
    """Before the headers."""
    raw: bytes | None = None
    """Sent instead of status line and headers."""


def error(status: int, text: str, **headers: str) -> Reply:
    """The response with which Ollama refuses a request."""
    body = json.dumps({"error": text}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply([body], status, "application/json; charset=utf-8", named)


@dataclass
class Received:
    """A request as it came; `gone` is set when its client has closed the connection."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    gone: asyncio.Event
    connection: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class FakeModel:
    """A model that the server says is installed."""

    name: str
    capabilities: tuple[str, ...] = ("completion", "tools")
    context_length: int = 8192
    digest: str = ""

    def tag(self) -> dict[str, Any]:
        return {"name": self.name, "model": self.name, "digest": self.digest or f"sha256:{self.name}", "details": {}}

    def details(self) -> dict[str, Any]:
        info = {"general.architecture": "llama", "llama.context_length": self.context_length}
        return {"capabilities": list(self.capabilities), "model_info": info, "details": {}}


Route = Reply | Callable[[Received], Reply]


class FakeModelServer:
    """Listens on a free port of 127.0.0.1 while its context is open."""

    def __init__(self, *models: FakeModel, tls: ssl.SSLContext | None = None) -> None:
        self.models = list(models) or [FakeModel("scripted:latest")]
        self.running: list[dict[str, Any]] = []
        """What `/api/ps` lists."""
        self.received: list[Received] = []
        self.connections = 0
        self.chat: Route = Reply(answer("Hello", ", ", "world."))
        """The answer to a chat when none is queued."""
        self._queued: deque[Route] = deque()
        self._routes: dict[str, Route] = {}
        self._port = 0
        self._tls = tls
        self._open = OpenConnections()
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self._serve), "127.0.0.1", 0, ssl=self._tls, backlog=1024
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._open.end()
        await self._server.wait_closed()

    @property
    def address(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.host}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def chats(self) -> list[Received]:
        """The requests to `/api/chat`, in order."""
        return [request for request in self.received if request.path == "/api/chat"]

    async def arrived(self) -> Received:
        """The first request, as soon as it is there."""
        while not self.received:
            await self._news.wait()
        return self.received[0]

    def answer(self, *replies: Route) -> None:
        """Queue the answers to the next chats."""
        self._queued.extend(replies)

    def forget(self) -> None:
        """Drop the answers that are still queued."""
        self._queued.clear()

    def on(self, path: str, reply: Route) -> None:
        """Answer every request to `path` with this."""
        self._routes[path] = reply

    def drop_idle(self) -> None:
        """Close all connections, as a server does that is restarted."""
        self._open.close()

    def _route(self, request: Received) -> Reply:
        if request.path in self._routes:
            chosen: Route = self._routes[request.path]
        elif request.path == "/api/chat":
            chosen = self._queued.popleft() if self._queued else self.chat
        else:
            return self._facts(request)
        return chosen if isinstance(chosen, Reply) else chosen(request)

    def _facts(self, request: Received) -> Reply:
        match request.path:
            case "/api/tags":
                value: Any = {"models": [model.tag() for model in self.models]}
            case "/api/ps":
                value = {"models": self.running}
            case "/api/version":
                value = {"version": "0.0.0"}
            case "/api/show":
                asked = request.json["model"]
                found = [model for model in self.models if model.name == asked]
                if not found:
                    return error(404, f"model '{asked}' not found")
                value = found[0].details()
            case _:
                return Reply([b"404 page not found"], 404, "text/plain")
        return Reply([json.dumps(value).encode()], content_type="application/json", framing="length")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gone: asyncio.Event) -> None:
        self.connections += 1
        number = self.connections
        with self._open.holding(writer), suppress(ConnectionError, asyncio.IncompleteReadError):
            while (request := await _read_request(reader, gone, number)) is not None:
                self.received.append(request)
                self._news.set()
                self._news = asyncio.Event()
                if not await _send(self._route(request), writer, gone):
                    break


class _Connection(asyncio.StreamReaderProtocol):
    """Streams, and an event for the moment in which the client closes: nobody may be reading then."""

    def __init__(self, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter, asyncio.Event], Any]) -> None:
        self.gone = asyncio.Event()
        super().__init__(asyncio.StreamReader(limit=2**26), lambda reader, writer: serve(reader, writer, self.gone))

    def eof_received(self) -> bool | None:
        self.gone.set()
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()
        super().connection_lost(exc)


async def _read_request(reader: asyncio.StreamReader, gone: asyncio.Event, connection: int) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, path, headers, body, gone, connection)


async def _send(reply: Reply, writer: asyncio.StreamWriter, gone: asyncio.Event) -> bool:
    """Write a reply; whether the connection may be used again."""
    if reply.silence is not None:
        await _wait(reply.silence, gone)
    steps = list(reply.steps) if reply.framing == "length" else reply.steps
    writer.write(_head(reply, steps) if reply.raw is None else reply.raw)
    async for data in _framed(steps, gone, chunked=reply.framing == "chunked"):
        writer.write(data)
        await writer.drain()
    match reply.ending:
        case "open":
            await gone.wait()
        case "reset":
            reset_connection(writer)
        case "clean" if reply.framing == "chunked":
            writer.write(b"0\r\n\r\n")
        case _:
            pass
    await _drained(writer)
    return reply.ending == "clean" and reply.framing != "close"


def _head(reply: Reply, steps: Iterable[Step]) -> bytes:
    headers = {"Content-Type": reply.content_type, **reply.headers}
    if reply.framing == "chunked":
        headers["Transfer-Encoding"] = "chunked"
    elif reply.framing == "length":
        headers["Content-Length"] = str(sum(len(step) for step in steps if isinstance(step, bytes)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {reply.status} -\r\n{lines}\r\n".encode("latin-1")


async def _framed(steps: Iterable[Step], gone: asyncio.Event, *, chunked: bool) -> AsyncIterator[bytes]:
    """The body as it goes out, in bursts that end where the script waits."""
    burst: list[bytes] = []
    for step in steps:
        if isinstance(step, bytes):
            burst.append(b"%x\r\n%b\r\n" % (len(step), step) if chunked else step)
            if len(burst) < BURST:
                continue
        if burst:
            yield b"".join(burst)
            burst.clear()
        if not isinstance(step, bytes):
            await _wait(step, gone)
        if gone.is_set():
            raise ConnectionResetError
    yield b"".join(burst)


async def _wait(until: float | asyncio.Event, gone: asyncio.Event) -> None:
    """Wait for a time or an event, but not longer than the client stays."""
    limit = until if not isinstance(until, asyncio.Event) else None
    async with asyncio.TaskGroup() as tasks:
        waits = [tasks.create_task(gone.wait())]
        if isinstance(until, asyncio.Event):
            waits.append(tasks.create_task(until.wait()))
        await asyncio.wait(waits, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


async def _drained(writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        await writer.drain()
