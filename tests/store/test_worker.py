"""The thread's side: when the disk fails, all goes on in memory, and the user is told once."""

import sqlite3
from pathlib import Path

import pytest

from chatls.chat.sessions import Session
from chatls.store import file, worker
from tests.support.broken_disk import break_disk
from tests.support.sessions import WS, begun, contents, said, store, talk, the_file

FAULTS = {
    "disk full": "database or disk is full",
    "F64": "disk I/O error",
    "read-only": "attempt to write a readonly database",
}


@pytest.mark.parametrize("text", FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("at", ["COMMIT", "INSERT", "BEGIN IMMEDIATE"])
async def test_f64_a_disk_that_fails_is_told_once_and_nothing_is_lost_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, at: str
) -> None:
    disk = break_disk(monkeypatch)
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
        running = await begun(kept, session, "Two")
        await running.log.kept()
        monkeypatch.setattr(disk, "error", sqlite3.OperationalError(text))
        monkeypatch.setattr(disk, "at", at)
        running.log.append(said("Re: Two"))
        await running.log.kept()
        assert (await talk(kept, session, "Three")).turns == 3
        assert await contents(kept, session) == ["One", "Two", "Three"]
        running = await begun(kept, await kept.find(WS, session.session_id), "Four")
        assert [message.content for message in running.context][-2:] == ["Three", "Re: Three"]
        assert len((await kept.sessions(WS, "", None, 50))[0]) == 1
        (told,) = kept.told
        assert told == f"conversations cannot be saved ({text}). Until they can, they are in memory alone"
    monkeypatch.setattr(disk, "error", None)
    async with store(tmp_path) as kept:
        turns, _ = await kept.turns(session, None, 5)
        assert [(turn.message["content"], turn.state) for turn in turns] == [("One", "done"), ("Two", "cut")]


async def test_f65_a_file_that_another_process_holds_for_a_while_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "BUSY_SECONDS", 0.05)
    is_busy = worker.is_busy
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
        other = sqlite3.connect(the_file(tmp_path), isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")

        def letting_go(error: sqlite3.Error) -> bool:
            if other.in_transaction:
                other.execute("COMMIT")
            return is_busy(error)

        monkeypatch.setattr(worker, "is_busy", letting_go)
        assert (await talk(kept, session, "Two")).turns == 2
        other.close()
        assert kept.told == []
    async with store(tmp_path) as kept:
        assert await contents(kept, session) == ["One", "Two"]


async def test_f65_a_file_that_is_locked_for_too_long_is_left_alone_until_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(worker, "BUSY_TRIES", 2)
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
        other = sqlite3.connect(the_file(tmp_path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert (await talk(kept, session, "Two")).turns == 2
        (told,) = kept.told
        assert "database is locked" in told
        other.execute("COMMIT")
        other.close()
        assert (await talk(kept, session, "Three")).turns == 3
    async with store(tmp_path) as kept:
        assert await contents(kept, session) == ["One", "Two", "Three"]


async def test_f66_damage_that_shows_while_it_runs_costs_no_more_than_what_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = break_disk(monkeypatch)
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
        monkeypatch.setattr(disk, "error", sqlite3.DatabaseError("database disk image is malformed"))
        monkeypatch.setattr(disk, "times", 1)
        assert (await talk(kept, session, "Two")).turns == 2
        (told,) = kept.told
        assert "is damaged and was moved to" in told
        assert "1 could be read" in told
    async with store(tmp_path) as kept:
        assert await contents(kept, session) == ["One", "Two"]
    assert len(list((tmp_path / "sessions").glob("*.unreadable-????????"))) == 1
