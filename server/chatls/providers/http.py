"""StreamingClient: one model server over HTTP/1.1, and the only place where its failures become `ProviderError`s.

Together with `network.py` the only module that knows httpcore (httpx's own transport; used directly, because httpx
has no way to hand it a network backend, and costs half as much again to import). Importing it takes some 40 ms, so
providers do that after the editor has been answered. Knows nothing of any server's messages.
"""

import asyncio
import json
import socket
import ssl
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from typing import Any, cast

import httpcore
from pydantic_core import to_json

from chatls import __version__
from chatls.errors import ProviderError
from chatls.providers.network import PacedBackend, PacedStream, SocketBackend
from chatls.providers.server import Server, Timeouts

if find_spec("sniffio") is None:
    # httpcore tries to import it four times a request; searched anew each time, that is half a millisecond.
    sys.modules["sniffio"] = None  # pyright: ignore[reportArgumentType]

MAX_CONNECTIONS = 1000
MAX_IDLE = 8
IDLE_SECONDS = 60.0
MAX_ERROR_BODY = 64 * 1024
ERROR_BODY_SECONDS = 5.0
MAX_DOCUMENT = 32 * 1024 * 1024
SETTLE_SECONDS = 0.25
"""How long after its last record a response may take to end, so that its connection can be used again."""


class StreamedResponse:
    """A response whose body is still coming. Made by `StreamingClient.stream`."""

    def __init__(self, raw: httpcore.Response, server: Server, timeouts: Timeouts) -> None:
        self.status = raw.status
        self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw.headers}
        self._body = aiter(cast("AsyncIterator[bytes]", raw.stream))
        self._network = cast("PacedStream", raw.extensions["network_stream"])
        self._network.begin(timeouts.gap)
        self._server = server
        self._timeouts = timeouts
        self._complete = False

    def pace(self, gap: float) -> None:
        """From now on read at least `gap` seconds apart."""
        self._network.pace(gap)

    def complete(self) -> None:
        """All that matters was read: what is left of the body is its end."""
        self._complete = True

    async def chunks(self) -> AsyncGenerator[bytes]:
        """The body as it comes.

        Raises:
            ProviderError: the connection broke, or nothing came for `Timeouts.gap` seconds.
        """
        with _translated(self._server, self._timeouts):
            async for chunk in self._body:
                yield chunk

    async def read(self, limit: int) -> bytes:
        """The whole body.

        Raises:
            ProviderError: as `chunks`, or `provider_protocol` if it is longer than `limit` bytes.
        """
        body = bytearray()
        with _translated(self._server, self._timeouts):
            async for chunk in self._body:
                body += chunk
                if len(body) > limit:
                    raise self._server.unexpected(f"more than {limit} bytes")
        return bytes(body)

    async def text(self) -> str:
        """The beginning of a body that is an error: as much as comes within a few seconds."""
        body = bytearray()
        try:
            async with asyncio.timeout(ERROR_BODY_SECONDS):
                async for chunk in self._body:
                    body += chunk
                    if len(body) >= MAX_ERROR_BODY:
                        break
        except (TimeoutError, *_FAILURES):
            pass
        return body[:MAX_ERROR_BODY].decode("utf-8", "replace")

    async def settle(self) -> None:
        """Read a complete response to its end, so that its connection can be used again."""
        self._network.end()
        if not self._complete:
            return
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                async for _ in self._body:
                    pass
        except (TimeoutError, *_FAILURES):
            pass


