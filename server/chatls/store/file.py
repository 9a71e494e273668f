"""Opens a file of sessions: private, whole, up to date, with the turns of dead processes mended.

What cannot be read is moved aside, and what is still readable of it is taken over. Blocks: called in the thread of
`store/worker.py` alone.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from chatls.store import private
from chatls.store.changes import mend
from chatls.store.locking import locked
from chatls.store.opened import Opened
from chatls.store.owners import Owner
from chatls.store.queries import folded_case
from chatls.store.salvage import lenient_text, take_over
from chatls.store.schema import migrate
from chatls.store.writing_back import note_changes

BUSY_SECONDS = 2.0
"""How long another process may write."""
SIDES = ("", "-wal", "-shm")
"""What SQLite calls the files that belong together."""


def open_file(path: Path, workspace: Sequence[str], tell: Callable[[str], object], *, damaged: bool = False) -> Opened:
    """Open the file at this path, or make it. `damaged`: it was found to be so.

    Raises:
        OSError: the place cannot be trusted or written to, or a newer version made the file.
        sqlite3.Error: it cannot be opened.
    """
    private.check_outside(path.parent, workspace)
    private.make_folder(path.parent)
    with locked(path.with_suffix(".lock"), BUSY_SECONDS):
        private.make_file(path)
        try:
            if damaged:
                raise sqlite3.DatabaseError("damaged")
            connection = _connected(path, workspace)
        except sqlite3.DatabaseError as error:
            if not (damaged or is_damage(error)):
                raise
            connection = _anew(path, workspace, tell)
    opened = Opened(connection, Owner(path))
    try:
        _mend(opened)
    except BaseException:
        opened.close()
        raise
    return opened


def open_in_memory(workspace: Sequence[str], source: Opened | None = None) -> Opened:
    """What stands for a file where none can be used: with all that can still be read of `source`.
    What is written to it is noted, for the file."""
    connection = _configured(sqlite3.connect(":memory:", isolation_level=None))
    owner = source.owner if source is not None and _copied(source, connection) else None
    migrate(connection, workspace)
    note_changes(connection)
    return Opened(connection, owner or Owner(None), in_memory=True)


def _copied(source: Opened, connection: sqlite3.Connection) -> bool:
    """Whether all could be copied; otherwise nothing was."""
    try:
        source.connection.backup(connection)
    except sqlite3.Error:
        return False
    return True


def is_damage(error: sqlite3.Error) -> bool:
    """Whether it says that the content of the file is wrong, and not that it cannot be read or written now."""
    return type(error) is sqlite3.DatabaseError


def _connected(path: Path, workspace: Sequence[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _configured(connection)
        if not path.stat().st_size:
            connection.execute("PRAGMA journal_mode = WAL")  # before the tables, whose making then waits for less
        migrate(connection, workspace)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _configured(connection: sqlite3.Connection) -> sqlite3.Connection:
    # FULL: what was committed outlasts a loss of power too. What is deleted is overwritten.
    for setting in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "cache_size = -1024"):
        connection.execute(f"PRAGMA {setting}")
    connection.text_factory = lenient_text
    connection.create_function("folded_case", 1, folded_case, deterministic=True)
    return connection


def _anew(path: Path, workspace: Sequence[str], tell: Callable[[str], object]) -> sqlite3.Connection:
    """A new file in the place of a damaged one, with the sessions that could be read."""
    aside = private.unreadable_name(path)
    for side in SIDES:
        with suppress(FileNotFoundError):
            Path(f"{path}{side}").rename(f"{aside}{side}")
    private.make_file(path)
    connection = _connected(path, workspace)
    saved = take_over(connection, aside)
    tell(f"a file of conversations is damaged and was moved to {aside}; {saved} could be read and are still there")
    return connection


def _mend(opened: Opened) -> None:
    connection = opened.connection
    connection.execute("BEGIN IMMEDIATE")
    for session_id, name in connection.execute("SELECT id, owner FROM sessions WHERE owner IS NOT NULL").fetchall():
        if not opened.owner.is_alive(name):
            mend(opened, session_id)
    connection.execute("COMMIT")
