"""Odd surroundings and a busy machine: a turn works in them as in any other."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chatls.chat.events import Token
from chatls.tools.work import Deadline, in_thread
from tests.support.chat_server import chat_server, new_token
from tests.support.connection import connection, turn_params
from tests.support.heart import END, FakeProvider
from tests.support.lsp_client import stream_params
from tests.support.turns import check_turn, events

WORDS = "Grüße, 世界 🌍"
SCRIPT = f"""
[[answer]]
steps = [{{ text = "{WORDS}" }}, {{ tool = "read_file", args = {{ path = "ä b.txt" }} }}]

[[answer]]
steps = [{{ text = "Done." }}]
"""
BUSY = 64


@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        pytest.param((), {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, id="LANG=C"),
        pytest.param((), {"PYTHONOPTIMIZE": "1"}, id="-O"),
        pytest.param((), {"PYTHONWARNINGS": "error"}, id="-W error"),
        pytest.param((), {"TMPDIR": "/nonexistent", "TMP": "/nonexistent", "TEMP": "/nonexistent"}, id="no TMPDIR"),
        pytest.param((), {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/nonexistent"}, id="no caches"),
        pytest.param(("--log-level", "debug"), {"PYTHONASYNCIODEBUG": "1"}, id="asyncio debug"),
    ],
)
async def test_f72_a_turn_with_a_tool_works_in_odd_surroundings(
    tmp_path: Path, arguments: tuple[str, ...], env: dict[str, str]
) -> None:
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "ä b.txt").write_text(WORDS, encoding="utf-8")
    async with chat_server(tmp_path, *arguments, scripts={"words": SCRIPT}, env=env) as client:
        token = new_token()
        request = client.begin("chat/stream", stream_params(WORDS, token))
        await client.response(request)
        result = check_turn(client.received, token, request)["result"]
        assert result["final"] == f"{WORDS}Done."
        read = [event for event in events(client.received, token) if event["type"] == "tool_result"]
        assert WORDS in read[0]["result"]["text"]


@asynccontextmanager
async def all_threads_busy() -> AsyncGenerator[None]:
    """Many more blocking calls than there are threads for them, until the block ends."""
    free, begun = threading.Event(), threading.Event()

    def block(_: Deadline) -> None:
        begun.set()
        free.wait()

    async with asyncio.TaskGroup() as group:
        for _ in range(BUSY):
            group.create_task(in_thread(3600, block))
        await asyncio.to_thread(begun.wait)
        try:
            yield
        finally:
            free.set()


async def test_f70_while_all_threads_of_the_tools_are_busy_turns_go_on_and_can_be_cancelled() -> None:
    provider = FakeProvider([Token("Hello."), END], [Token("So far"), asyncio.Event()])
    async with all_threads_busy(), connection(provider) as server:
        assert (await server.turn("Hi", "a"))["result"]["final"] == "Hello."
        server.begin("chat/stream", turn_params("Go on", "b"), 2)
        await server.event("b", "token")
        server.notify("$/cancelRequest", {"id": 2})
        assert (await server.response(2))["result"]["stopReason"] == "cancelled"
