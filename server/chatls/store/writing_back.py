"""From memory back into a file of sessions that can be used again: what was said meanwhile, session by session.

Sessions that were only read stay as the file has them, where other processes may have gone on with them. Handed open
files in the thread that alone uses them. Called by `store/worker.py`; `store/file.py` has the changes noted.
"""

import sqlite3
from typing import Any

from chatls.store.opened import Opened

_WRITTEN = {
    "sessions": {"INSERT": "new.id", "UPDATE": "new.id", "DELETE": "old.id"},
    "turns": {"INSERT": "new.session", "UPDATE": "new.session"},
    **{
        table: {"INSERT": "(SELECT session FROM main.turns WHERE number = new.turn)"}
        for table in ("events", "changes", "commands")
    },
}
"""Of each table, what is done to its rows, and which session that concerns."""
_SESSION = "id, title, named, created_at, updated_at, guidance"
_TURN = "id, session, gone, message, goal, agent, model, state"
_USED = "(SELECT coalesce(max(used), 0) + 1 FROM sessions)"


def note_changes(memory: sqlite3.Connection) -> None:
    """Note from now on which sessions are written to."""
    memory.execute("CREATE TEMP TABLE written (session TEXT PRIMARY KEY)")
    for table, changes in _WRITTEN.items():
        for change, session in changes.items():
            memory.execute(
                f"CREATE TEMP TRIGGER {table}_{change} AFTER {change} ON main.{table} "
                f"BEGIN INSERT OR IGNORE INTO written VALUES ({session}); END"
            )


def is_in_use(memory: Opened) -> bool:
    """Whether a turn runs, or a session is held for something else."""
    return memory.connection.execute("SELECT 1 FROM sessions WHERE owner IS NOT NULL").fetchone() is not None


def write_back(memory: Opened, file: Opened) -> None:
    """Put what was written to in the place of what the file has of it: all, or nothing. A turn that runs is left to be
    mended, as one that was cut.

    Raises:
        sqlite3.Error: the file still cannot be written.
    """
    source, target = memory.connection, file.connection
    target.execute("BEGIN IMMEDIATE")
    target.executemany("DELETE FROM sessions WHERE id = ?", source.execute("SELECT session FROM written"))
    for owner, *session in source.execute(
        f"SELECT owner, {_SESSION} FROM sessions WHERE id IN (SELECT session FROM written) ORDER BY used"
    ):
        target.execute(
            f"INSERT INTO sessions ({_SESSION}, used, owner) VALUES (?, ?, ?, ?, ?, ?, {_USED}, ?)",
            (*session, owner and file.owner.name),
        )
        for number, *turn in source.execute(
            f"SELECT number, {_TURN} FROM turns WHERE session = ? ORDER BY number", session[:1]
        ):
            _write_turn(source, target, number, turn)
    target.execute("COMMIT")


def _write_turn(source: sqlite3.Connection, target: sqlite3.Connection, number: int, turn: list[Any]) -> None:
    made = target.execute(f"INSERT INTO turns ({_TURN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", turn).lastrowid
    for table, values in (("events", "?, ?, ?, ?"), ("changes", "?, ?, ?, ?, ?, ?, ?"), ("commands", "?")):
        rows = source.execute(f"SELECT * FROM {table} WHERE turn = ?", (number,))
        target.executemany(f"INSERT INTO {table} VALUES ({values})", ((made, *row[1:]) for row in rows))
    needed = "SELECT * FROM contents WHERE digest IN (SELECT before FROM changes WHERE turn = ?)"
    contents = ((digest, made, *rest) for digest, _, *rest in source.execute(needed, (number,)))
    target.executemany("INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?)", contents)
