"""The sockets below the HTTP client, and the rhythm in which an answer is read from them.

A model's tokens come one by one, but are shown some 20 times a second: so, once an answer is under way, its socket is
read that often and each wake-up finds several tokens. The wait belongs here, before bytes are taken from the socket:
the HTTP layer above hands on one chunk (one token) at a time, and a wait between those would throttle the stream.
While nobody reads, the bytes wait in the kernel, and TCP slows the model server. Used by `providers/http.py` only.
"""

# ruff: noqa: ASYNC109 (timeouts are parameters in httpcore's interface)

import asyncio
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream

BUSY = 16 * 1024
"""Bytes within one gap from which on there is no waiting: more than two thousand tokens a second, read by no human."""

READ_BYTES = 16 * 1024
"""Bytes of one read: what is made of them (a hundred tokens) is how long a cancel elsewhere may have to wait."""


class PacedStream(AsyncNetworkStream):
    """Another stream, read no more often than it is to be shown, unless much is coming."""

    def __init__(self, inner: AsyncNetworkStream) -> None:
        self._inner = inner
        self._now = asyncio.get_running_loop().time
        self._unsent = b""
        self._write_patience: float | None = None
        self._patience: float | None = None
        self._gap = 0.0
        self._window_end = 0.0
        self._taken = 0
        self._busy = False

    def begin(self, patience: float) -> None:
        """A response begins: from now on no single read may take longer than `patience` seconds."""
        self._patience = patience

    def pace(self, gap: float) -> None:
        """From now on read at least `gap` seconds apart; 0 reads as fast as it comes."""
        self._gap = gap
        self._window_end = self._now() + gap
        self._taken = 0
        self._busy = False

    def end(self) -> None:
        """The response has ended: the next one on this connection begins without rhythm or limit."""
        self._patience = None
        self._gap = 0.0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """`timeout` is httpcore's, the same before and after the headers; those two have limits of their own here."""
        del timeout
        if self._unsent:
            await self._send()
        # Also without a wait the loop gets its turn: a fast server would otherwise keep everything else from running.
        await asyncio.sleep(self._wait())
        data = await self._inner.read(min(max_bytes, READ_BYTES), self._patience)
        self._taken += len(data)
        return data

    def _wait(self) -> float:
        """Seconds until the next read: the rest of this window, or nothing where it or the last one was busy."""
        if not self._gap:
            return 0.0
        now = self._now()
        if now < self._window_end and (self._busy or self._taken >= BUSY):
            return 0.0
        wait = max(0.0, self._window_end - now)
        self._busy, self._taken = self._taken >= BUSY, 0
        self._window_end = now + wait + self._gap
        return wait

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Keep it until the answer is read: httpcore writes the head and the body of a request apart."""
        self._unsent += buffer
        self._write_patience = timeout

    async def _send(self) -> None:
        unsent, self._unsent = self._unsent, b""
        # A server may answer and close before it has read all: what counts is its answer, as in httpcore itself.
        with suppress(httpcore.WriteError):
            await self._inner.write(unsent, self._write_patience)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(self, *args: Any, **options: Any) -> AsyncNetworkStream:
        try:
            return PacedStream(await self._inner.start_tls(*args, **options))
        except BaseException as error:
            # Nobody else closes a connection whose handshake was not completed.
            await self._inner.aclose()
            if isinstance(error, httpcore.ConnectTimeout):
                # What stalls here will stall again: it is no fault of the network that passes.
                raise httpcore.ConnectError(ssl.SSLError(0, "the handshake was not answered")) from error
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class PacedBackend(AsyncNetworkBackend):
    """Connects through another backend and paces its streams."""

    def __init__(self, inner: AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(self, *args: Any, **options: Any) -> AsyncNetworkStream:
        return PacedStream(await self._inner.connect_tcp(*args, **options))


class SocketBackend(AsyncNetworkBackend):
    """Plain TCP without asyncio's transports, which read ahead, and cost several times as much for each read."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Try the host's addresses in turn, IPv4 first: a model server on this machine often listens there alone."""
        del local_address, socket_options
        failure: OSError = OSError(f"{host} has no address")
        try:
            async with asyncio.timeout(timeout):
                for family, address in await _addresses(host, port):
                    try:
                        return SocketStream(await _connected(family, address))
                    except OSError as error:
                        failure = error
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(error) from error
        except OSError as error:
            failure = error
        raise httpcore.ConnectError(failure) from failure


async def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, Any]]:
    try:
        # A numeric address needs no thread.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted(((entry[0], entry[4]) for entry in found), key=lambda entry: entry[0] != socket.AF_INET)


async def _connected(family: socket.AddressFamily, address: Any) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(connection, address)
    except BaseException:
        connection.close()
        raise
    return connection


class SocketStream(AsyncNetworkStream):
    """A connected socket. Reads take only what is asked for, when it is asked for."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._loop = asyncio.get_running_loop()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._socket.recv(max_bytes)
        except BlockingIOError:
            pass
        except OSError as error:
            raise httpcore.ReadError(error) from error
        try:
            async with asyncio.timeout(timeout):
                return await self._loop.sock_recv(self._socket, max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(error) from error
        except OSError as error:
            raise httpcore.ReadError(error) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            async with asyncio.timeout(timeout):
                await self._loop.sock_sendall(self._socket, buffer)
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore.WriteError(error) from error

    async def aclose(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """`is_readable` is what the connection pool asks: an idle connection with something to read was closed."""
        if info == "is_readable":
            return self._closed_by_peer()
        return self._socket if info == "socket" else None

    def _closed_by_peer(self) -> bool:
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True
