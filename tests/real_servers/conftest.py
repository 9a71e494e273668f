"""Real servers for the tests beside this file, started once for all of them where nothing speaks against it."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from tests.support.install import Unavailable
from tests.support.ollama import OllamaServer, running_ollama
from tests.support.ollama_build import find_ollama
from tests.support.recording_proxy import RecordingProxy, recording_proxy


@pytest.fixture(scope="session")
def ollama_program() -> Path:
    try:
        return find_ollama()
    except Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def ollama(ollama_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[OllamaServer]:
    with running_ollama(ollama_program, tmp_path_factory.mktemp("ollama")) as server:
        yield server


@pytest.fixture
def fresh_ollama(ollama_program: Path, tmp_path: Path) -> Generator[OllamaServer]:
    """A server for one test alone: cancelled requests leave marks on it (ollama#17131)."""
    with running_ollama(ollama_program, tmp_path) as server:
        yield server


@pytest.fixture
async def proxy(ollama: OllamaServer) -> AsyncGenerator[RecordingProxy]:
    async with recording_proxy(ollama.port) as proxy:
        yield proxy


@pytest.fixture
async def fresh_proxy(fresh_ollama: OllamaServer) -> AsyncGenerator[RecordingProxy]:
    async with recording_proxy(fresh_ollama.port) as proxy:
        yield proxy
