"""Fixtures of the providers' tests."""

from collections.abc import AsyncGenerator

import pytest

from tests.support.fake_model_server import FakeModelServer
from tests.support.time_travel import TimeTravel


@pytest.fixture
async def travel(monkeypatch: pytest.MonkeyPatch) -> TimeTravel:
    return TimeTravel(monkeypatch)


@pytest.fixture
async def ollama() -> AsyncGenerator[FakeModelServer]:
    async with FakeModelServer() as server:
        yield server
