"""The server process in an event loop, and a new one when it died."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chatls.terminal.approval import Approval
from chatls.terminal.link import Link
from chatls.terminal.process import ServerProcess
from chatls.terminal.rpc import Failure, Json, Reply
from chatls.terminal.spawn import spawn

FAKE = Path(__file__).parents[1] / "support" / "fake_chatls.py"


class Life:
    """What is heard of a server's life."""

    def __init__(self) -> None:
        self.ready: asyncio.Queue[Failure | None] = asyncio.Queue()
        self.lost: asyncio.Queue[str] = asyncio.Queue()

    def on_ready(self, failure: Failure | None) -> None:
        self.ready.put_nowait(failure)

    def on_lost(self, reason: str) -> None:
        self.lost.put_nowait(reason)

    def notice(self, level: int, text: str) -> None:
        raise AssertionError(text)

    def ask(self, question: Approval) -> None:
        raise AssertionError(question)

    def withdraw(self, approval_id: str) -> None:
        raise AssertionError(approval_id)


@pytest.fixture
def life() -> Life:
    return Life()


def make_link(life: Life, *args: str) -> Link:
    command = [sys.executable, *(args or [str(FAKE)])]
    return Link(ServerProcess(spawn(command)), command, Path.cwd(), life)


@pytest.fixture
async def link(life: Life) -> AsyncIterator[Link]:
    made = make_link(life)
    made.open()
    async with asyncio.timeout(10):
        assert await life.ready.get() is None
    yield made
    made.close()


async def ask(link: Link, content: str) -> tuple[list[Json], Reply]:
    events: list[Json] = []
    reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
    link.client.stream({"message": {"content": content}}, events.append, reply.set_result)
    async with asyncio.timeout(10):
        return events, await reply


async def test_a_turn_runs_over_a_real_process(link: Link) -> None:
    events, reply = await ask(link, "hello")
    assert "".join(event["data"] for event in events if event["type"] == "token") == "Hello *world*"
    assert reply.values["final"] == "Hello *world*"


async def test_a_server_that_dies_fails_its_turn_first_and_is_replaced(link: Link, life: Life) -> None:
    _, reply = await ask(link, "die")
    assert reply.error
    assert "Boom: it broke" in reply.error.message
    async with asyncio.timeout(10):
        assert await life.lost.get() == reply.error.message
    assert not link.is_ready
    link.reopen()
    async with asyncio.timeout(10):
        assert await life.ready.get() is None
    _, reply = await ask(link, "hello")
    assert reply.error is None


async def test_a_server_that_never_answers_is_no_loss_but_a_failed_start(life: Life) -> None:
    link = make_link(life, "-c", "import sys; sys.exit('cannot start')")
    link.open()
    async with asyncio.timeout(10):
        failure = await life.ready.get()
    assert failure
    assert "exit code 1: cannot start" in failure.message
    assert life.lost.empty()
    link.close()


async def test_a_flood_arrives_whole_and_in_order(link: Link) -> None:
    events, reply = await ask(link, "flood")
    text = "".join(event["data"] for event in events if event["type"] == "token")
    assert text == reply.values["final"] == "".join(f"line {number}\n" for number in range(5000))
