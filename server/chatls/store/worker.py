"""The thread that alone uses a file of sessions: does what is queued, in groups that are committed together.

Where the file cannot be used, or no longer, all goes on in memory, and the user is told once; as soon as it can be used
again, what was said is written there. Called by `store/database.py`.
"""

import logging
import queue
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from chatls.errors import ChatError, internal
from chatls.store.file import is_damage, open_file, open_in_memory
from chatls.store.job import Job
from chatls.store.opened import Opened
from chatls.store.writing_back import is_in_use, write_back

BUSY_TRIES = 15
"""So often a group is tried while another process holds the file; each takes up to `file.BUSY_SECONDS`."""
RETRY_SECONDS = 10.0
"""After so long without work it is looked whether a file can be used again."""
GROUP = 256
"""Jobs that are committed together at most."""
OF_THE_FILE = (sqlite3.DatabaseError, sqlite3.OperationalError)
"""Exactly these say that something is wrong with the file or the disk; their subclasses, that it is with the work."""

logger = logging.getLogger(__name__)


class Worker:
    """One file, its queue and its thread."""

    def __init__(
        self,
        jobs: "queue.SimpleQueue[Job[Any] | None]",
        path: Path | None,
        workspace: Sequence[str],
        tell: Callable[[str], object],
    ) -> None:
        self._jobs = jobs
        self._path = path
        self._workspace = workspace
        self._tell = tell
        self._closing = False

    def serve(self) -> None:
        """Do what comes, until the None that ends it."""
        opened = self._open() if self._is_there() else None
        while not self._closing:
            group = self._next(RETRY_SECONDS if self._is_away(opened) else None)
            if group:
                opened = self._carried_out(group, opened or self._open())
            if opened is not None and (self._closing or not group):
                opened = self._returned(opened)
        if opened is not None:
            opened.close()

    def _is_there(self) -> bool:
        try:
            return self._path is not None and self._path.exists()
        except OSError:
            return False

    def _is_away(self, opened: Opened | None) -> bool:
        """Whether memory stands for a file."""
        return opened is not None and opened.in_memory and self._path is not None

    def _next(self, seconds: float | None) -> Sequence[Job[Any]]:
        """A job and those that wait behind it; nothing when none came in that time, or will come any more."""
        group: list[Job[Any]] = []
        while not self._closing and len(group) < GROUP:
            try:
                job = self._jobs.get(block=not group, timeout=seconds)
            except queue.Empty:
                break
            if job is None:
                self._closing = True
            else:
                group.append(job)
        return group

    def _open(self, *, damaged: bool = False) -> Opened:
        if self._path is None:
            return open_in_memory(self._workspace)
        try:
            return open_file(self._path, self._workspace, self._tell, damaged=damaged)
        except Exception as error:  # noqa: BLE001 (border: whatever is wrong with the file, chat goes on)
            return self._in_memory(error)

    def _in_memory(self, error: Exception, source: Opened | None = None) -> Opened:
        logger.error("a file of sessions cannot be used: %s", type(error).__name__)
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        self._tell(f"conversations cannot be saved ({reason}). Until they can, they are in memory alone")
        return open_in_memory(self._workspace, source)

    def _returned(self, memory: Opened) -> Opened:
        """The file with all that was written to memory, if it can be used again; that waits for turns that run."""
        if self._path is None or not memory.in_memory or (is_in_use(memory) and not self._closing):
            return memory
        try:
            opened = open_file(self._path, self._workspace, self._tell)
        except (OSError, sqlite3.Error):
            return memory
        try:
            write_back(memory, opened)
        except sqlite3.Error:
            opened.close()
            return memory
        memory.close()
        self._tell("conversations are saved again, with what was said meanwhile")
        return opened

    def _carried_out(self, group: Sequence[Job[Any]], opened: Opened) -> Opened:
        """Do a group of jobs; returns what to go on with."""
        tries = 0
        while True:
            try:
                _commit(group, opened)
            except OF_THE_FILE as error:
                tries += 1
                # Whoever holds the file will let go of it: going on without it would split what is said in two.
                if not is_busy(error) or tries == BUSY_TRIES or self._closing:
                    opened = self._instead(opened, error)
                elif opened.connection.in_transaction:
                    opened.connection.execute("ROLLBACK")
            else:
                return opened

    def _instead(self, opened: Opened, error: sqlite3.Error) -> Opened:
        """What to use in the place of a file that failed."""
        if opened.connection.in_transaction:
            opened.connection.execute("ROLLBACK")
        if is_damage(error) and self._path is not None:
            opened.close()
            return self._open(damaged=True)
        memory = self._in_memory(error, opened)
        opened.connection.close()
        return memory


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds the file; SQLite's primary result codes (the lowest byte)."""
    code = getattr(error, "sqlite_errorcode", 0)  # only what SQLite itself raises has one
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _commit(group: Sequence[Job[Any]], opened: Opened) -> None:
    connection = opened.connection
    connection.execute("BEGIN IMMEDIATE" if any(job.writes for job in group) else "BEGIN")
    for job in group:
        _do(job, opened)
    connection.execute("COMMIT")
    for job in group:
        job.kept.set_result(None)


def _do(job: Job[Any], opened: Opened) -> None:
    """Do one job. What it raises is its own affair, and undoes what it wrote; but what is wrong with the file comes
    out of here."""
    connection = opened.connection
    connection.execute("SAVEPOINT job")
    try:
        job.succeed(job.work(opened))
    except ChatError as error:
        connection.execute("ROLLBACK TO job")
        job.fail(error)
    except Exception as error:  # (border: whatever is wrong with a job, the others are done)
        if type(error) in OF_THE_FILE and not opened.in_memory:
            raise
        connection.execute("ROLLBACK TO job")
        job.fail(internal(error))
    connection.execute("RELEASE job")
