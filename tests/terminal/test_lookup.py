"""What the server is asked for completion."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from chatls.terminal.link import Link
from chatls.terminal.lookup import Lookups
from chatls.terminal.rpc import Json
from tests.terminal.test_session import Ends

FOLDER = Path("/ws").absolute()
LISTING = "deep/\nalpha.py  (1,234 bytes)\nlink  (symbolic link)\n[cut after 1,000 entries: list a folder further down]"


class Server(Ends):
    """Answers every request at once, from a table of tools."""

    def __init__(self, answers: dict[str, Json]) -> None:
        super().__init__()
        self.answers = answers
        self.is_ready = True
        self.asked: list[Json] = []

    def lookups(self) -> Lookups:
        self.client.peer._send = self._answer  # pyright: ignore[reportPrivateUsage]
        return Lookups(cast("Link", self), FOLDER)

    def _answer(self, message: Any) -> None:
        params = message["params"]
        self.asked.append(params)
        result = self.answers.get(params.get("tool") or message["method"], {})
        asyncio.get_running_loop().call_soon(self.client.peer.receive, {"id": message["id"], "result": result})


@pytest.fixture
def server() -> Server:
    uris = [f"{FOLDER.as_uri()}/src/{name}" for name in ("alpha.py", "b%20c.py")]
    return Server(
        {
            "list_directory": {"result": {"text": LISTING}},
            "find_files": {"result": {"text": "…", "uris": uris}},
            "chat/listModels": {"models": [{"id": "a/b"}]},
            "chat/listAgents": {"agents": [{"id": "chat"}]},
        }
    )


async def test_a_folder_is_listed(server: Server) -> None:
    assert await server.lookups().paths("src/") == ["src/deep/", "src/alpha.py", "src/link"]
    assert server.asked == [{"tool": "list_directory", "args": {"path": "src"}}]


async def test_a_name_is_looked_for_further_down_too(server: Server) -> None:
    assert await server.lookups().paths("src/al") == ["src/alpha.py", "src/b c.py"]
    assert server.asked[1] == {"tool": "find_files", "args": {"pattern": "al", "path": "src"}}


async def test_one_letter_is_no_name(server: Server) -> None:
    assert await server.lookups().paths("D") == ["deep/"]
    assert [params["tool"] for params in server.asked] == ["list_directory"]


async def test_models_and_agents_by_their_ids(server: Server) -> None:
    assert await server.lookups().models("") == ["a/b"]
    assert await server.lookups().agents("") == ["chat"]


async def test_a_server_that_is_not_ready_is_not_asked(server: Server) -> None:
    server.is_ready = False
    assert await server.lookups().paths("x") == []
    assert server.asked == []


async def test_a_tool_that_fails_completes_nothing(server: Server) -> None:
    server.answers = {"list_directory": {"error": {"code": "not_found", "message": "no"}}}
    assert await server.lookups().paths("nowhere/x") == []