class StreamingClient:
    """Requests to one server, over connections that are kept. Reads no environment: no proxy, no `.netrc`."""

    def __init__(self, server: Server, timeouts: Timeouts, *, tls: ssl.SSLContext | None = None) -> None:
        self.server = server
        self._timeouts = timeouts
        self._headers = {
            "User-Agent": f"chatls/{__version__}",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
        }
        secure = server.address.startswith("https:")
        self._pool = httpcore.AsyncConnectionPool(
            # Making a context takes 30 to 50 ms: only where it is needed.
            ssl_context=(tls or ssl.create_default_context()) if secure else None,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_IDLE,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=PacedBackend(_tls_backend() if secure else SocketBackend()),
        )

    @asynccontextmanager
    async def stream(self, method: str, path: str, payload: object = None) -> AsyncGenerator[StreamedResponse]:
        """Send a request and hand over its response, whatever its status. Leaving closes it at once.

        Raises:
            ProviderError: no response came, or one whose body is compressed.
        """
        with _translated(self.server, self._timeouts):
            raw = await self._open(method, path, payload)
        try:
            response = StreamedResponse(raw, self.server, self._timeouts)
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise self.server.unexpected("a compressed answer, though it was asked not to compress")
            try:
                yield response
            finally:
                await response.settle()
        finally:
            await raw.aclose()

    async def fetch(self, method: str, path: str, payload: object = None, *, within: float) -> tuple[int, Any]:
        """Status and JSON body of a short request, all of it in `within` seconds. A refusal's body is its text.

        Raises:
            ProviderError: no response came in time, or one that is not JSON.
        """
        try:
            async with asyncio.timeout(within), self.stream(method, path, payload) as response:
                if response.status != 200:
                    return response.status, await response.text()
                return response.status, json.loads(await response.read(MAX_DOCUMENT))
        except TimeoutError as error:
            raise self.server.silent(within) from error
        except (ValueError, RecursionError) as error:
            raise self.server.unexpected(f"something that is not JSON as the answer to {path}") from error

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def _open(self, method: str, path: str, payload: object) -> httpcore.Response:
        content = None if payload is None else _encoded(payload)
        async with asyncio.timeout(self._timeouts.first_byte):
            while True:
                attempt = _Attempt()
                request = self._request(method, path, content, attempt)
                try:
                    return await self._pool.handle_async_request(request)
                except (httpcore.ReadError, httpcore.RemoteProtocolError):
                    # A kept connection that the server closed meanwhile: nobody has seen this request yet.
                    if attempt.connected:
                        raise

    def _request(self, method: str, path: str, content: bytes | None, attempt: "_Attempt") -> httpcore.Request:
        timeouts = self._timeouts
        length = {} if content is None else {"Content-Length": str(len(content))}
        return httpcore.Request(
            method,
            self.server.address + path,
            headers={"Host": self.server.host, **self._headers, **length},
            content=content,
            extensions={
                "timeout": {"connect": timeouts.connect, "write": timeouts.write},
                "trace": attempt.trace,
            },
        )


def _tls_backend() -> httpcore.AsyncNetworkBackend:
    return cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())


class _Attempt:
    """Whether a request made a new connection, told by httpcore while it is under way."""

    def __init__(self) -> None:
        self.connected = False

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        del info
        if event == "connection.connect_tcp.started":
            self.connected = True


def _encoded(payload: object) -> bytes:
    try:
        return to_json(payload)  # three times as fast as the standard library
    except ValueError:  # half a surrogate pair in what a user typed
        return json.dumps(payload).encode()


_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


@contextmanager
def _translated(server: Server, timeouts: Timeouts) -> Generator[None]:
    """The border: what httpcore raises becomes a `ProviderError` here, and nowhere else."""
    try:
        yield
    except httpcore.ConnectError as error:
        raise _unreachable(server, error) from error
    except httpcore.ConnectTimeout as error:
        raise server.unreachable(f"no connection within {timeouts.connect:g} s") from error
    except httpcore.WriteTimeout as error:
        raise server.deaf() from error
    except httpcore.ReadTimeout as error:
        raise server.stalled(timeouts.gap) from error
    except TimeoutError as error:
        raise server.silent(timeouts.first_byte) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise server.broke_off() from error


def _unreachable(server: Server, error: httpcore.ConnectError) -> ProviderError:
    # What was underneath is its argument: the connection pool strips causes.
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLError):
        return server.insecure(getattr(cause, "reason", None) or str(cause))
    if isinstance(cause, socket.gaierror):
        return server.unreachable("its name is not known", hint="Check the name in the address.")
    refused = isinstance(cause, ConnectionRefusedError)
    return server.unreachable("connection refused" if refused else "no connection")
