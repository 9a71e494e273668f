import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator

import httpcore
import pytest

from chatls.providers.network import BUSY, PacedBackend, PacedStream, SocketBackend, SocketStream
from tests.support.time_travel import TimeTravel

GAP = 0.05


class Script(httpcore.AsyncNetworkStream):
    """A stream that gives what it is told, and notes how long each read might have taken."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)
        self.written: list[tuple[bytes, float | None]] = []
        self.fails: httpcore.NetworkError | httpcore.TimeoutException | None = None
        self.patience: list[float | None] = []
        self.closed = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 (httpcore's interface)
        self.patience.append(timeout)
        return self.pieces.pop(0)[:max_bytes]

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 (httpcore's interface)
        self.written.append((buffer, timeout))
        if self.fails:
            raise self.fails

    async def aclose(self) -> None:
        self.closed = True


async def reads(stream: PacedStream, count: int) -> list[bytes]:
    return [await stream.read(2**16) for _ in range(count)]


class Waits(list[float]):
    """The waits between reads. They take no time, and the loop's clock moves by them alone."""

    now = 1000.0


@pytest.fixture
async def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    waits, really_sleep = Waits(), asyncio.sleep

    async def sleep(seconds: float) -> None:
        waits.append(round(seconds, 6))
        waits.now += seconds
        await really_sleep(0)

    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: waits.now)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waits


class TestRhythm:
    async def test_without_a_gap_every_read_follows_at_once(self, waits: Waits) -> None:
        stream = PacedStream(Script(b"a", b"b", b"c"))
        assert await reads(stream, 3) == [b"a", b"b", b"c"]
        assert waits == [0, 0, 0]

    async def test_with_a_gap_reads_are_that_far_apart(self, waits: Waits) -> None:
        stream = PacedStream(Script(b"a", b"b", b"c"))
        stream.pace(GAP)
        await reads(stream, 3)
        assert waits == [GAP, GAP, GAP]

    async def test_time_that_passed_anyway_is_not_waited_for_again(self, waits: Waits) -> None:
        stream = PacedStream(Script(b"a", b"b"))
        stream.pace(GAP)
        waits.now += 0.04
        await reads(stream, 2)
        assert waits == [0.01, GAP]

    async def test_much_that_is_waiting_is_read_at_once(self, waits: Waits) -> None:
        stream = PacedStream(Script(b"a", b"x" * BUSY, b"y" * BUSY, b"z", b"z"))
        stream.pace(GAP)
        await reads(stream, 5)
        assert waits == [GAP, GAP, 0, 0, 0]

    async def test_a_stream_that_was_busy_stays_so_for_a_gap_and_finds_back(self, waits: Waits) -> None:
        stream = PacedStream(Script(b"x" * BUSY, *[b"a"] * 5))
        stream.pace(GAP)
        await reads(stream, 2)
        waits.now += GAP
        await reads(stream, 2)
        waits.now += GAP
        await reads(stream, 2)
        assert waits == [GAP, 0, 0, 0, 0, GAP]

    async def test_the_end_of_a_response_ends_rhythm_and_patience(self, waits: Waits) -> None:
        inner = Script(b"a", b"b")
        stream = PacedStream(inner)
        stream.begin(300)
        stream.pace(GAP)
        await reads(stream, 1)
        stream.end()
        await reads(stream, 1)
        assert waits == [GAP, 0]
        assert inner.patience == [300, None]

    async def test_a_fast_stream_leaves_room_for_others(self) -> None:
        stream = PacedStream(Script(*[b"x"] * 100))
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            task = group.create_task(other())
            await reads(stream, 100)
            task.cancel()
        assert turns >= 100


class TestRequests:
    async def test_head_and_body_are_sent_together_before_the_answer_is_read(self) -> None:
        inner = Script(b"a", b"b")
        stream = PacedStream(inner)
        await stream.write(b"head,", timeout=30)
        await stream.write(b"body", timeout=30)
        await stream.write(b"", timeout=30)
        await reads(stream, 2)
        assert inner.written == [(b"head,body", 30)]

    async def test_what_a_server_says_before_it_has_read_all_is_read(self) -> None:
        inner = Script(b"too large")
        inner.fails = httpcore.WriteError()
        stream = PacedStream(inner)
        await stream.write(b"x")
        assert await reads(stream, 1) == [b"too large"]

    async def test_f57_a_server_that_reads_nothing_is_a_failure(self) -> None:
        inner = Script(b"never read")
        inner.fails = httpcore.WriteTimeout()
        stream = PacedStream(inner)
        await stream.write(b"x")
        with pytest.raises(httpcore.WriteTimeout):
            await stream.read(100)


