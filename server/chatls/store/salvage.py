"""Takes over from a damaged file of sessions what can still be read: session by session, turn by turn.

Called by `store/file.py`; nothing is written to the damaged file.
"""

import sqlite3
from collections import defaultdict
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

SESSION = "id, title, named, created_at, updated_at, used, guidance"
TURN = "number, id, session, gone, message, goal, agent, model, state"
Row = tuple[Any, ...]


def take_over(connection: sqlite3.Connection, damaged: Path) -> int:
    """Copy what can be read of the damaged file into an empty one; returns how many sessions that were."""
    saved = 0
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{damaged.as_uri()}?mode=ro", uri=True)) as source:
        source.text_factory = lenient_text
        turns: defaultdict[str, list[int]] = defaultdict(list)
        for number, session_id in _from_both_ends(source, "SELECT number, session FROM turns NOT INDEXED"):
            turns[session_id].append(number)
        for session in _from_both_ends(source, f"SELECT rowid, {SESSION} FROM sessions NOT INDEXED"):
            saved += _copied(connection, source, session[1:], turns[session[1]])
    return saved


def lenient_text(raw: bytes) -> str:
    """What was TEXT: where it is damaged, the rest of it can still be read."""
    return raw.decode(errors="replace")


def _copied(connection: sqlite3.Connection, source: sqlite3.Connection, session: Row, turns: list[int]) -> bool:
    """Copy a session; False, and nothing of it, if what was read makes no sense."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(f"INSERT INTO sessions ({SESSION}) VALUES (?, ?, ?, ?, ?, ?, ?)", session)
        for number in turns:
            for turn in _readable(source, f"SELECT {TURN} FROM turns WHERE number = ?", number):
                connection.execute(f"INSERT INTO turns ({TURN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", turn)
                events = _readable(source, "SELECT * FROM events WHERE turn = ? ORDER BY number", number)
                connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", events)
                _copy_images(connection, source, number)
        # A turn that ran when the file was left is mended as that of a dead process.
        connection.execute(
            "UPDATE sessions SET owner = 'damaged' WHERE id = ? AND EXISTS "
            "(SELECT 1 FROM turns WHERE session = sessions.id AND state = 'running')",
            session[:1],
        )
    except sqlite3.Error:
        connection.execute("ROLLBACK")
        return False
    connection.execute("COMMIT")
    return True


def _copy_images(connection: sqlite3.Connection, source: sqlite3.Connection, turn: int) -> None:
    """What a turn did to files, as far as it can be read; a file of the first version has nothing of it."""
    changes = _readable(source, "SELECT * FROM changes WHERE turn = ? ORDER BY number", turn)
    connection.executemany("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)", changes)
    connection.executemany(
        "INSERT INTO commands VALUES (?)", _readable(source, "SELECT turn FROM commands WHERE turn = ?", turn)
    )
    needed = "SELECT * FROM contents WHERE digest IN (SELECT before FROM changes WHERE turn = ?)"
    contents = _readable(source, needed, turn)
    connection.executemany("INSERT OR IGNORE INTO contents VALUES (?, ?, ?, ?, ?)", contents)


def _from_both_ends(source: sqlite3.Connection, query: str) -> list[Row]:
    """The rows of a table by its key, their first column, but for those around what cannot be read."""
    found = {row[0]: row for order in ("ASC", "DESC") for row in _readable(source, f"{query} ORDER BY rowid {order}")}
    return [found[key] for key in sorted(found)]


def _readable(source: sqlite3.Connection, query: str, *values: int) -> list[Row]:
    """The rows up to the first that cannot be read."""
    rows: list[Row] = []
    with suppress(sqlite3.Error):
        rows.extend(source.execute(query, values))  # keeps what came before an error
    return rows
