"""Fixtures of the providers' tests."""

from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, closing

import pytest

from chatls.providers.http import StreamingClient
from chatls.providers.server import Server, Timeouts
from tests.support.fake_model_server import FakeModelServer
from tests.support.http_clients import TIMEOUTS, Connect, Deaf
from tests.support.time_travel import TimeTravel


@pytest.fixture
async def travel(monkeypatch: pytest.MonkeyPatch) -> TimeTravel:
    return TimeTravel(monkeypatch)


@pytest.fixture
async def ollama() -> AsyncGenerator[FakeModelServer]:
    async with FakeModelServer() as server:
        yield server


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


@pytest.fixture
def deaf() -> Generator[Deaf]:
    with closing(Deaf()) as deaf:
        yield deaf
