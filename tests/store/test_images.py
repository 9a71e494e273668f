"""What files were before turns changed them: kept once, as long as a turn needs it, and never too much of it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chatls.chat.sessions import Session
from chatls.chat.undo import FileChange, TurnChanges, digest_of
from chatls.errors import NotFound
from chatls.store import images, schema
from chatls.store.opened import Opened
from chatls.store.owners import Owner
from chatls.store.salvage import take_over
from tests.support.broken_disk import break_disk
from tests.support.sessions import WS, Kept, begun, contents, ids, said, store, talk, the_file

TEXT = b"some text, again and again\n" * 50
DIGEST = digest_of(TEXT)
EDIT = FileChange("file:///a/x", DIGEST, "after", 0o644, 0, TEXT)
AS_READ = FileChange("file:///a/x", DIGEST, "after", 0o644)


@pytest.fixture(params=["file", "memory"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "state" if request.param == "file" else None


async def changed(kept: Kept, session: Session, *changes: FileChange, command: bool = False) -> tuple[Session, str]:
    """A turn that did this, over; and its id."""
    running = await begun(kept, session)
    turn_id = kept.running[-1]
    await kept.record(turn_id, changes)
    if command:
        await kept.record_command(turn_id)
    running.log.append(said())
    running.release()
    return await kept.find(session.workspace, session.session_id), turn_id


def sizes(state: Path) -> list[int]:
    """How many bytes each content takes on the disk."""
    with closing(sqlite3.connect(the_file(state))) as connection:
        return [size for (size,) in connection.execute("SELECT size FROM contents ORDER BY rowid")]


async def test_what_a_turn_did_is_read_again_as_it_was_written_down(state: Path | None) -> None:
    async with store(state) as kept:
        made = FileChange("file:///a/new", None, "x", folders=2)
        session, turn = await changed(kept, Session(WS), EDIT, made, command=True)
        assert await kept.changes(session, turn) == TurnChanges([AS_READ, made], commands=True)
        assert await kept.content(session, DIGEST) == TEXT
        assert await kept.content(session, "nosuch") is None
        with pytest.raises(NotFound):
            await kept.changes(session, "nosuch")


async def test_a_turn_that_changed_nothing_says_so(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS), "One")
        assert await kept.changes(session, (await ids(kept, session))[0]) == TurnChanges([], commands=False)


async def test_only_turns_that_run_here_are_followed(state: Path | None) -> None:
    async with store(state) as kept:
        running = await begun(kept, Session(WS))
        turn_id = kept.running[-1]
        assert kept.follows(turn_id)
        assert not kept.follows("call-1")
        await kept.record("call-1", [EDIT])
        await kept.record_command("call-1")
        running.release()
        assert not kept.follows(turn_id)


async def test_it_is_there_after_a_restart_also_of_a_turn_that_left_the_conversation(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        session, turn = await changed(kept, Session(WS), EDIT)
        (await begun(kept, session, "Again", turn)).release()
    async with store(tmp_path) as kept:
        session = await kept.find(WS, session.session_id)
        assert (await kept.changes(session, turn)).changes == [AS_READ]
        assert await kept.content(session, DIGEST) == TEXT


async def test_a_content_is_kept_once_and_packed_where_that_pays(tmp_path: Path) -> None:
    noise = os.urandom(4096)
    async with store(tmp_path) as kept:
        session, _ = await changed(kept, Session(WS), EDIT, FileChange("file:///a/y", DIGEST, "y", content=TEXT))
        await changed(kept, session, EDIT, FileChange("file:///a/z", digest_of(noise), None, content=noise))
        assert await kept.content(session, digest_of(noise)) == noise
    first, second = sizes(tmp_path)
    assert first < len(TEXT) / 10
    assert second == len(noise)


async def test_a_fork_knows_the_same_and_keeps_it_when_the_other_is_deleted(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        session, turn = await changed(kept, Session(WS), EDIT, command=True)
        fork = await kept.find(WS, await kept.fork(session, turn))
        (copy,) = await ids(kept, fork)
        await kept.delete(session)
        assert await kept.changes(fork, copy) == TurnChanges([AS_READ], commands=True)
        assert await kept.content(fork, DIGEST) == TEXT
        await kept.delete(fork)
    assert sizes(tmp_path) == []
    assert b"some text" not in the_file(tmp_path).read_bytes()


async def test_above_its_bound_goes_what_was_needed_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 2500)
    old, middle, new = (os.urandom(1000) for _ in range(3))
    async with store(tmp_path) as kept:
        session = Session(WS)
        for data in (old, middle, old, new):
            change = FileChange("file:///a/x", digest_of(data), None, content=data)
            session, _ = await changed(kept, session, change)
        found = [await kept.content(session, digest_of(data)) for data in (old, middle, new)]
        assert found == [old, None, new]


async def test_a_content_that_is_damaged_is_none(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        session, _ = await changed(kept, Session(WS), EDIT)
    with closing(sqlite3.connect(the_file(tmp_path))) as connection, connection:
        connection.execute("UPDATE contents SET body = ?", (b"nonsense",))
    async with store(tmp_path) as kept:
        assert await kept.content(session, DIGEST) is None


async def test_f66_a_file_of_the_first_version_keeps_all_and_takes_what_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        async with store(tmp_path) as kept:
            session = await talk(kept, Session(WS), "One", "Two")
    async with store(tmp_path) as kept:
        session = await kept.find(WS, session.session_id)
        assert await contents(kept, session) == ["One", "Two"]
        old = (await ids(kept, session))[0]
        assert await kept.changes(session, old) == TurnChanges([], commands=False)
        session, turn = await changed(kept, session, EDIT)
        assert (await kept.changes(session, turn)).changes == [AS_READ]
        assert kept.told == []


@pytest.mark.parametrize("version", [1, 2])
async def test_f66_what_is_saved_of_a_damaged_file_can_still_be_undone(
    tmp_path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:version])
        async with store(tmp_path) as kept:
            session = await talk(kept, Session(WS), "One")
            if version > 1:
                session, _ = await changed(kept, session, EDIT, command=True)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as saved:
        schema.migrate(saved, WS)
        assert take_over(saved, the_file(tmp_path)) == 1
        turns = saved.execute("SELECT number FROM turns ORDER BY number").fetchall()
        opened = Opened(saved, Owner(None), in_memory=True)
        found = images.content(opened, DIGEST), saved.execute("SELECT turn FROM commands").fetchall()
        assert found == ((None, []) if version == 1 else (TEXT, turns[-1:]))
        assert len(turns) == version


async def test_f64_where_the_disk_fails_it_is_told_and_what_is_in_memory_can_be_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = break_disk(monkeypatch)
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
        disk.error = sqlite3.OperationalError("disk I/O error")
        session, turn = await changed(kept, session, EDIT)
        assert (await kept.changes(session, turn)).changes == [AS_READ]
        assert await kept.content(session, DIGEST) == TEXT
        assert len(kept.told) == 1
