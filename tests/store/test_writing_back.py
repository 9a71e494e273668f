"""A disk that works again: what was said meanwhile is written to the file, and nothing else of it is touched."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from chatls.chat.sessions import Session
from chatls.chat.undo import FileChange, digest_of
from chatls.store import worker
from tests.support.broken_disk import Broken, break_disk
from tests.support.sessions import WS, Kept, begun, contents, ids, said, store, talk, the_file

FULL = sqlite3.OperationalError("database or disk is full")
AGAIN = "conversations are saved again, with what was said meanwhile"
TEXT = b"as it was"
EDIT = FileChange("file:///a/x", digest_of(TEXT), "after", 0o644, 0, TEXT)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> type[Broken]:
    monkeypatch.setattr(worker, "RETRY_SECONDS", 0.02)
    return break_disk(monkeypatch)


async def told(kept: Kept, last: str) -> None:
    async with asyncio.timeout(10):
        while kept.told[-1:] != [last]:  # noqa: ASYNC110 (the store tells a list)
            await asyncio.sleep(0.01)


def turns_in(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        (count,) = connection.execute("SELECT count(*) FROM turns").fetchone()
    return int(count)


async def test_what_was_said_while_the_disk_was_full_is_in_the_file_when_it_is_not(
    tmp_path: Path, disk: type[Broken]
) -> None:
    async with store(tmp_path) as kept:
        old = await talk(kept, Session(WS), "One")
        disk.error = FULL
        old = await talk(kept, old, "Two")
        new = await talk(kept, Session(WS), "Elsewhere")
        await kept.rename(new, "Named")
        assert turns_in(the_file(tmp_path)) == 1
        disk.error = None
        await told(kept, AGAIN)
        assert turns_in(the_file(tmp_path)) == 3
        assert len(kept.told) == 2
        await talk(kept, old, "Three")
    async with store(tmp_path) as kept:
        assert await contents(kept, old) == ["One", "Two", "Three"]
        listed, _ = await kept.sessions(WS, "", None, 9)
        assert [session.title for session in listed] == ["One", "Named"]


async def test_it_also_is_where_the_file_could_not_even_be_opened(tmp_path: Path, disk: type[Broken]) -> None:
    disk.error, disk.at = FULL, "BEGIN IMMEDIATE"
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
        disk.error = None
        await told(kept, AGAIN)
    async with store(tmp_path) as kept:
        assert await contents(kept, session) == ["One"]


async def test_a_turn_that_runs_is_waited_for(tmp_path: Path, disk: type[Broken]) -> None:
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
        disk.error = FULL
        running = await begun(kept, session, "Two")
        await running.log.begun()
        disk.error = None
        await asyncio.sleep(5 * worker.RETRY_SECONDS)
        assert AGAIN not in kept.told
        running.log.append(said("Re: Two"))
        await told(kept, AGAIN)
    async with store(tmp_path) as kept:
        turns, _ = await kept.turns(session, None, 9)
        assert [turn.state for turn in turns] == ["done", "done"]


async def test_at_the_end_it_is_tried_a_last_time_and_a_turn_that_runs_is_cut(
    tmp_path: Path, disk: type[Broken], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "RETRY_SECONDS", 100)
    async with store(tmp_path) as kept:
        disk.error = FULL
        session = await talk(kept, Session(WS), "One")
        running = await begun(kept, session, "Two")
        await running.log.begun()
        disk.error = None
    async with store(tmp_path) as kept:
        turns, _ = await kept.turns(session, None, 9)
        assert [(turn.message["content"], turn.state) for turn in turns] == [("One", "done"), ("Two", "cut")]


async def test_what_another_process_does_meanwhile_stays(tmp_path: Path, disk: type[Broken]) -> None:
    async with store(tmp_path) as kept, store(tmp_path) as other:
        ours = await talk(kept, Session(WS), "Ours")
        theirs = await talk(kept, Session(WS), "Theirs")
        gone = await talk(kept, Session(WS), "Gone")
        disk.error, disk.times = FULL, 1
        ours = await talk(kept, ours, "Ours too")
        await kept.delete(gone)
        await talk(other, theirs, "Theirs too")
        await told(kept, AGAIN)
        assert await contents(other, ours) == ["Ours", "Ours too"]
        assert await contents(kept, theirs) == ["Theirs", "Theirs too"]
        assert len((await other.sessions(WS, "", None, 9))[0]) == 2


async def test_what_turns_did_to_files_can_still_be_undone(tmp_path: Path, disk: type[Broken]) -> None:
    async with store(tmp_path) as kept:
        disk.error = FULL
        session = Session(WS)
        running = await begun(kept, session)
        await kept.record(kept.running[-1], [EDIT])
        await kept.record_command(kept.running[-1])
        running.log.append(said())
        disk.error = None
        await told(kept, AGAIN)
        found = await kept.changes(session, (await ids(kept, session))[0])
        assert ([change.uri for change in found.changes], found.commands) == ([EDIT.uri], True)
        assert await kept.content(session, digest_of(TEXT)) == TEXT
