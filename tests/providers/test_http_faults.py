import asyncio
import gzip
import ssl
import subprocess
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from chatls.errors import ProviderError
from chatls.providers.http import StreamingClient
from chatls.providers.server import Server
from tests.support.fake_model_server import FakeModelServer, Reply
from tests.support.fault_proxy import FaultProxy, cut, rechunk, reset
from tests.support.http_clients import PATIENT, Connect, Deaf, failed, post
from tests.support.install import program
from tests.support.recordings import answer, message
from tests.support.time_travel import TimeTravel


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

    async def test_a_name_that_is_not_known_is_to_be_checked(self, connect: Connect) -> None:
        failure = await failed(connect("http://no-such-host.invalid:11434"))
        assert failure.message == "Ollama at no-such-host.invalid:11434 cannot be reached: its name is not known."
        assert failure.hint == "Check the name in the address."

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


async def _failure_of(chunks: AsyncGenerator[bytes]) -> ProviderError:
    try:
        await anext(chunks)
    except ProviderError as failure:
        return failure
    pytest.fail("something came")
