"""The tables of a file of sessions, and the steps that lead there from every earlier version.

A step that was released is never changed: what comes is a step of its own at the end. Used by `store/file.py`.
"""

import errno
import sqlite3
from collections.abc import Sequence

APPLICATION_ID = 0x63686C73
"""What `PRAGMA application_id` says of our files: "chls"."""
OLDEST_SQLITE = (3, 37, 0)
"""The first that knows STRICT tables."""

_FIRST = (
    "CREATE TABLE workspace (folder TEXT NOT NULL) STRICT",
    # `used` orders the sessions by their last use. `owner` is the process that runs a turn (`store/owners.py`).
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, named INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL, used INTEGER NOT NULL UNIQUE, guidance TEXT NOT NULL, owner TEXT) STRICT""",
    "CREATE INDEX owned ON sessions (owner) WHERE owner IS NOT NULL",
    # A turn that was replaced is `gone` from the conversation; what it did to files can still be looked up.
    """CREATE TABLE turns (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, gone INTEGER NOT NULL DEFAULT 0,
        message TEXT NOT NULL, goal TEXT NOT NULL, agent TEXT NOT NULL, model TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL DEFAULT 'running') STRICT""",
    "CREATE INDEX conversation ON turns (session, gone, number)",
    """CREATE TABLE events (
        turn INTEGER NOT NULL REFERENCES turns (number) ON DELETE CASCADE, number INTEGER NOT NULL,
        type TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (turn, number)) STRICT, WITHOUT ROWID""",
)
_SECOND = (
    # What files held before a turn changed them, each content once. `used` is the last turn that needs it.
    """CREATE TABLE contents (
        digest TEXT PRIMARY KEY, used INTEGER NOT NULL, size INTEGER NOT NULL, packed INTEGER NOT NULL,
        body BLOB NOT NULL) STRICT""",
    "CREATE INDEX kept ON contents (used, size)",
    # Digests are empty where a file was too large to be looked at, and null where there was none.
    """CREATE TABLE changes (
        turn INTEGER NOT NULL REFERENCES turns (number) ON DELETE CASCADE, number INTEGER NOT NULL, uri TEXT NOT NULL,
        before TEXT, after TEXT, mode INTEGER, folders INTEGER NOT NULL,
        PRIMARY KEY (turn, number)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX needed ON changes (before)",
    # The turns that ran commands which may have changed files too.
    "CREATE TABLE commands (turn INTEGER PRIMARY KEY REFERENCES turns (number) ON DELETE CASCADE) STRICT",
)
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _SECOND)
"""From each version to the next; the version of a file (`PRAGMA user_version`) counts those that were done."""


def migrate(connection: sqlite3.Connection, workspace: Sequence[str]) -> None:
    """Bring the tables up to date: all of it, or nothing.

    Raises:
        OSError: a newer version of chatls made the file, or this SQLite is too old.
        sqlite3.DatabaseError: it is damaged, or no file of ours.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise OSError(errno.ENOSYS, f"SQLite {sqlite3.sqlite_version} is older than 3.37")
    if _pragma(connection, "user_version") == len(MIGRATIONS) and _is_ours(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    version = _pragma(connection, "user_version")
    if version > len(MIGRATIONS):
        raise OSError(errno.EPERM, "a newer version of chatls made this file")
    if version == 0 and not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if not _is_ours(connection):
        raise sqlite3.DatabaseError("this is no file of chatls")
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    if version == 0:
        connection.executemany("INSERT INTO workspace VALUES (?)", [(folder,) for folder in sorted(workspace)])
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    connection.execute("COMMIT")


def _is_ours(connection: sqlite3.Connection) -> bool:
    return _pragma(connection, "application_id") == APPLICATION_ID


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
