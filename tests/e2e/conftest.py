"""A server process and its model server, shared by the tests that leave both as they found them."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from tests.support.chat_server import Talk, chat_server
from tests.support.fake_model_server import FakeModel, FakeModelServer

THINKER = FakeModel("thinker:latest", ("completion", "tools", "thinking"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def talk(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Talk]:
    home = tmp_path_factory.mktemp("home")
    async with (
        FakeModelServer(FakeModel("scripted:latest"), THINKER) as model,
        chat_server(home, model=model) as client,
    ):
        yield Talk(client, model, home / "ws")
