"""Opening a file of sessions: where it may not be, and what is wrong with it, is said; nothing is overwritten."""

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chatls.chat.sessions import Session
from chatls.store.file import is_damage, open_file, open_in_memory
from chatls.store.opened import Opened
from chatls.store.private import name_of
from chatls.store.schema import MIGRATIONS
from tests.support.sessions import WS, contents, store, talk, the_file


def database(state: Path) -> Path:
    return state / "sessions" / f"{name_of(WS)}.db"


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()


def linked(path: Path) -> None:
    elsewhere = path.with_name("elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def shared(path: Path) -> None:
    path.chmod(0o666)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [(newer, "newer version"), (linked, "."), (a_folder, "."), (shared, "everybody can write")],
    ids=["F66 newer", "a link", "a folder", "written to by everybody"],
)
async def test_f66_a_file_that_may_not_be_used_is_left_alone_and_chat_goes_on_in_memory(
    tmp_path: Path, spoil: Callable[[Path], None], why: str
) -> None:
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
    spoil(database(tmp_path))
    before = database(tmp_path).read_bytes() if database(tmp_path).is_file() else b""
    async with store(tmp_path) as kept:
        assert (await talk(kept, Session(WS), "Two")).turns == 1
        assert await kept.sessions(WS, "One", None, 5) == ([], None)
        (told,) = kept.told
        assert why in told
        assert session.session_id not in told
    assert (database(tmp_path).read_bytes() if database(tmp_path).is_file() else b"") == before
    assert not list((tmp_path / "sessions").glob("*.unreadable*"))


async def test_f66_a_state_folder_that_is_a_file_is_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("mine")
    async with store(tmp_path) as kept:
        assert (await talk(kept, Session(WS), "One")).turns == 1
        assert len(kept.told) == 1
    assert (tmp_path / "sessions").read_text() == "mine"


async def test_a_state_folder_in_the_workspace_is_not_used(tmp_path: Path) -> None:
    async with store(tmp_path / "state") as kept:
        session = Session((tmp_path.as_uri(),))
        running = await talk(kept, session, "One")
        assert running.turns == 1
        (told,) = kept.told
        assert "lies in the workspace" in told
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\0" + b"\xff" * 4096])
async def test_f66_a_file_without_a_database_in_it_is_moved_aside_unless_it_is_empty(
    tmp_path: Path, content: bytes
) -> None:
    path = database(tmp_path)
    path.parent.mkdir()
    path.write_bytes(content)
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
        assert len(kept.told) == bool(content)
    aside = list(path.parent.glob("*.unreadable-????????"))
    assert [found.read_bytes() for found in aside] == ([content] if content else [])
    async with store(tmp_path) as kept:
        assert await contents(kept, session) == ["One"]


async def test_a_database_of_somebody_elses_is_moved_aside_whole(tmp_path: Path) -> None:
    database(tmp_path).parent.mkdir()
    connection = sqlite3.connect(database(tmp_path))
    connection.execute("CREATE TABLE recipes (x TEXT)")
    connection.close()
    async with store(tmp_path) as kept:
        await talk(kept, Session(WS), "One")
    (aside,) = (tmp_path / "sessions").glob("*.unreadable-????????")
    connection = sqlite3.connect(aside)
    assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("recipes",)]
    connection.close()


def test_f66_a_file_that_is_open_elsewhere_is_opened_too(tmp_path: Path) -> None:
    opened = [open_file(database(tmp_path), WS, pytest.fail) for _ in range(3)]
    assert len({found.owner.name for found in opened}) == 3
    for found in opened:
        found.close()
    assert sorted(path.suffix for path in (tmp_path / "sessions").iterdir()) == [".db", ".lock"]


OPENS = """
import asyncio, sys
from pathlib import Path
from chatls.chat.sessions import Session
from tests.support.sessions import WS, store, talk
async def main():
    async with store(Path(sys.argv[1])) as kept:
        for number in range(5):
            await talk(kept, Session(WS), "Hi", "again")
        assert kept.told == [], kept.told
asyncio.run(main())
"""


async def test_f65_processes_that_make_a_file_at_the_same_time_lose_nothing_of_each_other(tmp_path: Path) -> None:
    command = (sys.executable, "-c", OPENS, str(tmp_path))
    processes = [await asyncio.create_subprocess_exec(*command) for _ in range(4)]
    async with asyncio.timeout(20):
        assert [await process.wait() for process in processes] == [0] * 4
    async with store(tmp_path) as kept:
        sessions, _ = await kept.sessions(WS, "", None, 100)
        assert [session.turns for session in sessions] == [2] * 20


def test_what_is_committed_outlasts_a_loss_of_power(tmp_path: Path) -> None:
    opened = open_file(database(tmp_path), WS, pytest.fail)
    values = {
        name: opened.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    }
    assert values == {"journal_mode": "wal", "synchronous": 2}
    opened.close()


def test_memory_takes_over_what_a_file_had(tmp_path: Path) -> None:
    opened = open_file(database(tmp_path), WS, pytest.fail)
    memory = open_in_memory(WS, opened)
    assert memory.in_memory
    assert memory.owner is opened.owner
    assert folders(memory) == sorted(WS)
    memory.connection.close()
    opened.close()


def folders(opened: Opened) -> list[str]:
    return [folder for (folder,) in opened.connection.execute("SELECT folder FROM workspace")]


def test_only_what_says_so_is_damage() -> None:
    assert is_damage(sqlite3.DatabaseError("malformed"))
    assert not is_damage(sqlite3.OperationalError("disk full"))


async def test_a_new_file_is_made_only_when_something_is_to_be_kept(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        kept.prepare(WS)
    assert not (tmp_path / "sessions").exists()
    async with store(tmp_path) as kept:
        await talk(kept, Session(WS), "One")
    assert the_file(tmp_path).exists()
