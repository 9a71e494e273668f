"""Sessions with a long first message get a title of their own, when nobody waits for the model, and only then."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest

from chatls.chat.events import Token
from chatls.chat.sessions import Asked, NewTurn, Session
from chatls.errors import ProviderError
from chatls.lsp.titles import IDLE_SECONDS, Titles
from tests.support.clock import FakeClock, settle
from tests.support.connection import Connection, connection
from tests.support.heart import END, FakeProvider, Step, orchestrator, task
from tests.support.sessions import WS, Kept, store

LONG = "Please find out where in this workspace the versions of all dependencies are pinned, and why it is done so."


class Scene:
    """A session whose first turn was just answered."""

    def __init__(self, kept: Kept, session: Session, provider: FakeProvider) -> None:
        self.clock = FakeClock()
        self.provider = provider
        self.titles = Titles(orchestrator(provider), kept, self.clock)
        self._kept = kept
        self._session = session
        with self.titles.left_alone():
            self.titles.wish(session, task(LONG), ())

    async def idle(self, seconds: float = IDLE_SECONDS) -> str:
        """Let time pass in which nobody asks for anything; the title then."""
        await self.clock.advance(seconds)
        return await self.title()

    async def title(self) -> str:
        """The title once nothing more happens to it."""
        while self.titles.is_asking and self.provider.requests and not self._waits():
            await settle()
        return (await self._kept.find(WS, self._session.session_id)).title

    def _waits(self) -> bool:
        return self.provider.open > 0

    async def rename(self, title: str) -> None:
        await self._kept.rename(self._session, title)


@asynccontextmanager
async def answered(*calls: Sequence[Step]) -> AsyncGenerator[Scene]:
    async with asyncio.timeout(5), store(None) as kept:
        session = Session(WS)
        running = await kept.begin(session, NewTurn(Asked({"content": LONG}, LONG), "chat"))
        running.release()
        scene = Scene(kept, session, FakeProvider(*calls))
        yield scene
        scene.titles.close()


async def test_a_session_is_named_by_its_model_after_a_while_without_turns() -> None:
    async with answered([Token("Pinned dependencies"), END]) as scene:
        before = await scene.idle(IDLE_SECONDS / 2)
        assert LONG.startswith(before.rstrip("…"))
        assert await scene.idle() == "Pinned dependencies"


async def test_a_turn_that_begins_has_the_model_for_itself_and_the_title_comes_later() -> None:
    async with answered([asyncio.Event()], [Token("Pinned dependencies"), END]) as scene:
        await scene.idle()
        assert scene.provider.open == 1
        with scene.titles.left_alone():
            await settle()
            assert scene.provider.open == 0
            assert LONG.startswith((await scene.idle()).rstrip("…"))
        assert await scene.idle() == "Pinned dependencies"


async def test_a_title_that_the_user_gave_stays() -> None:
    async with answered([Token("Pinned dependencies"), END]) as scene:
        await scene.rename("Mine")
        assert await scene.idle() == "Mine"


async def test_a_model_that_fails_or_says_nothing_leaves_the_title_as_it_is() -> None:
    for calls in ([ProviderError("timeout", "Too late.")], [END]):
        async with answered(calls) as scene:
            assert LONG.startswith((await scene.idle()).rstrip("…"))


async def test_over_the_wire_the_first_turn_alone_is_named_and_only_if_its_message_is_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chatls.lsp.titles.IDLE_SECONDS", 0.0)
    provider = FakeProvider([Token("Here."), END], [Token("Pinned dependencies"), END], [Token("There."), END])
    async with connection(provider) as server:
        session = (await server.turn(LONG, "a"))["result"]["sessionId"]
        async with asyncio.timeout(5):
            while len(provider.requests) < 2 or provider.open:
                await server.settled()
        assert await titles_of(server) == ["Pinned dependencies"]
        await server.turn(f"And more: {LONG}", "b", 2, sessionId=session)
        await server.settled()
        assert (await titles_of(server), len(provider.requests)) == (["Pinned dependencies"], 3)


async def titles_of(server: Connection) -> list[str]:
    listed = await server.request("chat/listSessions", {}, "list")
    return [session["title"] for session in listed["result"]["sessions"]]
