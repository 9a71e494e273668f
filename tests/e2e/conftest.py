"""A server process and its model server, shared by the tests that leave both as they found them."""

from collections.abc import AsyncGenerator, Generator

import pytest
import pytest_asyncio

from tests.support.chat_server import Talk, chat_server
from tests.support.fake_model_server import FakeModel, FakeModelServer
from tests.support.hostile import Scene, scene

THINKER = FakeModel("thinker:latest", ("completion", "tools", "thinking"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_talk(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Talk]:
    home = tmp_path_factory.mktemp("home")
    async with (
        FakeModelServer(FakeModel("scripted:latest"), THINKER) as model,
        chat_server(home, model=model) as client,
    ):
        yield Talk(client, model, home / "ws")


@pytest.fixture
def talk(shared_talk: Talk) -> Generator[Talk]:
    """The same for every test, but for answers that an earlier test left behind."""
    yield shared_talk
    shared_talk.model.forget()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Scene]:
    announced = dict.fromkeys(("approval", "hunks", "save", "strictEdits"), True)
    async with scene(tmp_path_factory.mktemp("hostile"), **announced) as found:
        yield found


@pytest.fixture
def stage(shared_scene: Scene) -> Scene:
    """A hostile model's server and workspace, the workspace as it was at first."""
    shared_scene.reset()
    return shared_scene
