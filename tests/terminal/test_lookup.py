"""What the server is asked for completion."""

import asyncio
from typing import Any, cast

import pytest

from chatls.terminal.link import Link
from chatls.terminal.lookup import Lookups
from chatls.terminal.rpc import Json
from tests.terminal.test_session import Ends

ITEM = {"label": "a.py", "textEdit": {"newText": "@a.py"}}


class Server(Ends):
    """Answers every request at once, from a table of methods."""

    def __init__(self, answers: dict[str, Json]) -> None:
        super().__init__()
        self.answers = answers
        self.is_ready = True
        self.asked: list[Json] = []

    def lookups(self) -> Lookups:
        self.client.peer._send = self._answer  # pyright: ignore[reportPrivateUsage]
        return Lookups(cast("Link", self))

    def _answer(self, message: Any) -> None:
        self.asked.append(message["params"])
        answer = self.answers[message["method"]]
        asyncio.get_running_loop().call_soon(self.client.peer.receive, {"id": message["id"], **answer})


@pytest.fixture
def server() -> Server:
    return Server(
        {
            "chat/complete": {"result": {"isIncomplete": False, "items": [ITEM]}},
            "chat/listModels": {"result": {"models": [{"id": "a/b"}]}},
            "chat/listAgents": {"result": {"agents": [{"id": "chat"}]}},
        }
    )


@pytest.mark.parametrize(
    ("before", "line", "character"),
    [("@a", 0, 2), ("😀é\n\nsee @a", 2, 6), ("", 0, 0)],
    ids=["one line", "lines", "none"],
)
async def test_the_server_is_told_where_the_cursor_is(server: Server, before: str, line: int, character: int) -> None:
    assert await server.lookups().message(before) == [ITEM]
    assert server.asked == [{"text": before, "position": {"line": line, "character": character}}]


async def test_models_and_agents_by_their_ids(server: Server) -> None:
    assert await server.lookups().models("") == ["a/b"]
    assert await server.lookups().agents("") == ["chat"]


async def test_a_server_that_is_not_ready_is_not_asked(server: Server) -> None:
    server.is_ready = False
    assert await server.lookups().message("@x") == []
    assert server.asked == []


async def test_a_server_that_cannot_complete_nothing_is_offered(server: Server) -> None:
    server.answers["chat/complete"] = {"error": {"code": -32601, "message": "no"}}
    assert await server.lookups().message("@x") == []
