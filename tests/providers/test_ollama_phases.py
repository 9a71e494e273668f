import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from chatls.chat.events import Finish, ModelEvent, Phase, Thinking, Token, ToolCall
from chatls.errors import ProviderError
from chatls.providers.http import StreamedResponse, StreamingClient
from chatls.providers.ollama_phases import LOOKS, Progress, phase_of, phases_until
from chatls.providers.server import Server, Timeouts
from tests.support.fake_model_server import FakeModelServer, Received, Reply, error
from tests.support.time_travel import TimeTravel

LOADING = Phase("loading", "Ollama is loading m")
PREFILL = Phase("prefill")


@pytest.fixture
async def client(ollama: FakeModelServer) -> AsyncGenerator[StreamingClient]:
    client = StreamingClient(Server("Ollama", ollama.address), Timeouts())
    yield client
    await client.aclose()


class Waiting:
    """A request that Ollama does not answer before it has been asked so many times what it is doing."""

    def __init__(self, server: FakeModelServer, *lists: Sequence[dict[str, Any]]) -> None:
        self.answered = asyncio.Event()
        self._lists = list(lists)
        server.on("/api/ps", self._list)

    async def __call__(self) -> ProviderError:
        await self.answered.wait()
        return ProviderError("provider_error", "The answer does not matter here.")

    def _list(self, _: Received) -> Reply:
        models = self._lists.pop(0)
        if not self._lists:
            self.answered.set()
        return Reply([json.dumps({"models": models}).encode()], content_type="application/json")


async def phases(client: StreamingClient, waiting: Waiting, looks: Sequence[float] = (0.0,)) -> list[Phase]:
    """The phases until the answer."""
    async with asyncio.timeout(1000), asyncio.TaskGroup() as group:
        opening: asyncio.Task[StreamedResponse | ProviderError] = group.create_task(waiting())
        async with aclosing(phases_until(opening, client, "m", looks)) as seen:
            return [phase async for phase in seen]


def listed(expires: str | None = None, name: str = "m:latest") -> list[dict[str, Any]]:
    return [{"name": "other:latest"}, {"name": name} if expires is None else {"name": name, "expires_at": expires}]


@pytest.mark.parametrize(
    ("seen", "phase"),
    [
        ([None], LOADING),
        ([None, None], LOADING),
        ([""], PREFILL),
        ([None, ""], PREFILL),
        (["12:00:00.1"], None),
        (["12:00:00.1", "12:00:00.1"], PREFILL),
        (["12:00:00.1", "12:00:00.3"], LOADING),
        ([None, "12:00:00.1"], LOADING),
        ([None, "12:00:00.1", "12:00:01.1", "12:00:01.1"], PREFILL),
    ],
)
def test_a_model_is_ready_when_its_expiry_stands_still(seen: Sequence[str | None], phase: Phase | None) -> None:
    assert phase_of(seen, "m") == phase


async def test_a_model_that_is_loaded_first_shows_both_phases_once_each(
    client: StreamingClient, ollama: FakeModelServer
) -> None:
    waiting = Waiting(ollama, [], [], listed(""), listed(""), [])
    assert await phases(client, waiting) == [LOADING, PREFILL]


@pytest.mark.parametrize("name", ["m", "m:latest"])
async def test_a_model_is_found_with_and_without_its_tag(
    client: StreamingClient, ollama: FakeModelServer, name: str
) -> None:
    assert await phases(client, Waiting(ollama, listed("", name), [])) == [PREFILL]


async def test_an_answer_that_comes_soon_is_not_asked_about(client: StreamingClient, ollama: FakeModelServer) -> None:
    waiting = Waiting(ollama)
    waiting.answered.set()
    assert await phases(client, waiting, LOOKS) == []
    assert ollama.received == []


async def test_ollama_is_asked_after_three_tenths_of_a_second(
    client: StreamingClient, ollama: FakeModelServer, travel: TimeTravel
) -> None:
    waiting = Waiting(ollama, [])
    async with asyncio.TaskGroup() as group:
        seen = group.create_task(phases(client, waiting, LOOKS))
        await travel.advance(0.25)
        assert ollama.received == []
        await travel.advance(0.1)
        await waiting.answered.wait()
        assert await seen == []


async def test_an_ollama_that_cannot_be_asked_is_left_alone(client: StreamingClient, ollama: FakeModelServer) -> None:
    waiting = Waiting(ollama)
    ollama.on("/api/ps", error(404, "no"))
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        opening: asyncio.Task[StreamedResponse | ProviderError] = group.create_task(waiting())
        async with aclosing(phases_until(opening, client, "m", (0.0,))) as seen:
            assert [phase async for phase in seen] == []
        waiting.answered.set()
    assert len(ollama.received) == 1


async def test_a_question_that_gets_no_answer_delays_nothing(client: StreamingClient, ollama: FakeModelServer) -> None:
    waiting = Waiting(ollama)

    def silent(_: Received) -> Reply:
        waiting.answered.set()
        return Reply(silence=asyncio.Event())

    ollama.on("/api/ps", silent)
    async with asyncio.timeout(5):
        assert await phases(client, waiting) == []
        await ollama.received[0].gone.wait()


class TestProgress:
    SERVER = Server("Ollama", "http://127.0.0.1:11434")

    @pytest.mark.parametrize(
        "event", [Token("a"), Thinking("a"), ToolCall("c", "f", {})], ids=lambda event: type(event).__name__
    )
    async def test_the_first_event_that_shows_something_begins_it(self, event: ModelEvent) -> None:
        progress = Progress(self.SERVER, 300)
        assert [progress.begins(event), progress.begins(event)] == [True, False]

    async def test_an_end_begins_nothing(self) -> None:
        assert Progress(self.SERVER, 300).begins(Finish()) is False

    async def test_f40_bytes_without_events_are_no_progress(self, travel: TimeTravel) -> None:
        progress = Progress(self.SERVER, 300)
        await travel.advance(299)
        progress.check()
        await travel.advance(2)
        with pytest.raises(ProviderError) as caught:
            progress.check()
        assert caught.value.reason == "timeout"

    async def test_f41_an_event_now_and_then_is_progress(self, travel: TimeTravel) -> None:
        progress = Progress(self.SERVER, 300)
        for _ in range(10):
            await travel.advance(290)
            progress.begins(Token("a"))
            progress.check()

    async def test_f76_the_time_a_reader_takes_is_not_ollama_s(self, travel: TimeTravel) -> None:
        progress = Progress(self.SERVER, 300)
        progress.begins(Token("a"))
        await travel.advance(10_000)
        progress.check()
        await travel.advance(10)
        progress.check()
