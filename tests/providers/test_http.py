import asyncio
import gzip
import json
import resource
import socket
import ssl
import subprocess
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, aclosing, closing
from pathlib import Path
from typing import Protocol

import pytest

from chatls.errors import ProviderError, Reason
from chatls.providers.http import StreamingClient
from chatls.providers.network import PacedStream
from chatls.providers.server import Server, Timeouts
from tests.support.fake_model_server import FakeModelServer, Reply, error
from tests.support.fault_proxy import FaultProxy, cut, inject, rechunk, reset
from tests.support.install import program
from tests.support.recordings import answer, done, message
from tests.support.time_travel import TimeTravel

TIMEOUTS = Timeouts(connect=5, first_byte=300, gap=100, write=30)
PATIENT = Timeouts(connect=60)
"""For real handshakes on a machine that is busy."""


class Connect(Protocol):
    def __call__(self, address: str, timeouts: Timeouts = TIMEOUTS) -> StreamingClient: ...


@pytest.fixture
async def connect() -> AsyncGenerator[Connect]:
    """Makes clients, and closes them at the end."""
    async with AsyncExitStack() as stack:

        def make(address: str, timeouts: Timeouts = TIMEOUTS) -> StreamingClient:
            client = StreamingClient(Server("Ollama", address, "Start it.", "Restart it."), timeouts)
            stack.push_async_callback(client.aclose)
            return client

        yield make


@pytest.fixture
def client(connect: Connect, ollama: FakeModelServer) -> StreamingClient:
    return connect(ollama.address)


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


@pytest.fixture
def deaf() -> Generator[Deaf]:
    with closing(Deaf()) as deaf:
        yield deaf


class TestRequests:
    async def test_a_response_is_handed_on_as_it_comes(self, client: StreamingClient, ollama: FakeModelServer) -> None:
        go_on = asyncio.Event()
        ollama.answer(Reply([b"one", go_on, b"two"]))
        async with asyncio.timeout(5), client.stream("POST", "/api/chat", {}) as response:
            assert response.status == 200
            async with aclosing(response.chunks()) as chunks:
                assert await anext(chunks) == b"one"
                go_on.set()
                assert await anext(chunks) == b"two"

    async def test_a_request_says_who_asks_and_that_nothing_is_to_be_compressed(
        self, client: StreamingClient, ollama: FakeModelServer
    ) -> None:
        await post(client)
        [request] = ollama.chats
        assert request.json == {"model": "m"}
        assert request.headers["host"] == ollama.host
        assert request.headers["accept-encoding"] == "identity"
        assert request.headers["content-type"] == "application/json"
        assert request.headers["user-agent"].startswith("chatls/")

    async def test_text_that_no_utf_8_can_hold_is_sent_all_the_same(
        self, client: StreamingClient, ollama: FakeModelServer
    ) -> None:
        async with client.stream("POST", "/api/chat", {"text": "a\ud800"}):
            pass
        assert ollama.chats[0].json == {"text": "a\ud800"}

    async def test_a_base_path_comes_before_every_path(self, connect: Connect, ollama: FakeModelServer) -> None:
        ollama.on("/proxied/api/chat", Reply([b"x"]))
        assert await post(connect(f"{ollama.address}/proxied")) == b"x"

    async def test_connections_are_kept(self, client: StreamingClient, ollama: FakeModelServer) -> None:
        for _ in range(3):
            await post(client)
        assert (len(ollama.chats), ollama.connections) == (3, 1)

    async def test_a_proxy_in_the_environment_is_not_asked(
        self, client: StreamingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert await post(client)

    async def test_no_tls_context_is_made_for_plain_http(
        self, connect: Connect, ollama: FakeModelServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> ssl.SSLContext:
            pytest.fail("a TLS context was made")

        monkeypatch.setattr(ssl, "create_default_context", fail)
        monkeypatch.setattr(ssl.SSLContext, "__new__", fail)
        assert await post(connect(ollama.address))

    async def test_f58_five_hundred_streams_run_at_once(self, client: StreamingClient, ollama: FakeModelServer) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4096, hard)), hard))
        all_there = asyncio.Barrier(501)
        release = asyncio.Event()
        ollama.chat = Reply([b"a", release, b"b"])

        async def one() -> bytes:
            async with client.stream("POST", "/api/chat", {}) as response, aclosing(response.chunks()) as chunks:
                first = await anext(chunks)
                await all_there.wait()
                return first + await anext(chunks)

        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            streams = [group.create_task(one()) for _ in range(500)]
            await all_there.wait()
            release.set()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert {stream.result() for stream in streams} == {b"ab"}


