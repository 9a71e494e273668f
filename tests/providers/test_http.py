import asyncio
import json
import resource
import ssl
from contextlib import aclosing

import pytest

from chatls.errors import ProviderError, Reason
from chatls.providers.http import StreamingClient
from chatls.providers.network import PacedStream
from tests.support.fake_model_server import FakeModelServer, Reply, error
from tests.support.fault_proxy import FaultProxy, inject
from tests.support.http_clients import Connect, failed, post
from tests.support.recordings import done
from tests.support.time_travel import TimeTravel


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
            assert await ollama.chats[0].gone.wait()


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
