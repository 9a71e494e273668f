"""What is read from a file of sessions: listings, pages of turns, and the conversation as a model sees it.

Each function is handed an open file in the thread that alone uses it (`store/worker.py`). Called by
`store/conversations.py` and `store/changes.py`.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from chatls.chat.events import Answered, Compacted, Done, LogEvent, Start, StreamEvent
from chatls.chat.folding import folded
from chatls.chat.journal import Journal
from chatls.chat.messages import Message
from chatls.chat.sessions import Asked, Session, TurnRecord
from chatls.chat.text import clean
from chatls.errors import InvalidParams, NotFound, SessionNotFound
from chatls.store.event_json import loaded
from chatls.store.opened import Opened

if TYPE_CHECKING:
    import sqlite3

_SESSION = """
    SELECT id, title, created_at, updated_at, guidance, owner, used,
        (SELECT count(*) FROM turns WHERE session = sessions.id AND gone = 0),
        (SELECT model FROM turns WHERE session = sessions.id AND gone = 0 ORDER BY number DESC LIMIT 1)
    FROM sessions
"""
_MENTIONS = """
    (instr(folded_case(title), :query) OR EXISTS (
        SELECT 1 FROM turns WHERE session = sessions.id AND gone = 0
            AND instr(folded_case(json_extract(message, '$.content')), :query)))
