"""The event loop's side: work in order, its value before it is kept, and nothing that waits for the disk unasked."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from chatls.errors import ChatError, NotFound
from chatls.store.database import Database
from chatls.store.opened import Opened

WS = ("file:///ws",)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    found = Database(tmp_path / "sessions" / "x.db", WS, pytest.fail)
    yield found
    found.close(5)


def insert(folder: str) -> Callable[[Opened], None]:
    def work(opened: Opened) -> None:
        opened.connection.execute("INSERT INTO workspace VALUES (?)", (folder,))

    return work


def folders(opened: Opened) -> list[str]:
    return [folder for (folder,) in opened.connection.execute("SELECT folder FROM workspace ORDER BY rowid")][1:]


def refuse(opened: Opened) -> None:
    insert("not kept")(opened)
    raise NotFound("No.")


def nonsense(opened: Opened) -> None:
    opened.connection.execute("INSERT INTO workspace VALUES (NULL)")


def no_number(_: Opened) -> None:
    raise ZeroDivisionError


async def test_work_is_done_in_the_order_in_which_it_came(database: Database) -> None:
    for number in range(100):
        database.post(insert(str(number)))
    assert await database.read(folders) == [str(number) for number in range(100)]


async def test_what_raises_is_told_to_its_own_caller_and_undone_alone(database: Database) -> None:
    database.post(insert("a"))
    refused = database.post(refuse)
    broken = database.post(nonsense)
    odd = database.post(no_number)
    database.post(insert("b"))
    assert await database.read(folders) == ["a", "b"]
    with pytest.raises(NotFound):
        await database.done(refused)
    for job in (broken, odd):
        with pytest.raises(ChatError, match="Something went wrong"):
            await database.done(job)
        await database.kept(job)


async def test_a_value_is_there_before_it_is_kept_and_another_process_sees_it_after(
    database: Database, tmp_path: Path
) -> None:
    job = database.post(insert("a"))
    other = Database(tmp_path / "sessions" / "x.db", WS, pytest.fail)
    await database.done(job)
    await database.kept(job)
    assert await other.read(folders) == ["a"]
    other.close(5)


async def test_work_that_nobody_waits_for_is_done_all_the_same(database: Database) -> None:
    done = threading.Event()
    database.post(lambda _: done.set())
    assert await asyncio.to_thread(done.wait, 5)


async def test_a_caller_that_is_cancelled_leaves_the_others_alone(database: Database) -> None:
    go_on = threading.Event()
    database.post(lambda _: go_on.wait(5))
    waiting = [asyncio.create_task(database.run(insert(name))) for name in "ab"]
    await asyncio.sleep(0)
    waiting[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    go_on.set()
    await waiting[1]
    assert await database.read(folders) == ["a", "b"]


async def test_closing_writes_what_waits(tmp_path: Path) -> None:
    path = tmp_path / "sessions" / "x.db"
    for name in "ab":
        database = Database(path, WS, pytest.fail)
        database.post(insert(name))
        database.close(5)
    database = Database(path, WS, pytest.fail)
    assert await database.read(folders) == ["a", "b"]
    database.close(5)
