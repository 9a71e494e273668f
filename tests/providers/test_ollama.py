import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest

from chatls.chat.events import Finish, ModelEvent, Phase, Thinking, Token, ToolCall, Usage
from chatls.chat.messages import Capability, Message, ModelInfo, ModelOptions, ModelRequest, ToolSpec
from chatls.errors import ContextOverflow, ProviderError, Reason
from chatls.providers.ollama import OllamaProvider
from chatls.providers.server import Timeouts
from tests.support.fake_model_server import FakeModel, FakeModelServer, Reply, error
from tests.support.recordings import answer, done, message, name_of, recordings, tool_call
from tests.support.time_travel import TimeTravel

TOOL = ToolSpec("read_file", "Read a file.", "read", {"type": "object", "properties": {}})


@pytest.fixture
async def provider(ollama: FakeModelServer) -> AsyncGenerator[OllamaProvider]:
    async with aclosing(OllamaProvider(ollama.address)) as provider:
        yield provider


def asked(
    content: str = "hi",
    capabilities: Sequence[Capability] = ("tools",),
    options: ModelOptions | None = None,
    gap: float = 0.0,
) -> ModelRequest:
    model = ModelInfo("ollama/m", "ollama", "m", 8192, tuple(capabilities))
    return ModelRequest(model, [Message("user", content)], [TOOL], options or ModelOptions(), gap)


async def events(provider: OllamaProvider, request: ModelRequest | None = None) -> list[ModelEvent]:
    async with asyncio.timeout(5), provider.stream(request or asked()) as stream:
        return [event async for event in stream]


async def failure(provider: OllamaProvider, request: ModelRequest | None = None) -> ProviderError:
    try:
        await events(provider, request)
    except ProviderError as raised:
        return raised
    pytest.fail("there was an answer")


class TestAnswers:
    async def test_an_answer_comes_as_events_with_one_end(self, provider: OllamaProvider) -> None:
        assert await events(provider) == [Token("Hello"), Token(", "), Token("world."), Finish()]

    async def test_thinking_and_calls_come_as_they_are(self, provider: OllamaProvider, ollama: FakeModelServer) -> None:
        call = tool_call("read_file", {"path": "a"}, id="c1")
        ollama.answer(Reply([message(thinking="Hm."), done(tool_calls=[call], prompt_eval_count=3, eval_count=2)]))
        assert await events(provider) == [
            Thinking("Hm."),
            ToolCall("c1", "read_file", {"path": "a"}),
            Finish(usage=Usage(3, 2, context_tokens=5, context_limit=8192)),
        ]

    async def test_an_answer_of_nothing_is_an_end(self, provider: OllamaProvider, ollama: FakeModelServer) -> None:
        ollama.answer(Reply([done()]))
        assert await events(provider) == [Finish()]

    async def test_the_request_has_the_window_the_tools_and_how_long_the_model_stays(
        self, ollama: FakeModelServer
    ) -> None:
        async with aclosing(OllamaProvider(ollama.address, num_ctx=4096, keep_alive="10m")) as provider:
            await events(provider, asked(options=ModelOptions(seed=7)))
        body = ollama.chats[0].json
        assert (body["options"], body["keep_alive"]) == ({"num_ctx": 4096, "seed": 7}, "10m")
        assert [tool["function"]["name"] for tool in body["tools"]] == ["read_file"]

    async def test_the_payload_is_what_is_sent_and_the_window_what_is_asked_for(self, ollama: FakeModelServer) -> None:
        async with aclosing(OllamaProvider(ollama.address, num_ctx=4096)) as provider:
            request = asked(options=ModelOptions(seed=7))
            await events(provider, request)
            assert provider.payload(request) == ollama.chats[0].json
            assert provider.window(request.model) == ollama.chats[0].json["options"]["num_ctx"] == 4096

    @pytest.mark.parametrize(
        "reply",
        [error(400, "the input length exceeds the context length"), Reply([done("length", prompt_eval_count=4096)])],
        ids=["refused", "no room"],
    )
    async def test_an_overflow_has_its_numbers(self, ollama: FakeModelServer, reply: Reply) -> None:
        ollama.answer(reply)
        async with aclosing(OllamaProvider(ollama.address, num_ctx=4096)) as provider:
            raised = await failure(provider)
        assert isinstance(raised, ContextOverflow)
        assert raised.limit == 4096
        assert "context window of m" in raised.message
        assert raised.hint == "Raise ollama.num_ctx."

    async def test_one_request_after_the_other_uses_one_connection(
        self, provider: OllamaProvider, ollama: FakeModelServer
    ) -> None:
        for _ in range(3):
            await events(provider)
        assert ollama.connections == 1

    @pytest.mark.parametrize(
        "recording",
        [pytest.param(path.read_bytes(), id=name_of(path)) for path in recordings("chat_think.ndjson")],
    )
    async def test_a_recorded_answer_comes_through_whole(
        self, provider: OllamaProvider, ollama: FakeModelServer, recording: bytes
    ) -> None:
        ollama.answer(Reply(recording.splitlines(keepends=True)))
        text = "".join(event.data for event in await events(provider) if isinstance(event, Token))
        assert text.strip() == "Short reply."