class TestStaleConnections:
    async def test_f56_a_kept_connection_that_was_closed_is_replaced(
        self, client: StreamingClient, ollama: FakeModelServer
    ) -> None:
        await post(client)
        ollama.drop_idle()
        assert await post(client)
        assert ollama.connections == 2

    async def test_f56_one_that_breaks_only_when_it_is_used_is_replaced_too(
        self, client: StreamingClient, ollama: FakeModelServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await post(client)
        await post(client)
        # The close has not been noticed yet when the request goes out.
        monkeypatch.setattr(PacedStream, "get_extra_info", _knows_nothing)
        ollama.drop_idle()
        assert await post(client)
        assert (len(ollama.chats), ollama.connections) == (3, 2)

    async def test_f56_a_new_connection_that_breaks_is_a_failure_and_the_request_is_sent_once(
        self, client: StreamingClient, ollama: FakeModelServer
    ) -> None:
        ollama.chat = Reply(raw=b"", ending="cut")
        failure = await failed(client)
        assert (failure.reason, failure.retryable) == ("stream_interrupted", True)
        assert len(ollama.chats) == 1

    async def test_f56_bytes_after_the_end_do_no_harm(self, connect: Connect, ollama: FakeModelServer) -> None:
        async with FaultProxy(ollama.address) as proxy:
            client = connect(proxy.address)
            whole = await post(client)
            proxy.faults = [inject(b"HTTP/1.1 200 OK\r\n\r\n", after=0)]
            assert await post(client) == whole


class TestBrokenStreams:
    @pytest.mark.parametrize("records", [0, 1, 5])
    @pytest.mark.parametrize("ending", ["cut", "reset"])
    async def test_f36_f38_a_stream_that_breaks_off_keeps_what_came(
        self, client: StreamingClient, ollama: FakeModelServer, records: int, ending: str
    ) -> None:
        seen = asyncio.Event()
        ollama.answer(Reply([*[message("a")] * records, seen], ending="cut" if ending == "cut" else "reset"))
        async with (
            asyncio.timeout(5),
            client.stream("POST", "/api/chat", {}) as response,
            aclosing(response.chunks()) as chunks,
        ):
            assert [await anext(chunks) for _ in range(records)] == [message("a")] * records
            seen.set()
            failure = await _failure_of(chunks)
        assert (failure.reason, failure.retryable) == ("stream_interrupted", True)

    async def test_f36_a_chunk_that_breaks_off_inside_is_an_interruption(
        self, connect: Connect, ollama: FakeModelServer
    ) -> None:
        async with FaultProxy(ollama.address, cut(after=200)) as proxy:
            assert (await failed(connect(proxy.address))).reason == "stream_interrupted"

    async def test_f38_a_reset_before_the_headers_is_an_interruption(
        self, connect: Connect, ollama: FakeModelServer
    ) -> None:
        async with FaultProxy(ollama.address, reset(after=0)) as proxy:
            failure = await failed(connect(proxy.address))
        assert (failure.reason, failure.retryable) == ("stream_interrupted", True)

    async def test_f42_a_stream_in_single_bytes_is_the_same(self, connect: Connect, ollama: FakeModelServer) -> None:
        async with FaultProxy(ollama.address, rechunk(1)) as proxy:
            assert await post(connect(proxy.address)) == b"".join(answer("Hello", ", ", "world."))

    @pytest.mark.parametrize(
        "head",
        [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x15\x03\x01\x00\x02", b"HTTP/1.1 200 OK\r\n"],
    )
    async def test_what_is_no_http_is_an_interruption(
        self, client: StreamingClient, ollama: FakeModelServer, head: bytes
    ) -> None:
        ollama.chat = Reply(raw=head, ending="cut")
        assert (await failed(client)).reason == "stream_interrupted"

    @pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
    async def test_f54_a_compressed_answer_is_refused_unread(
        self, client: StreamingClient, ollama: FakeModelServer, encoding: str
    ) -> None:
        bomb = gzip.compress(b"\0" * 2**20)
        ollama.answer(Reply([bomb], headers={"Content-Encoding": encoding}, ending="open"))
        async with asyncio.timeout(5):
            failure = await failed(client)
            await ollama.chats[0].gone.wait()
        assert failure.reason == "provider_protocol"
        assert "compress" in failure.message


class TestDeadlines:
    async def test_f29_a_server_that_never_answers_is_given_up(
        self, client: StreamingClient, ollama: FakeModelServer, travel: TimeTravel
    ) -> None:
        ollama.chat = Reply(silence=asyncio.Event())
        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            request = group.create_task(failed(client))
            await ollama.arrived()
            await travel.advance(299)
            assert not request.done()
            await travel.advance(2)
            failure = await request
        assert (failure.reason, failure.retryable, failure.hint) == ("timeout", False, "Restart it.")
        assert "did not answer within 300 s" in failure.message

    async def test_f30_headers_that_drip_are_given_up_at_the_same_time(
        self, client: StreamingClient, ollama: FakeModelServer, travel: TimeTravel
    ) -> None:
        head = b"HTTP/1.1 200 OK\r\nX-Padding: "
        drip = [step for byte in head for step in (bytes([byte]), 20.0)]
        ollama.chat = Reply(drip, raw=b"", framing="close", ending="open")
        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            request = group.create_task(failed(client))
            await ollama.arrived()
            for _ in range(14):
                await travel.advance(20)
                assert not request.done()
            await travel.advance(21)
            assert (await request).reason == "timeout"

    async def test_a_pause_in_the_answer_has_a_limit_of_its_own(
        self, client: StreamingClient, ollama: FakeModelServer, travel: TimeTravel
    ) -> None:
        ollama.chat = Reply([b"x"], ending="open")
        async with (
            asyncio.timeout(10_000),
            client.stream("POST", "/api/chat", {}) as response,
            aclosing(response.chunks()) as chunks,
            asyncio.TaskGroup() as group,
        ):
            await anext(chunks)
            rest = group.create_task(_failure_of(chunks))
            await travel.advance(99)
            assert not rest.done()
            await travel.advance(2)
            failure = await rest
        assert failure.reason == "timeout"
        assert "sent nothing for 100 s" in failure.message

    async def test_before_the_headers_a_pause_may_be_longer_than_in_the_answer(
        self, client: StreamingClient, ollama: FakeModelServer, travel: TimeTravel
    ) -> None:
        loaded = asyncio.Event()
        ollama.chat = Reply([b"x"], silence=loaded)
        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            for _ in range(2):
                request = group.create_task(post(client))
                await ollama.arrived()
                await travel.advance(250)
                loaded.set()
                assert await request == b"x"
                loaded.clear()
                ollama.received.clear()
        assert ollama.connections == 1

    async def test_f60_a_jump_of_the_wall_clock_ends_nothing(
        self, client: StreamingClient, ollama: FakeModelServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go_on = asyncio.Event()
        ollama.chat = Reply([b"a", go_on, b"b"])
        async with (
            asyncio.timeout(5),
            client.stream("POST", "/api/chat", {}) as response,
            aclosing(response.chunks()) as chunks,
        ):
            await anext(chunks)
            monkeypatch.setattr("time.time", lambda: 0.0)
            go_on.set()
            assert await anext(chunks) == b"b"

    async def test_f57_a_request_that_nobody_reads_is_given_up(
        self, connect: Connect, travel: TimeTravel, deaf: Deaf
    ) -> None:
        client = connect(f"http://{deaf.host}")

        async def send() -> ProviderError:
            try:
                async with client.stream("POST", "/api/chat", {"text": "x" * 20_000_000}):
                    pytest.fail("there was an answer")
            except ProviderError as failure:
                return failure

        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            request = group.create_task(send())
            await deaf.spoken_to()
            await travel.advance(29)
            assert not request.done()
            await travel.advance(2)
            failure = await request
        assert (failure.reason, failure.retryable) == ("timeout", True)


class TestUnreachable:
    async def test_nobody_listens(self, connect: Connect) -> None:
        async with FakeModelServer() as gone:
            client = connect(gone.address)
        failure = await failed(client)
        assert (failure.reason, failure.retryable, failure.hint) == ("provider_unreachable", True, "Start it.")
        assert failure.message == f"Ollama at {gone.host} cannot be reached: connection refused."

    async def test_f28_plain_http_where_tls_was_expected_is_told_and_not_tried_again(self, connect: Connect) -> None:
        async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await reader.read()
            writer.close()

        async with await asyncio.start_server(plain, "127.0.0.1", 0) as server, asyncio.timeout(60):
            failure = await failed(connect(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", PATIENT))
        assert (failure.reason, failure.retryable) == ("provider_unreachable", False)
        assert "http://" in failure.hint

    async def test_f28_a_handshake_that_stalls_is_given_up_and_not_tried_again(
        self, connect: Connect, travel: TimeTravel, deaf: Deaf
    ) -> None:
        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            request = group.create_task(failed(connect(f"https://{deaf.host}")))
            await deaf.spoken_to()
            await travel.advance(4)
            assert not request.done()
            await travel.advance(2)
            failure = await request
        assert (failure.reason, failure.retryable) == ("provider_unreachable", False)
        assert "handshake" in failure.message


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate that it signed itself, for 127.0.0.1."""
    openssl = program("openssl", "openssl")
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    target = ["-keyout", str(file), "-out", str(file.with_suffix(".crt"))]
    subprocess.run([openssl, "req", *kind, *names, *target], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


class TestTls:
    @pytest.fixture
    async def secure(self, certificate: Path) -> AsyncGenerator[FakeModelServer]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        async with FakeModelServer(tls=context) as server:
            yield server

    async def test_a_stream_comes_over_tls_at_its_rhythm(self, secure: FakeModelServer, certificate: Path) -> None:
        trusting = ssl.create_default_context(cafile=str(certificate))
        client = StreamingClient(Server("Ollama", secure.address), PATIENT, tls=trusting)
        async with asyncio.timeout(60), client.stream("POST", "/api/chat", {}) as response:
            response.pace(0.01)
            assert await response.read(10_000) == b"".join(answer("Hello", ", ", "world."))
        await client.aclose()

    async def test_f28_a_certificate_of_nobody_is_refused(self, secure: FakeModelServer, connect: Connect) -> None:
        async with asyncio.timeout(60):
            failure = await failed(connect(secure.address, PATIENT))
        assert (failure.reason, failure.retryable) == ("provider_unreachable", False)
        assert "CERTIFICATE_VERIFY_FAILED" in failure.message


class TestCancelling:
    @pytest.mark.parametrize("silence", [True, False], ids=["before the headers", "in the answer"])
    @pytest.mark.parametrize("gap", [0.0, 1000.0], ids=["while reading", "between two reads"])
    async def test_a_cancel_closes_the_connection_at_once(
        self, client: StreamingClient, ollama: FakeModelServer, silence: bool, gap: float
    ) -> None:
        waiting = asyncio.Event()
        ollama.chat = Reply([b"x"], ending="open", silence=asyncio.Event() if silence else None)

        async def read() -> None:
            async with client.stream("POST", "/api/chat", {}) as response, aclosing(response.chunks()) as chunks:
                response.pace(gap)
                async for _ in chunks:
                    waiting.set()

        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            task = group.create_task(read())
            await ollama.arrived()
            if not silence and not gap:
                await waiting.wait()
            task.cancel()
            await ollama.chats[0].gone.wait()
        assert task.cancelled()

    async def test_leaving_early_closes_the_connection_and_the_next_request_works(
        self, client: StreamingClient, ollama: FakeModelServer
    ) -> None:
        ollama.answer(Reply([b"x"], ending="open"))
        async with asyncio.timeout(5):
            async with client.stream("POST", "/api/chat", {}) as response, aclosing(response.chunks()) as chunks:
                await anext(chunks)
            await ollama.chats[0].gone.wait()
            assert await post(client)


class TestSettling:
    async def test_a_complete_response_is_read_to_its_end_so_that_its_connection_is_kept(
        self, client: StreamingClient, ollama: FakeModelServer
    ) -> None:
        end = asyncio.Event()
        ollama.answer(Reply([done(), end]))
        async with asyncio.timeout(5):
            async with client.stream("POST", "/api/chat", {}) as response:
                async with aclosing(response.chunks()) as chunks:
                    await anext(chunks)
                response.complete()
                end.set()
            await post(client)
        assert ollama.connections == 1

    async def test_one_that_stays_open_is_left_after_a_moment(
        self, client: StreamingClient, ollama: FakeModelServer, travel: TimeTravel
    ) -> None:
        ollama.answer(Reply([done()], ending="open"))

        async def read() -> None:
            async with client.stream("POST", "/api/chat", {}) as response:
                async with aclosing(response.chunks()) as chunks:
                    await anext(chunks)
                response.complete()

        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            task = group.create_task(read())
            await ollama.arrived()
            await travel.advance(0.3)
            await task
            await ollama.chats[0].gone.wait()


class TestBodies:
    async def test_the_text_of_an_error_is_read_as_far_as_it_matters(
        self, client: StreamingClient, ollama: FakeModelServer
    ) -> None:
        ollama.answer(Reply([b"x" * 1000] * 1000, status=500))
        async with asyncio.timeout(5), client.stream("POST", "/api/chat", {}) as response:
            assert len(await response.text()) == 64 * 1024

    @pytest.mark.parametrize("ending", ["cut", "reset"])
    async def test_the_text_of_an_error_that_breaks_off_is_what_came(
        self, client: StreamingClient, ollama: FakeModelServer, ending: str
    ) -> None:
        ollama.answer(Reply([b"x"], status=500, ending="cut" if ending == "cut" else "reset"))
        async with asyncio.timeout(5), client.stream("POST", "/api/chat", {}) as response:
            assert await response.text() in ("x", "")

    async def test_the_text_of_an_error_that_never_ends_is_what_came(
        self, client: StreamingClient, ollama: FakeModelServer, travel: TimeTravel
    ) -> None:
        ollama.answer(Reply([b"x"], status=500, ending="open"))
        async with (
            asyncio.timeout(10_000),
            client.stream("POST", "/api/chat", {}) as response,
            asyncio.TaskGroup() as group,
        ):
            text = group.create_task(response.text())
            await travel.advance(6)
            assert await text == "x"

    async def test_a_document_has_a_limit(self, client: StreamingClient, ollama: FakeModelServer) -> None:
        ollama.answer(Reply([b"x" * 100]))
        async with client.stream("POST", "/api/chat", {}) as response:
            with pytest.raises(ProviderError) as caught:
                await response.read(99)
        assert caught.value.reason == "provider_protocol"


class TestFetching:
    async def test_a_document_comes_with_its_status(self, client: StreamingClient) -> None:
        assert await client.fetch("GET", "/api/version", within=5) == (200, {"version": "0.0.0"})

    async def test_a_refusal_comes_as_its_text(self, client: StreamingClient, ollama: FakeModelServer) -> None:
        ollama.on("/api/version", error(418, "no"))
        status, body = await client.fetch("GET", "/api/version", within=5)
        assert (status, json.loads(body)) == (418, {"error": "no"})

    @pytest.mark.parametrize("body", [b"<html>", b"", b"[" * 100_000, b"\xff"])
    async def test_what_is_no_json_is_told(self, client: StreamingClient, ollama: FakeModelServer, body: bytes) -> None:
        ollama.on("/api/version", Reply([body]))
        with pytest.raises(ProviderError) as caught:
            await client.fetch("GET", "/api/version", within=5)
        assert caught.value.reason == "provider_protocol"
        assert "/api/version" in caught.value.message

    @pytest.mark.parametrize(("steps", "reason"), [([], "timeout"), ([b"{"], "timeout")])
    async def test_all_of_it_has_to_come_in_time(
        self,
        client: StreamingClient,
        ollama: FakeModelServer,
        travel: TimeTravel,
        steps: list[bytes],
        reason: Reason,
    ) -> None:
        ollama.on("/api/version", Reply(steps, ending="open"))

        async def fetch() -> ProviderError:
            try:
                await client.fetch("GET", "/api/version", within=2)
            except ProviderError as failure:
                return failure
            pytest.fail("there was an answer")

        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            task = group.create_task(fetch())
            await ollama.arrived()
            await travel.advance(2.1)
            failure = await task
        assert failure.reason == reason
        assert "within 2 s" in failure.message


def _knows_nothing(*_: object) -> None:
    """The answer of a stream to every question."""


async def _failure_of(chunks: AsyncGenerator[bytes]) -> ProviderError:
    try:
        await anext(chunks)
    except ProviderError as failure:
        return failure
    pytest.fail("something came")
