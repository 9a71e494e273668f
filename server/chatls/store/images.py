"""What files were before turns changed them: written down, read again, and thrown away when no turn needs it.

Each content is kept once, whatever it is called, packed where that pays; all of them together have a bound, above
which those go first that were needed last. Handed an open file in the thread that alone uses it (`store/worker.py`).
Called by `store/conversations.py` and `store/changes.py`.
"""

import zlib
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from chatls.chat.undo import FileChange, TurnChanges, digest_of
from chatls.store.opened import Opened
from chatls.store.queries import no_turn

if TYPE_CHECKING:
    import sqlite3

MAX_BYTES = 128 * 1024 * 1024
"""Of all contents in a file of sessions, as they lie there."""
_LEVEL = 1
_PAYS = 0.9
"""Packed is kept what becomes that much smaller."""


def record(opened: Opened, turn_id: str, changes: Sequence[FileChange]) -> None:
    """Write down what a turn is about to change."""
    connection = opened.connection
    for change in changes:
        connection.execute(
            "INSERT INTO changes SELECT turns.number, (SELECT coalesce(max(number), -1) + 1 FROM changes "
            "WHERE turn = turns.number), ?, ?, ?, ?, ? FROM turns WHERE id = ?",
            (change.uri, change.before, change.after, change.mode, change.folders, turn_id),
        )
        if change.before is not None and change.content is not None:
            _keep(connection, turn_id, change.before, change.content)
    _shrink(connection)


def record_command(opened: Opened, turn_id: str) -> None:
    """Write down that a turn runs commands which may change files."""
    opened.connection.execute("INSERT OR IGNORE INTO commands SELECT number FROM turns WHERE id = ?", (turn_id,))


def changes(opened: Opened, session_id: str, turn_id: str) -> TurnChanges:
    """What a turn did to files, also one that has left the conversation.

    Raises:
        NotFound: the session never had such a turn.
    """
    connection = opened.connection
    turn = connection.execute("SELECT number FROM turns WHERE session = ? AND id = ?", (session_id, turn_id)).fetchone()
    if turn is None:
        raise no_turn(session_id, turn_id)
    rows = connection.execute(
        "SELECT uri, before, after, mode, folders FROM changes WHERE turn = ? ORDER BY number", turn
    ).fetchall()
    commands = connection.execute("SELECT 1 FROM commands WHERE turn = ?", turn).fetchone()
    return TurnChanges([FileChange(*row) for row in rows], commands is not None)


def content(opened: Opened, digest: str) -> bytes | None:
    """What a file with this digest held; None where that was not kept, or cannot be read any more."""
    row = opened.connection.execute("SELECT packed, body FROM contents WHERE digest = ?", (digest,)).fetchone()
    if row is None:
        return None
    packed, body = row
    with suppress(zlib.error):
        found = zlib.decompress(body) if packed else bytes(body)
        return found if digest_of(found) == digest else None
    return None


def copy(connection: "sqlite3.Connection", number: int, to: int | None) -> None:
    """Have another turn know the same of files as the one with this number: either can be undone first."""
    connection.execute(
        "INSERT INTO changes SELECT ?, number, uri, before, after, mode, folders FROM changes "
        "WHERE turn = ? ORDER BY number",
        (to, number),
    )
    connection.execute("INSERT INTO commands SELECT ? FROM commands WHERE turn = ?", (to, number))


def sweep(connection: "sqlite3.Connection") -> None:
    """Throw away the contents that no turn needs any more."""
    connection.execute(
        "DELETE FROM contents WHERE NOT EXISTS (SELECT 1 FROM changes WHERE changes.before = contents.digest)"
    )


def _keep(connection: "sqlite3.Connection", turn_id: str, digest: str, data: bytes) -> None:
    again = connection.execute(
        "UPDATE contents SET used = (SELECT number FROM turns WHERE id = ?) WHERE digest = ?", (turn_id, digest)
    )
    if again.rowcount:
        return
    packed = zlib.compress(data, _LEVEL)
    pays = len(packed) <= _PAYS * len(data)
    body = packed if pays else data
    connection.execute(
        "INSERT INTO contents SELECT ?, number, ?, ?, ? FROM turns WHERE id = ?",
        (digest, len(body), pays, body, turn_id),
    )


def _shrink(connection: "sqlite3.Connection") -> None:
    """Bring all contents below their bound."""
    (size,) = connection.execute("SELECT coalesce(sum(size), 0) FROM contents").fetchone()
    if size <= MAX_BYTES:
        return
    for digest, saved in connection.execute("SELECT digest, size FROM contents ORDER BY used, rowid").fetchall():
        connection.execute("DELETE FROM contents WHERE digest = ?", (digest,))
        size -= saved
        if size <= MAX_BYTES:
            return