"""
_SAID = ("answered", "compacted", "done", "error", "thinking", "token", "tool_result")
"""The types of the events that make up what a model sees again."""


def folded_case(text: str | None) -> str:
    """The text for a comparison that does not look at the case; a function in SQL too."""
    return (text or "").casefold()


def session(opened: Opened, workspace: tuple[str, ...], session_id: str) -> Session:
    """
    Raises:
        SessionNotFound: there is none with this id.
    """
    row = opened.connection.execute(f"{_SESSION} WHERE id = ?", (session_id,)).fetchone()
    if row is None:
        raise SessionNotFound(session_id)
    return _session(opened, workspace, row)


def sessions(
    opened: Opened, workspace: tuple[str, ...], query: str, cursor: str | None, limit: int
) -> tuple[Sequence[Session], str | None]:
    """A page of the sessions that mention the query, the one used last first, and the cursor of the next page.

    Raises:
        InvalidParams: no page ended at this cursor.
    """
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 18):
        raise InvalidParams("cursor", "what an earlier page returned")
    wanted = "used < :before" + (f" AND {_MENTIONS}" if query else "")
    values = {"before": int(cursor or 2**62), "query": clean(query).casefold(), "limit": limit + 1}
    found = opened.connection.execute(f"{_SESSION} WHERE {wanted} ORDER BY used DESC LIMIT :limit", values).fetchall()
    page = found[:limit]
    more = str(page[-1][6]) if len(found) > limit else None
    return [_session(opened, workspace, row) for row in page], more


def _session(opened: Opened, workspace: tuple[str, ...], row: tuple[Any, ...]) -> Session:
    session_id, title, created_at, updated_at, guidance, owner, _, turns, model = row
    busy = owner is not None and opened.owner.is_alive(owner)
    return Session(workspace, session_id, title, created_at, updated_at, model or "", turns, busy, guidance, kept=True)


def turns(opened: Opened, session_id: str, before: str | None, limit: int) -> tuple[Sequence[TurnRecord], bool]:
    """A page of a session's turns, those before one of them or the newest; and whether there are earlier ones.

    Raises:
        InvalidParams: there is no such turn.
    """
    end = None if before is None else number_of(opened.connection, session_id, before)
    if before is not None and end is None:
        raise InvalidParams("before", "what an earlier page returned")
    found = opened.connection.execute(
        "SELECT number, id, message, agent, model, state FROM turns "
        "WHERE session = ? AND gone = 0 AND number < ? ORDER BY number DESC LIMIT ?",
        (session_id, 2**62 if end is None else end, limit + 1),
    ).fetchall()
    return [_turn(opened.connection, session_id, row) for row in reversed(found[:limit])], len(found) > limit


def turn(opened: Opened, session_id: str, turn_id: str) -> TurnRecord:
    """
    Raises:
        NotFound: the session has no such turn.
    """
    row = opened.connection.execute(
        "SELECT number, id, message, agent, model, state FROM turns WHERE session = ? AND id = ? AND gone = 0",
        (session_id, turn_id),
    ).fetchone()
    if row is None:
        raise no_turn(session_id, turn_id)
    return _turn(opened.connection, session_id, row)


def asked(opened: Opened, session_id: str, turn_id: str) -> Asked:
    """What the user said in a turn.

    Raises:
        NotFound: the session has no such turn.
    """
    row = opened.connection.execute(
        "SELECT message, goal FROM turns WHERE session = ? AND id = ? AND gone = 0", (session_id, turn_id)
    ).fetchone()
    if row is None:
        raise no_turn(session_id, turn_id)
    return Asked(_object(row[0]), row[1])


def said(opened: "Opened", session_id: str) -> tuple[list[Message], Compacted]:
    """The same as `conversation`, of the file that is open."""
    return conversation(opened.connection, session_id)


def conversation(connection: "sqlite3.Connection", session_id: str) -> tuple[list[Message], Compacted]:
    """What was said in a session, as a model sees it, and how it is shown.

    The turns that a summary stands for are not read: each is one message of the user's without text, as they are
    counted.
    """
    numbers = [
        number
        for (number,) in connection.execute(
            "SELECT number FROM turns WHERE session = ? AND gone = 0 ORDER BY number", (session_id,)
        )
    ]
    said, compacted = _said(connection, session_id, numbers)
    unread, read = numbers[: compacted.summarised], numbers[compacted.summarised :]
    goals = connection.execute(
        "SELECT number, goal FROM turns WHERE session = ? AND gone = 0 AND number >= ? ORDER BY number",
        (session_id, read[0] if read else 2**62),
    )
    messages = [message for number, goal in goals for message in (Message("user", goal), *said.get(number, ()))]
    return [*(Message("user", "") for _ in unread), *messages], compacted


def _said(
    connection: "sqlite3.Connection", session_id: str, numbers: Sequence[int]
) -> tuple[dict[int, list[Message]], Compacted]:
    """The answers of the turns with these numbers, from the newest back to where a summary begins to stand for them."""
    rows = connection.execute(
        "SELECT turn, type, body FROM turns CROSS JOIN events ON turn = turns.number WHERE session = ? AND gone = 0 "
        f"AND type IN ({', '.join('?' * len(_SAID))}) ORDER BY turns.number DESC, events.number DESC",
        (session_id, *_SAID),
    )
    places = {number: place for place, number in enumerate(numbers)}
    said: dict[int, list[Message]] = {}
    compacted: Compacted | None = None
    with closing(rows):
        for number, group in groupby(rows, itemgetter(0)):
            if compacted is not None and places[number] < compacted.summarised:
                break
            events = [loaded(kind, body) for _, kind, body in group][::-1]
            said[number] = folded(events)
            compacted = compacted or next((event for event in reversed(events) if isinstance(event, Compacted)), None)
    return said, compacted or Compacted()


def number_of(connection: "sqlite3.Connection", session_id: str, turn_id: str) -> int | None:
    """The number of a turn, which orders it among the others; None if the session has no such turn."""
    row = connection.execute(
        "SELECT number FROM turns WHERE session = ? AND id = ? AND gone = 0", (session_id, turn_id)
    ).fetchone()
    return None if row is None else row[0]


def log(connection: "sqlite3.Connection", number: int) -> list[LogEvent]:
    """The log of the turn with this number."""
    rows = connection.execute("SELECT type, body FROM events WHERE turn = ? ORDER BY number", (number,))
    return [loaded(kind, body) for kind, body in rows]


def no_turn(session_id: str, turn_id: str) -> NotFound:
    return NotFound(f"Session {session_id!r} has no turn {turn_id!r}.", hint="Read the session again.")


def _turn(connection: "sqlite3.Connection", session_id: str, row: tuple[Any, ...]) -> TurnRecord:
    number, turn_id, message, agent, model, state = row
    journal = Journal()
    for event in _shown(log(connection, number), session_id, turn_id):
        journal.append(replace(event, final=journal.text()) if isinstance(event, Done) else event)
    return TurnRecord(turn_id, _object(message), agent, model, state, journal, numbered=False)


def _shown(events: Sequence[LogEvent], session_id: str, turn_id: str) -> Iterator[StreamEvent]:
    """The events for clients. A turn that was copied into another session begins there, under its own id."""
    for event in events:
        if isinstance(event, Start):
            yield replace(event, session_id=session_id, turn_id=turn_id)
        elif not isinstance(event, Answered | Compacted):
            yield event


def _object(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except (TypeError, ValueError):
        return {"content": "(This message can no longer be read.)"}