class Peer:
    """The other end of a connection."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.port: int = self.listener.getsockname()[1]
        self.socket = self.listener

    async def accept(self) -> None:
        self.socket, _ = await asyncio.get_running_loop().sock_accept(self.listener)

    def close(self) -> None:
        self.socket.close()
        self.listener.close()


@pytest.fixture
async def peer() -> AsyncGenerator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


@pytest.fixture
async def connected(peer: Peer) -> AsyncGenerator[SocketStream]:
    stream = await SocketBackend().connect_tcp("127.0.0.1", peer.port)
    assert isinstance(stream, SocketStream)
    await peer.accept()
    yield stream
    await stream.aclose()


async def readable(stream: SocketStream) -> None:
    """Return when there is something to read, or the end, without reading it."""
    arrived, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_reader(stream.get_extra_info("socket"), arrived.set)
    await arrived.wait()
    loop.remove_reader(stream.get_extra_info("socket"))


class TestSockets:
    async def test_bytes_go_both_ways(self, connected: SocketStream, peer: Peer) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(5):
            await connected.write(b"ping", timeout=1)
            assert await loop.sock_recv(peer.socket, 100) == b"ping"
            await loop.sock_sendall(peer.socket, b"pong")
            assert await connected.read(100, timeout=1) == b"pong"

    async def test_nothing_is_taken_before_it_is_asked_for(self, connected: SocketStream, peer: Peer) -> None:
        loop = asyncio.get_running_loop()
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**16)
        # More than all buffers of both ends hold: it stops when the kernel's are full.
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await loop.sock_sendall(peer.socket, b"x" * 2**26)
        assert len(await connected.read(100)) == 100

    async def test_the_peer_s_close_is_an_end(self, connected: SocketStream, peer: Peer) -> None:
        peer.socket.close()
        async with asyncio.timeout(5):
            assert await connected.read(100) == b""

    async def test_an_idle_connection_that_was_closed_is_seen(self, connected: SocketStream, peer: Peer) -> None:
        assert connected.get_extra_info("is_readable") is False
        peer.socket.close()
        async with asyncio.timeout(5):
            await readable(connected)
        assert connected.get_extra_info("is_readable") is True

    async def test_a_closed_stream_counts_as_closed_by_the_peer(self, connected: SocketStream) -> None:
        await connected.aclose()
        assert connected.get_extra_info("is_readable") is True
        with pytest.raises(httpcore.ReadError):
            await connected.read(1)

    async def test_f29_a_read_has_its_time(self, connected: SocketStream, travel: TimeTravel) -> None:
        async with asyncio.timeout(1000), asyncio.TaskGroup() as group:
            read = group.create_task(_failure(connected.read(1, timeout=300)))
            await travel.advance(299)
            assert not read.done()
            await travel.advance(2)
            assert isinstance(await read, httpcore.ReadTimeout)

    async def test_f57_a_write_that_nobody_reads_has_its_time(
        self, connected: SocketStream, travel: TimeTravel
    ) -> None:
        async with asyncio.timeout(1000), asyncio.TaskGroup() as group:
            write = group.create_task(_failure(connected.write(b"x" * 2**26, timeout=30)))
            await travel.advance(29)
            assert not write.done()
            await travel.advance(2)
            assert isinstance(await write, httpcore.WriteTimeout)

    async def test_a_cancelled_read_leaves_the_socket_usable(self, connected: SocketStream, peer: Peer) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await connected.read(1)
        await asyncio.get_running_loop().sock_sendall(peer.socket, b"a")
        async with asyncio.timeout(5):
            assert await connected.read(1) == b"a"


class TestConnecting:
    async def test_refused(self, peer: Peer) -> None:
        peer.close()
        with pytest.raises(httpcore.ConnectError) as caught:
            await SocketBackend().connect_tcp("127.0.0.1", peer.port, timeout=5)
        assert isinstance(caught.value.args[0], ConnectionRefusedError)

    async def test_a_name_is_looked_up(self, peer: Peer) -> None:
        stream = await SocketBackend().connect_tcp("localhost", peer.port, timeout=5)
        assert stream.get_extra_info("is_readable") is False
        await stream.aclose()

    async def test_its_addresses_are_tried_in_turn_ipv4_first(
        self, peer: Peer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loop = asyncio.get_running_loop()
        tried: list[str] = []
        connect = loop.sock_connect

        def found(*_: object, **__: object) -> list[object]:
            families = {"::1": socket.AF_INET6, "127.0.0.2": socket.AF_INET, "127.0.0.1": socket.AF_INET}
            return [(family, 0, 0, "", (address, peer.port)) for address, family in families.items()]

        async def one_refuses(connection: socket.socket, address: tuple[str, int]) -> None:
            tried.append(address[0])
            if address[0] == "127.0.0.2":
                raise ConnectionRefusedError
            await connect(connection, address)

        monkeypatch.setattr(socket, "getaddrinfo", found)
        monkeypatch.setattr(loop, "sock_connect", one_refuses)
        stream = await SocketBackend().connect_tcp("three.example", peer.port, timeout=5)
        await stream.aclose()
        assert tried == ["127.0.0.2", "127.0.0.1"]

    async def test_a_name_without_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def nothing(*_: object, **__: object) -> list[object]:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", nothing)
        with pytest.raises(httpcore.ConnectError):
            await SocketBackend().connect_tcp("nowhere.example", 80, timeout=5)

    async def test_f28_a_connection_that_does_not_come_about_has_its_time(
        self, travel: TimeTravel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def never(*_: object) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", never)
        async with asyncio.timeout(1000), asyncio.TaskGroup() as group:
            connect = group.create_task(_failure(SocketBackend().connect_tcp("127.0.0.1", 9, timeout=5)))
            await travel.advance(4)
            assert not connect.done()
            await travel.advance(2)
            assert isinstance(await connect, httpcore.ConnectTimeout)

    async def test_f28_a_handshake_without_answer_is_a_failure_of_tls(self) -> None:
        class Stalls(Script):
            async def start_tls(self, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
                raise httpcore.ConnectTimeout

        stalled = Stalls()
        with pytest.raises(httpcore.ConnectError) as caught:
            await PacedStream(stalled).start_tls()
        assert isinstance(caught.value.args[0], ssl.SSLError)
        assert stalled.closed

    async def test_a_paced_backend_paces_what_it_connects(self, peer: Peer) -> None:
        stream = await PacedBackend(SocketBackend()).connect_tcp("127.0.0.1", peer.port)
        assert isinstance(stream, PacedStream)
        await stream.aclose()


async def _failure(work: object) -> BaseException | None:
    """What a piece of work raises."""
    try:
        await work  # type: ignore[misc]
    except Exception as error:  # noqa: BLE001 (the test looks at it)
        return error
    return None