class TestRhythm:
    async def test_the_first_text_comes_at_once_and_the_rest_a_gap_later(
        self, provider: OllamaProvider, ollama: FakeModelServer, travel: TimeTravel
    ) -> None:
        go_on = asyncio.Event()
        ollama.answer(Reply([message("a"), go_on, *answer("b", "c")]))
        seen: list[ModelEvent] = []

        async def read() -> None:
            async with provider.stream(asked(gap=1000)) as stream:
                async for event in stream:
                    seen.append(event)
                    if event == Token("a"):
                        go_on.set()

        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            task = group.create_task(read())
            await go_on.wait()
            await travel.advance(999)
            assert seen == [Token("a")]
            await travel.advance(2)
            await task
        assert seen[1:] == [Token("b"), Token("c"), Finish()]

    async def test_the_rhythm_ends_with_the_answer(self, provider: OllamaProvider, ollama: FakeModelServer) -> None:
        await events(provider, asked(gap=0.001))
        ollama.answer(Reply([b"\n" * 10, message("a"), done()]))
        await events(provider, asked())
        assert ollama.connections == 1


class TestWaiting:
    async def test_a_model_that_is_being_loaded_says_so_and_then_answers(
        self, provider: OllamaProvider, ollama: FakeModelServer, travel: TimeTravel
    ) -> None:
        loaded = asyncio.Event()
        ollama.answer(Reply(answer("a"), silence=loaded))
        seen: list[ModelEvent] = []

        async def read() -> None:
            async with provider.stream(asked()) as stream:
                async for event in stream:
                    seen.append(event)
                    loaded.set()

        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            task = group.create_task(read())
            await ollama.arrived()
            await travel.advance(0.35)
            await task
        assert seen == [Phase("loading", "Ollama is loading m"), Token("a"), Finish()]

    async def test_f29_a_stuck_server_is_given_up_with_what_to_do(
        self, provider: OllamaProvider, ollama: FakeModelServer, travel: TimeTravel
    ) -> None:
        ollama.on("/api/ps", error(404, "no"))
        ollama.answer(Reply(silence=asyncio.Event()))

        async def fails() -> ProviderError:
            try:
                async with provider.stream(asked()) as stream:
                    await anext(aiter(stream))
            except ProviderError as raised:
                return raised
            pytest.fail("there was an answer")

        async with asyncio.timeout(10_000), asyncio.TaskGroup() as group:
            task = group.create_task(fails())
            await ollama.arrived()
            await travel.advance(290)
            assert not task.done()
            await travel.advance(11)
            raised = await task
        assert (raised.reason, raised.retryable) == ("timeout", False)
        assert "restart Ollama" in raised.hint


class TestFailures:
    async def test_nobody_is_there(self) -> None:
        async with FakeModelServer() as gone:
            provider = OllamaProvider(gone.address)
        raised = await failure(provider)
        assert (raised.reason, raised.retryable) == ("provider_unreachable", True)
        assert raised.hint == f"Ollama is not running at {gone.host}: start it with `ollama serve`."

    async def test_a_model_that_is_not_there_says_how_to_get_it(
        self, provider: OllamaProvider, ollama: FakeModelServer
    ) -> None:
        ollama.answer(error(404, "model 'm' not found"))
        raised = await failure(provider)
        assert (raised.reason, raised.status) == ("model_not_found", 404)
        assert "`ollama pull m`" in raised.hint

    @pytest.mark.parametrize(
        ("reply", "reason"),
        [
            (error(400, "request (6019 tokens) exceeds the available context size"), "context_overflow"),
            (error(400, '"m" does not support thinking'), "provider_error"),
            (error(401, "unauthorized"), "auth_failed"),
            (Reply([], 403), "auth_failed"),
            (error(429, "slow down"), "rate_limited"),
            (error(500, "model runner has unexpectedly stopped"), "provider_error"),
            (Reply([b"<html>Bad Gateway"], 502, "text/html"), "provider_error"),
        ],
        ids=lambda value: str(value.status) if isinstance(value, Reply) else "",
    )
    async def test_f32_a_refusal_is_an_error_with_its_reason(
        self, provider: OllamaProvider, ollama: FakeModelServer, reply: Reply, reason: Reason
    ) -> None:
        ollama.answer(reply)
        raised = await failure(provider)
        assert (raised.reason, raised.status) == (reason, reply.status)

    async def test_f34_a_redirect_is_not_followed(self, provider: OllamaProvider, ollama: FakeModelServer) -> None:
        async with FakeModelServer() as other:
            ollama.answer(Reply(status=307, headers={"Location": f"{other.address}/api/chat"}))
            raised = await failure(provider)
        assert "redirects to 127.0.0.1" in raised.message
        assert other.received == []

    @pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/event-stream", "text/plain"])
    async def test_a_stream_of_something_else_is_named(
        self, provider: OllamaProvider, ollama: FakeModelServer, kind: str
    ) -> None:
        ollama.answer(Reply([b"<html>"], content_type=kind))
        raised = await failure(provider)
        assert raised.reason == "provider_protocol"
        assert kind in raised.message

    async def test_an_error_after_text_comes_after_the_text(
        self, provider: OllamaProvider, ollama: FakeModelServer
    ) -> None:
        ollama.answer(Reply([message("a"), b'{"error":"unexpected EOF"}\n']))
        async with asyncio.timeout(5), provider.stream(asked()) as stream:
            assert await anext(aiter(stream)) == Token("a")
            with pytest.raises(ProviderError, match="unexpected EOF"):
                await anext(aiter(stream))

    async def test_after_a_failure_the_next_request_works(
        self, provider: OllamaProvider, ollama: FakeModelServer
    ) -> None:
        ollama.answer(error(500, "oops"), Reply([message("a")], ending="cut"), Reply([b"x\n" * 9]))
        for _ in range(3):
            await failure(provider)
        assert (await events(provider))[-1] == Finish()


