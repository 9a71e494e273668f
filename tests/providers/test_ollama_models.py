import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from chatls.chat.messages import ModelInfo
from chatls.errors import ProviderError
from chatls.providers.http import StreamingClient
from chatls.providers.ollama_models import SHOWS_AT_ONCE, InstalledModels
from chatls.providers.server import Server, Timeouts
from tests.support.fake_model_server import FakeModel, FakeModelServer, Received, Reply, error

EMBEDDING = FakeModel("embed:latest", ("embedding",), 512)
PLAIN = FakeModel("plain:latest", ("completion", "vision"), 4096)
ABLE = FakeModel("able:8b", ("completion", "tools", "thinking", "insert"), 131072)


@pytest.fixture
async def client(ollama: FakeModelServer) -> AsyncGenerator[StreamingClient]:
    client = StreamingClient(Server("Ollama", ollama.address), Timeouts())
    yield client
    await client.aclose()


def document(value: Any) -> Reply:
    return Reply([json.dumps(value).encode()], content_type="application/json")


def shows(server: FakeModelServer) -> list[str]:
    return [request.json["model"] for request in server.received if request.path == "/api/show"]


async def test_models_that_can_use_tools_come_first_and_those_that_cannot_chat_not_at_all(
    client: StreamingClient, ollama: FakeModelServer
) -> None:
    ollama.models = [EMBEDDING, PLAIN, ABLE]
    assert await InstalledModels().ask(client, "ollama") == [
        ModelInfo("ollama/able:8b", "ollama", "able:8b", 131072, ("tools", "thinking")),
        ModelInfo("ollama/plain:latest", "ollama", "plain:latest", 4096, ("vision",)),
    ]


async def test_details_are_asked_for_once_for_each_digest(client: StreamingClient, ollama: FakeModelServer) -> None:
    installed = InstalledModels()
    ollama.models = [PLAIN, ABLE]
    await installed.ask(client, "ollama")
    ollama.models = [PLAIN, FakeModel(ABLE.name, ("completion",), digest="sha256:new")]
    models = await installed.ask(client, "ollama")
    assert sorted(shows(ollama)) == ["able:8b", "able:8b", "plain:latest"]
    assert all("tools" not in model.capabilities for model in models)


async def test_details_are_asked_for_side_by_side_but_not_all_at_once(
    client: StreamingClient, ollama: FakeModelServer
) -> None:
    enough, asked = asyncio.Event(), 0

    def show(_: Received) -> Reply:
        nonlocal asked
        asked += 1
        if asked == SHOWS_AT_ONCE:
            enough.set()
        return Reply([b"{}"], silence=enough)

    ollama.models = [FakeModel(f"m{number}") for number in range(3 * SHOWS_AT_ONCE)]
    ollama.on("/api/show", show)
    async with asyncio.timeout(5):
        await InstalledModels().ask(client, "ollama")
    assert (asked, ollama.connections) == (3 * SHOWS_AT_ONCE, SHOWS_AT_ONCE)


async def test_a_model_whose_details_cannot_be_had_is_listed_and_asked_about_again(
    client: StreamingClient, ollama: FakeModelServer
) -> None:
    installed = InstalledModels()
    ollama.models = [ABLE]
    ollama.on("/api/show", error(404, "model 'able:8b' not found"))
    assert await installed.ask(client, "ollama") == [ModelInfo("ollama/able:8b", "ollama", "able:8b")]
    ollama.on("/api/show", document(ABLE.details()))
    [model] = await installed.ask(client, "ollama")
    assert model.context_length == 131072


@pytest.mark.parametrize(
    "tags",
    [
        {},
        [],
        {"models": None},
        {"models": {}},
        {"models": [None, 7, {}, {"name": None}, {"model": "x"}]},
    ],
    ids=repr,
)
async def test_a_list_that_is_none_is_empty(client: StreamingClient, ollama: FakeModelServer, tags: Any) -> None:
    ollama.on("/api/tags", document(tags))
    assert await InstalledModels().ask(client, "ollama") == []


@pytest.mark.parametrize(
    "shown",
    [
        {},
        [],
        {"capabilities": None, "model_info": None},
        {"capabilities": "tools", "model_info": []},
        {"capabilities": [], "model_info": {"general.architecture": "x", "llama.context_length": 7}},
        {"model_info": {"general.architecture": "x", "x.context_length": "7"}},
        {"model_info": {"general.architecture": ["x"]}},
    ],
    ids=repr,
)
async def test_details_that_say_little_leave_the_rest_open(
    client: StreamingClient, ollama: FakeModelServer, shown: Any
) -> None:
    ollama.models = [ABLE]
    ollama.on("/api/show", document(shown))
    assert await InstalledModels().ask(client, "ollama") == [ModelInfo("ollama/able:8b", "ollama", "able:8b")]


async def test_a_refused_list_is_a_failure(client: StreamingClient, ollama: FakeModelServer) -> None:
    ollama.on("/api/tags", error(401, "unauthorized"))
    with pytest.raises(ProviderError) as caught:
        await InstalledModels().ask(client, "ollama")
    assert caught.value.reason == "auth_failed"
