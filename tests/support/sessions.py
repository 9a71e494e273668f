"""Sessions in a store: one that is opened and closed with its block, and turns as the heart would have had them."""

import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

from chatls.chat.events import (
    Answered,
    Done,
    LogEvent,
    Start,
    Token,
    ToolCall,
    ToolCallEvent,
    ToolResultEvent,
    ToolText,
)
from chatls.chat.keeping import RunningTurn
from chatls.chat.sessions import Asked, NewTurn, Session
from chatls.store.conversations import Conversations

WS = ("file:///a", "file:///b")
_MULTIPLY = """
    BEGIN;
    INSERT INTO turns (id, session, message, goal, agent, model, state)
        WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {count})
        SELECT 'turn ' || x, session, message, goal, agent, model, state
        FROM n, (SELECT * FROM turns ORDER BY number DESC LIMIT 1);
    INSERT INTO events SELECT turns.number, events.number, type, body
        FROM turns, events WHERE turns.id LIKE 'turn %'
        AND turn = (SELECT number FROM turns WHERE id NOT LIKE 'turn %' ORDER BY number DESC LIMIT 1);
    COMMIT;
"""


class Kept(Conversations):
    """A store that writes down what it had to tell the user."""

    def __init__(self, state: Path | None) -> None:
        self.told: list[str] = []
        super().__init__(state, self.told.append)

    @property
    def running(self) -> Sequence[str]:
        """The ids of the turns that run here."""
        return list(self._running)


@asynccontextmanager
async def store(state: Path | None) -> AsyncGenerator[Kept]:
    """The sessions below a state folder, or in memory."""
    kept = Kept(state)
    try:
        yield kept
    finally:
        kept.close(5)


def new_turn(content: str = "Hi") -> NewTurn:
    return NewTurn(Asked({"content": content}, content), "chat")


def said(text: str = "Hello", model: str = "fake/model") -> list[LogEvent]:
    """What a turn without tools leaves behind."""
    return [Start("s", "t", "chat", model), Token(text), Answered(), Done(text, "end_turn")]


def called(number: int = 1) -> list[LogEvent]:
    """A call of a tool and its result."""
    call = ToolCall(f"c{number}", "look", {"path": "a"})
    return [
        Answered((call,)),
        ToolCallEvent(call.id, call.name, {"path": "a"}, "read", "Look at a"),
        ToolResultEvent(call.id, call.name, 4, ToolText(f"seen {number}")),
    ]


async def talk(kept: Conversations, session: Session, *contents: str) -> Session:
    """A session with these turns, each over; as the store has it."""
    for content in contents:
        running = await begun(kept, session, content)
        running.log.append(said(f"Re: {content}"))
        await running.log.kept()
        session = await kept.find(session.workspace, session.session_id)
    return session


async def begun(kept: Conversations, session: Session, content: str = "Hi", replaced: str | None = None) -> RunningTurn:
    return await kept.begin(session, new_turn(content), replaced)


async def ids(kept: Conversations, session: Session) -> Sequence[str]:
    """The ids of a session's turns."""
    turns, _ = await kept.turns(session, None, 200)
    return [turn.turn_id for turn in turns]


async def contents(kept: Conversations, session: Session) -> Sequence[str]:
    """What the user said in a session."""
    turns, _ = await kept.turns(session, None, 200)
    return [turn.message["content"] for turn in turns]


def the_file(state: Path) -> Path:
    """The only file of sessions below a state folder."""
    (path,) = (state / "sessions").glob("*.db")
    return path


def multiply_turns(state: Path, count: int) -> None:
    """Give the one session below a state folder `count` turns, all like its last, in no time."""
    (path,) = (state / "sessions").glob("*.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_MULTIPLY.format(count=count - 1))