class TestLeaving:
    @pytest.mark.parametrize("silence", [True, False], ids=["before the answer", "within it"])
    async def test_a_cancel_closes_the_connection(
        self, provider: OllamaProvider, ollama: FakeModelServer, silence: bool
    ) -> None:
        ollama.answer(Reply([message("a")], silence=asyncio.Event() if silence else None, ending="open"))
        shown = asyncio.Event()

        async def read() -> None:
            async with provider.stream(asked(gap=1000)) as stream:
                async for _ in stream:
                    shown.set()

        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            task = group.create_task(read())
            await ollama.arrived()
            if not silence:
                await shown.wait()
            task.cancel()
            await ollama.chats[0].gone.wait()
        assert task.cancelled()
        assert await events(provider)

    async def test_a_cancel_while_the_reader_is_busy_elsewhere_closes_it_too(
        self, provider: OllamaProvider, ollama: FakeModelServer
    ) -> None:
        ollama.answer(Reply([message("a")] * 10, ending="open"))
        busy = asyncio.Event()

        async def read() -> None:
            async with provider.stream(asked()) as stream:
                async for _ in stream:
                    busy.set()
                    await asyncio.Event().wait()

        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            task = group.create_task(read())
            await busy.wait()
            task.cancel()
            assert await ollama.chats[0].gone.wait()

    async def test_leaving_without_having_read_closes_it_too(
        self, provider: OllamaProvider, ollama: FakeModelServer
    ) -> None:
        async with asyncio.timeout(5):
            async with provider.stream(asked()):
                pass
            assert await events(provider)
        assert all(request.gone.is_set() for request in ollama.chats[:-1])

    async def test_what_the_reader_raises_passes_as_it_is(
        self, provider: OllamaProvider, ollama: FakeModelServer
    ) -> None:
        ollama.answer(Reply([message("a")], ending="open"))

        async def read() -> None:
            async with provider.stream(asked()) as stream:
                async for _ in stream:
                    raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            await read()


class TestModels:
    async def test_models_are_listed_by_what_they_can(self, provider: OllamaProvider, ollama: FakeModelServer) -> None:
        ollama.models = [FakeModel("plain:1", ("completion",)), FakeModel("able:1")]
        assert [model.id for model in await provider.models()] == ["ollama/able:1", "ollama/plain:1"]

    async def test_a_sign_of_life_takes_no_longer_than_it_may(
        self, provider: OllamaProvider, ollama: FakeModelServer
    ) -> None:
        await provider.probe(within=5)
        ollama.on("/api/version", Reply(silence=asyncio.Event()))
        async with asyncio.timeout(5):
            with pytest.raises(ProviderError) as caught:
                await provider.probe(within=0.01)
        assert caught.value.reason == "timeout"

    async def test_a_model_to_install_is_named(self, provider: OllamaProvider) -> None:
        assert provider.install_hint("x\x1b[2J") == "Install it with `ollama pull x`."
        assert "`ollama pull " in provider.install_hint()


async def test_the_client_is_made_once(provider: OllamaProvider) -> None:
    async with asyncio.TaskGroup() as group:
        warmed = [group.create_task(provider.warm()) for _ in range(3)]
    assert len({task.result() for task in warmed}) == 1


def test_making_a_provider_loads_no_http_library() -> None:
    code = (
        "import sys; from chatls.providers import catalog, ollama, scripted; ollama.OllamaProvider();"
        "print(*{'httpx', 'httpcore', 'h11', 'chatls.providers.http'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "\n"


async def test_f40_bytes_that_carry_nothing_are_given_up(ollama: FakeModelServer, travel: TimeTravel) -> None:
    ollama.answer(Reply([step for _ in range(20) for step in (message(""), 50.0)], ending="open"))
    async with aclosing(OllamaProvider(ollama.address, timeouts=Timeouts(gap=300))) as provider:

        async def fails() -> ProviderError:
            try:
                async with provider.stream(asked()) as stream:
                    await anext(aiter(stream))
            except ProviderError as raised:
                return raised
            pytest.fail("there was an event")

        async with asyncio.timeout(100_000), asyncio.TaskGroup() as group:
            task = group.create_task(fails())
            await ollama.arrived()
            for _ in range(20):
                await travel.advance(50)
            raised = await task
    assert raised.reason == "timeout"
