"""What is written into a file of sessions. Each function is kept as a whole, or not at all.

Handed an open file in the thread that alone uses it (`store/worker.py`). Called by `store/conversations.py`.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from chatls.chat.events import Compacted, Done, LogEvent, Start
from chatls.chat.folding import missing
from chatls.chat.messages import Message
from chatls.chat.sessions import NewTurn, Session, first_words, new_id, state_after, title_of, utc_now
from chatls.chat.text import clean
from chatls.errors import InvalidParams, SessionBusy, SessionNotFound
from chatls.store import images
from chatls.store.event_json import dumped
from chatls.store.opened import Opened
from chatls.store.queries import conversation, log, no_turn, number_of

if TYPE_CHECKING:
    import sqlite3

_USED = "(SELECT coalesce(max(used), 0) + 1 FROM sessions)"


def add_session(opened: Opened, session: Session) -> None:
    opened.connection.execute(
        f"INSERT INTO sessions (id, title, created_at, updated_at, used, guidance) VALUES (?, '', ?, ?, {_USED}, ?)",
        (session.session_id, session.created_at, session.updated_at, clean(session.guidance)),
    )


def begin(
    opened: Opened, session_id: str, turn: NewTurn, replaced: str | None = None
) -> tuple[list[Message], Compacted]:
    """Take a session for a turn; returns what was said before it. The replaced turn and later ones leave first.

    Raises:
        SessionNotFound, SessionBusy: it cannot be taken.
        InvalidParams: there is no turn to replace.
    """
    connection = opened.connection
    check_free(opened, session_id)
    if replaced is not None:
        first = number_of(connection, session_id, replaced)
        if first is None:
            raise InvalidParams("replaceTurnId", "the id of a turn of this session")
        _leave(connection, session_id, first)
    before, compacted = conversation(connection, session_id)
    message = clean(json.dumps(turn.asked.message, ensure_ascii=False))
    connection.execute(
        "INSERT INTO turns (id, session, message, goal, agent) VALUES (?, ?, ?, ?, ?)",
        (turn.turn_id, session_id, message, clean(turn.asked.goal), turn.agent),
    )
    connection.execute(
        f"UPDATE sessions SET owner = ?, updated_at = ?, used = {_USED} WHERE id = ?",
        (opened.owner.name, utc_now(), session_id),
    )
    if not before:
        entitle(opened, session_id, first_words(turn.asked.message))
    return before, compacted


def append(opened: Opened, turn_id: str, events: Sequence[LogEvent]) -> None:
    """Add events to the log of a turn that runs. The last of all gives its session back."""
    for event in events:
        _append(opened, turn_id, event)


def _append(opened: Opened, turn_id: str, event: LogEvent) -> None:
    connection = opened.connection
    kept = replace(event, final="") if isinstance(event, Done) else event  # its text is there already
    connection.execute(
        "INSERT INTO events SELECT turns.number, "
        "(SELECT coalesce(max(number), -1) + 1 FROM events WHERE turn = turns.number), ?, ? FROM turns WHERE id = ?",
        (kept.type, dumped(kept), turn_id),
    )
    if isinstance(event, Start):
        connection.execute("UPDATE turns SET model = ? WHERE id = ?", (clean(event.model), turn_id))
    elif (state := state_after(event)) is not None:
        _end(connection, turn_id, state)


def release(opened: Opened, turn_id: str) -> None:
    """Give the session of a turn back that ended without a last event; does nothing if it had one."""
    row = opened.connection.execute(
        "SELECT number FROM turns WHERE id = ? AND state = 'running'", (turn_id,)
    ).fetchone()
    if row is not None:
        _complete(opened, row[0], turn_id)


def check_free(opened: Opened, session_id: str) -> None:
    """
    Raises:
        SessionNotFound: there is no such session.
        SessionBusy: a turn of it runs, here or in another process.
    """
    row = opened.connection.execute("SELECT owner FROM sessions WHERE id = ?", (session_id,)).fetchone()
    if row is None:
        raise SessionNotFound(session_id)
    if row[0] is None:
        return
    if opened.owner.is_alive(row[0]):
        raise SessionBusy(session_id)
    mend(opened, session_id)


def mend(opened: Opened, session_id: str) -> None:
    """Give back a session whose owner is dead: its turn was cut."""
    running = opened.connection.execute(
        "SELECT number, id FROM turns WHERE session = ? AND state = 'running'", (session_id,)
    ).fetchall()
    for number, turn_id in running:
        _complete(opened, number, turn_id)
    opened.connection.execute("UPDATE sessions SET owner = NULL WHERE id = ?", (session_id,))


def hold(opened: Opened, session_id: str) -> None:
    """Take a session for something else than a turn.

    Raises:
        SessionNotFound, SessionBusy: as `check_free`.
    """
    check_free(opened, session_id)
    opened.connection.execute("UPDATE sessions SET owner = ? WHERE id = ?", (opened.owner.name, session_id))


def let_go(opened: Opened, session_id: str) -> None:
    """Give back a session that was taken so."""
    opened.connection.execute("UPDATE sessions SET owner = NULL WHERE id = ?", (session_id,))


def leave(opened: Opened, session_id: str, turn_id: str) -> int:
    """Take a turn and later ones out of the conversation; returns how many: none, where it has left before.

    Raises:
        NotFound: the session never had such a turn.
    """
    row = opened.connection.execute(
        "SELECT number, gone FROM turns WHERE session = ? AND id = ?", (session_id, turn_id)
    ).fetchone()
    if row is None:
        raise no_turn(session_id, turn_id)
    number, gone = row
    return 0 if gone else _leave(opened.connection, session_id, number)


def rename(opened: Opened, session_id: str, title: str) -> None:
    """
    Raises:
        SessionNotFound: there is no such session.
    """
    changed = opened.connection.execute(
        "UPDATE sessions SET title = ?, named = 1 WHERE id = ?", (clean(title), session_id)
    )
    if changed.rowcount == 0:
        raise SessionNotFound(session_id)


def entitle(opened: Opened, session_id: str, title: str) -> None:
    """Give a session a title, cut to the length of one, unless the user has given it another."""
    opened.connection.execute(
        "UPDATE sessions SET title = ? WHERE id = ? AND named = 0", (clean(title_of(title)), session_id)
    )


def delete(opened: Opened, session_id: str) -> None:
    """Forget a session with all its turns, those that were replaced too.

    Raises:
        SessionNotFound, SessionBusy: as `check_free`.
    """
    check_free(opened, session_id)
    opened.connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,))
    images.sweep(opened.connection)


def fork(opened: Opened, session_id: str, turn_id: str) -> str:
    """Copy a session up to and with a turn, which must be over; returns the id of the copy.

    Raises:
        NotFound: the session, which is there, has no such turn.
        SessionBusy: the turn is not over.
    """
    connection = opened.connection
    last = number_of(connection, session_id, turn_id)
    if last is None:
        raise no_turn(session_id, turn_id)
    if connection.execute("SELECT 1 FROM turns WHERE number = ? AND state = 'running'", (last,)).fetchone():
        check_free(opened, session_id)
    copy, now = new_id(), utc_now()
    connection.execute(
        "INSERT INTO sessions (id, title, named, created_at, updated_at, used, guidance) "
        f"SELECT ?, title, named, ?, ?, {_USED}, guidance FROM sessions WHERE id = ?",
        (copy, now, now, session_id),
    )
    copied = connection.execute(
        "SELECT number FROM turns WHERE session = ? AND gone = 0 AND number <= ? ORDER BY number", (session_id, last)
    ).fetchall()
    for (number,) in copied:
        _copy_turn(connection, number, copy)
    return copy


def _copy_turn(connection: "sqlite3.Connection", number: int, session_id: str) -> None:
    made = connection.execute(
        "INSERT INTO turns (id, session, message, goal, agent, model, state) "
        "SELECT ?, ?, message, goal, agent, model, state FROM turns WHERE number = ?",
        (new_id(), session_id, number),
    ).lastrowid
    connection.execute(
        "INSERT INTO events SELECT ?, number, type, body FROM events WHERE turn = ? ORDER BY number", (made, number)
    )
    images.copy(connection, number, made)


def _leave(connection: "sqlite3.Connection", session_id: str, first: int) -> int:
    left = connection.execute(
        "UPDATE turns SET gone = 1 WHERE session = ? AND number >= ? AND gone = 0", (session_id, first)
    )
    return left.rowcount


def _complete(opened: Opened, number: int, turn_id: str) -> None:
    append(opened, turn_id, missing(log(opened.connection, number)))


def _end(connection: "sqlite3.Connection", turn_id: str, state: str) -> None:
    connection.execute("UPDATE turns SET state = ? WHERE id = ?", (state, turn_id))
    connection.execute(
        f"UPDATE sessions SET owner = NULL, updated_at = ?, used = {_USED} "
        "WHERE id = (SELECT session FROM turns WHERE id = ?)",
        (utc_now(), turn_id),
    )
