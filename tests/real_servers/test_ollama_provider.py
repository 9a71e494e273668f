"""`OllamaProvider` alone against a real Ollama: what it makes of the server's answers, and how it takes leave."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest

from chatls.chat.events import Finish, ModelEvent, Phase, Thinking, Token, ToolCall
from chatls.chat.messages import Capability, Message, ModelInfo, ModelOptions, ModelRequest, ToolSpec
from chatls.errors import ProviderError
from chatls.providers.ollama import OllamaProvider
from tests.support.ollama import PLAIN, SCRIPTED, THINKING, OllamaServer, free_port
from tests.support.recording_proxy import RecordingProxy
from tests.support.scripted_gguf import CONTEXT_LENGTH, script_text

PATH = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
TOOLS = (
    ToolSpec("read_file", "Read a file.", "read", PATH),
    ToolSpec("list_directory", "List a folder.", "read", PATH),
)
CAPABILITIES: dict[str, tuple[Capability, ...]] = {PLAIN: (), SCRIPTED: ("tools",), THINKING: ("tools", "thinking")}


@pytest.fixture
async def provider(ollama: OllamaServer) -> AsyncGenerator[OllamaProvider]:
    async with aclosing(OllamaProvider(ollama.address)) as provider:
        yield provider


@pytest.fixture
async def fresh_provider(fresh_proxy: RecordingProxy) -> AsyncGenerator[OllamaProvider]:
    async with aclosing(OllamaProvider(fresh_proxy.address)) as provider:
        yield provider


def model(name: str) -> ModelInfo:
    return ModelInfo(f"ollama/{name}", "ollama", name, CONTEXT_LENGTH, CAPABILITIES[name])


def request(content: str, name: str = SCRIPTED, options: ModelOptions | None = None) -> ModelRequest:
    return ModelRequest(model(name), [Message("user", content)], TOOLS, options or ModelOptions())


async def answer(provider: OllamaProvider, asked: ModelRequest) -> list[ModelEvent]:
    """All events of an answer but the phases."""
    async with asyncio.timeout(30), provider.stream(asked) as events:
        return [event async for event in events if not isinstance(event, Phase)]


def text(events: Sequence[ModelEvent]) -> str:
    return "".join(event.data for event in events if isinstance(event, Token))


def end(events: Sequence[ModelEvent]) -> Finish:
    """The last event, which must be the only one of its kind."""
    [finish] = [event for event in events if isinstance(event, Finish)]
    assert events[-1] is finish
    return finish


@pytest.mark.parametrize("name", [SCRIPTED, THINKING, PLAIN])
async def test_a_plain_answer_ends_with_its_figures(provider: OllamaProvider, name: str) -> None:
    events = await answer(provider, request("hello", name))
    assert text(events) == script_text("default")
    finish = end(events)
    assert finish.stop_reason == "end_turn"
    assert finish.usage is not None
    assert finish.usage.prompt_tokens > len("hello")
    assert finish.usage.completion_tokens > 5
    assert finish.usage.context_limit == 16384


@pytest.mark.parametrize("script", ["separators", "split_emoji"])
async def test_f42_f44_no_character_is_lost_or_torn(provider: OllamaProvider, script: str) -> None:
    assert text(await answer(provider, request(f"#{script}#"))) == script_text(script)


async def test_thinking_comes_apart_from_the_answer(provider: OllamaProvider) -> None:
    events = await answer(provider, request("#think#", THINKING))
    thoughts = "".join(event.data for event in events if isinstance(event, Thinking))
    assert thoughts.strip() == "A short question wants a short reply."
    assert text(events).strip() == "Short reply it is."


async def test_a_tool_call_and_its_result_lead_to_an_answer(provider: OllamaProvider) -> None:
    question = Message("user", "#tool#")
    events = await answer(provider, ModelRequest(model(SCRIPTED), [question], TOOLS))
    [call] = [event for event in events if isinstance(event, ToolCall)]
    assert (call.name, call.arguments) == ("read_file", {"path": "a.py"})
    asked = Message("assistant", "", tool_calls=(call,))
    told = Message("tool", "answer = 42", tool_call_id=call.id, tool_name=call.name)
    later = await answer(provider, ModelRequest(model(SCRIPTED), [question, asked, told], TOOLS))
    assert text(later) == script_text("after_tool")
    first, second = end(events).usage, end(later).usage
    assert first is not None
    assert second is not None
    assert second.prompt_tokens > first.prompt_tokens + len("answer = 42")


async def test_two_calls_of_one_answer_are_two_with_different_ids(provider: OllamaProvider) -> None:
    events = await answer(provider, request("#two_tools#"))
    calls = [event for event in events if isinstance(event, ToolCall)]
    assert [(call.name, call.arguments) for call in calls] == [
        ("read_file", {"path": "b.py"}),
        ("list_directory", {"path": "."}),
    ]
    assert len({call.id for call in calls}) == 2
    assert text(events).strip() == "Let me look."


async def test_an_empty_answer_is_an_answer(provider: OllamaProvider) -> None:
    events = await answer(provider, request("#empty#"))
    assert text(events) == ""
    assert end(events).stop_reason == "end_turn"


async def test_f52_an_answer_cut_at_its_limit_says_so(provider: OllamaProvider) -> None:
    events = await answer(provider, request("#endless#", options=ModelOptions(max_tokens=7)))
    assert text(events) == "tick tock tick tock tick tock tick "
    finish = end(events)
    assert finish.stop_reason == "max_tokens"
    assert finish.stop_message


async def test_a_model_that_is_not_there_is_model_not_found(provider: OllamaProvider) -> None:
    missing = ModelInfo("ollama/no-such-model", "ollama", "no-such-model")
    with pytest.raises(ProviderError) as caught:
        await answer(provider, ModelRequest(missing, [Message("user", "hello")]))
    assert (caught.value.reason, caught.value.status, caught.value.retryable) == ("model_not_found", 404, False)
    assert "ollama pull no-such-model" in caught.value.hint


async def test_where_no_server_is_the_way_to_start_it_is_told() -> None:
    async with aclosing(OllamaProvider(f"http://127.0.0.1:{free_port()}")) as provider:
        with pytest.raises(ProviderError) as caught:
            await answer(provider, request("hello"))
    assert caught.value.reason == "provider_unreachable"
    assert "ollama serve" in caught.value.hint


async def test_models_come_with_what_they_can_do_those_with_tools_first(provider: OllamaProvider) -> None:
    models = list(await provider.models())
    assert {info.id: info for info in models} == {f"ollama/{name}": model(name) for name in (SCRIPTED, THINKING, PLAIN)}
    assert models[-1].name == PLAIN


async def test_leaving_a_stream_hangs_up_and_the_server_answers_the_next(
    fresh_ollama: OllamaServer, fresh_proxy: RecordingProxy, fresh_provider: OllamaProvider
) -> None:
    async with asyncio.timeout(30), fresh_provider.stream(request("#endless#")) as events:
        async for event in events:
            if isinstance(event, Token):
                break
    async with asyncio.timeout(1):
        assert await fresh_proxy.chats()[-1].hung_up.wait()
    assert text(await answer(fresh_provider, request("hello"))) == script_text("default")
    await fresh_ollama.wait_until_ended(chats=2)


async def test_a_cancelled_task_hangs_up(fresh_proxy: RecordingProxy, fresh_provider: OllamaProvider) -> None:
    streaming = asyncio.Event()

    async def read() -> None:
        async with fresh_provider.stream(request("#endless#")) as events:
            async for event in events:
                if isinstance(event, Token):
                    streaming.set()

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(read())
        await streaming.wait()
        task.cancel()
    async with asyncio.timeout(1):
        assert await fresh_proxy.chats()[-1].hung_up.wait()
