"""The ports `SessionStore` and `ChangeLog`: the sessions of each set of workspace folders in a file of their own, in
the user's state folder, and what their turns do to files.

Says what is to be done, and in which order it must last; the SQL is in `store/queries.py` and `store/changes.py`.
Built by `rooms.py`.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from chatls.chat.events import Compacted, LogEvent
from chatls.chat.journal import Journal
from chatls.chat.keeping import RunningTurn
from chatls.chat.messages import Message
from chatls.chat.sessions import Asked, NewTurn, Session, TurnRecord
from chatls.chat.undo import FileChange, TurnChanges
from chatls.store import changes, images, queries
from chatls.store.database import Database
from chatls.store.job import Job
from chatls.store.private import name_of

JOURNALS = 16
"""Turns whose events keep the numbers they had on the stream, as long as the process lives."""


class Conversations:
    """Sessions below `state`, the folder of what chatls writes for itself; None keeps them in memory.

    `tell` is told, once, when they cannot be saved.
    """

    def __init__(self, state: Path | None, tell: Callable[[str], object]) -> None:
        self._folder = None if state is None else state / "sessions"
        loop = asyncio.get_running_loop()
        self._tell = partial(loop.call_soon_threadsafe, tell)
        self._databases: dict[tuple[str, ...], Database] = {}
        self._journals: OrderedDict[str, Journal] = OrderedDict()
        self._running: dict[str, Database] = {}
        """Where the turns that run here are kept."""

    def prepare(self, workspace: tuple[str, ...]) -> None:
        """Get ready what the first request would have to wait for."""
        self._of(workspace)

    async def find(self, workspace: tuple[str, ...], session_id: str) -> Session:
        return await self._of(workspace).read(partial(queries.session, workspace=workspace, session_id=session_id))

    async def sessions(
        self, workspace: tuple[str, ...], query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Session], str | None]:
        work = partial(queries.sessions, workspace=workspace, query=query, cursor=cursor, limit=limit)
        return await self._of(workspace).read(work)

    async def turns(self, session: Session, before: str | None, limit: int) -> tuple[Sequence[TurnRecord], bool]:
        work = partial(queries.turns, session_id=session.session_id, before=before, limit=limit)
        found, more = await self._of(session.workspace).read(work)
        return [self._numbered(turn) for turn in found], more

    async def turn(self, session: Session, turn_id: str) -> TurnRecord:
        work = partial(queries.turn, session_id=session.session_id, turn_id=turn_id)
        return self._numbered(await self._of(session.workspace).read(work))

    async def asked(self, session: Session, turn_id: str) -> Asked:
        work = partial(queries.asked, session_id=session.session_id, turn_id=turn_id)
        return await self._of(session.workspace).read(work)

    async def conversation(self, session: Session) -> tuple[Sequence[Message], Compacted]:
        work = partial(queries.said, session_id=session.session_id)
        return await self._of(session.workspace).read(work)

    async def begin(self, session: Session, turn: NewTurn, replaced: str | None = None) -> RunningTurn:
        database = self._of(session.workspace)
        if not session.kept:
            database.post(partial(changes.add_session, session=session))
        begun = database.post(
            partial(changes.begin, session_id=session.session_id, turn=turn, replaced=replaced),
        )
        # Nothing was said in a new session: its first turn need not wait for that to be read.
        context, compacted = await database.done(begun) if session.kept else ([], Compacted())
        log = _Log(database, turn.turn_id, begun)
        self._running[turn.turn_id] = database

        def release() -> None:
            self._running.pop(turn.turn_id, None)
            log.release()

        return RunningTurn(context, compacted, self._journal(turn.turn_id), log, release)

    @asynccontextmanager
    async def held(self, session: Session) -> AsyncGenerator[None]:
        database = self._of(session.workspace)
        await database.run(partial(changes.hold, session_id=session.session_id))
        try:
            yield
        finally:
            database.post(partial(changes.let_go, session_id=session.session_id))

    async def leave(self, session: Session, turn_id: str) -> int:
        work = partial(changes.leave, session_id=session.session_id, turn_id=turn_id)
        return await self._of(session.workspace).run(work)

    async def changes(self, session: Session, turn_id: str) -> TurnChanges:
        work = partial(images.changes, session_id=session.session_id, turn_id=turn_id)
        return await self._of(session.workspace).read(work)

    async def content(self, session: Session, digest: str) -> bytes | None:
        return await self._of(session.workspace).read(partial(images.content, digest=digest))

    def follows(self, scope: str) -> bool:
        return scope in self._running

    async def record(self, scope: str, changes: Sequence[FileChange]) -> None:
        if scope in self._running:
            await self._running[scope].run(partial(images.record, turn_id=scope, changes=changes))

    async def record_command(self, scope: str) -> None:
        if scope in self._running:
            await self._running[scope].run(partial(images.record_command, turn_id=scope))

    async def rename(self, session: Session, title: str) -> None:
        await self._of(session.workspace).run(partial(changes.rename, session_id=session.session_id, title=title))

    async def entitle(self, session: Session, title: str) -> None:
        await self._of(session.workspace).run(partial(changes.entitle, session_id=session.session_id, title=title))

    async def delete(self, session: Session) -> None:
        await self._of(session.workspace).run(partial(changes.delete, session_id=session.session_id))

    async def fork(self, session: Session, turn_id: str) -> str:
        work = partial(changes.fork, session_id=session.session_id, turn_id=turn_id)
        return await self._of(session.workspace).run(work)

    def close(self, seconds: float) -> None:
        """Write all that was handed in, for that long at most, and close the files. Blocks: the last thing to do."""
        for database in self._databases.values():
            database.close(seconds)

    def _of(self, workspace: tuple[str, ...]) -> Database:
        database = self._databases.get(workspace)
        if database is None:
            path = None if self._folder is None else self._folder / f"{name_of(workspace)}.db"
            database = self._databases[workspace] = Database(path, workspace, self._tell)
        return database

    def _journal(self, turn_id: str) -> Journal:
        journal = self._journals[turn_id] = Journal()
        if len(self._journals) > JOURNALS:
            self._journals.popitem(last=False)
        return journal

    def _numbered(self, turn: TurnRecord) -> TurnRecord:
        """The turn with its events as they went out here, where that is still known."""
        journal = self._journals.get(turn.turn_id)
        return turn if journal is None else replace(turn, journal=journal, numbered=True)


class _Log:
    """The port `TurnLog`."""

    def __init__(self, database: Database, turn_id: str, begun: Job[Any]) -> None:
        self._database = database
        self._turn_id = turn_id
        self._begun: Job[Any] = begun
        self._last: Job[Any] = begun

    def append(self, events: list[LogEvent]) -> None:
        self._last = self._database.post(partial(changes.append, turn_id=self._turn_id, events=events))

    async def begun(self) -> None:
        await self._database.kept(self._begun)

    async def kept(self) -> None:
        await self._database.kept(self._last)

    def release(self) -> None:
        """Give the session back, if the turn's last event has not done so."""
        self._database.post(partial(changes.release, turn_id=self._turn_id))
