"""The tables and the steps to them: once, whole, and never backwards."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.store import schema
from chatls.store.schema import APPLICATION_ID, migrate

WS = ("file:///b", "file:///a")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    found = sqlite3.connect(":memory:", isolation_level=None)
    yield found
    found.close()


def tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return sorted(name for (name,) in rows)


def number(connection: sqlite3.Connection, pragma: str) -> int:
    return connection.execute(f"PRAGMA {pragma}").fetchone()[0]


def test_an_empty_file_gets_all_tables_and_says_whose_it_is(connection: sqlite3.Connection) -> None:
    migrate(connection, WS)
    assert tables(connection) == ["changes", "commands", "contents", "events", "sessions", "turns", "workspace"]
    assert number(connection, "application_id") == APPLICATION_ID
    assert number(connection, "user_version") == len(schema.MIGRATIONS)
    assert connection.execute("SELECT folder FROM workspace").fetchall() == [("file:///a",), ("file:///b",)]
    migrate(connection, WS)
    assert len(connection.execute("SELECT folder FROM workspace").fetchall()) == 2


def test_f66_an_older_file_is_brought_up_to_date_and_keeps_what_it_has(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(connection, WS)
    connection.execute("INSERT INTO sessions VALUES ('s', 'Title', 0, 'now', 'now', 1, '', NULL)")
    more = ("ALTER TABLE sessions ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'", "CREATE TABLE more (x TEXT) STRICT")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, more))
    migrate(connection, WS)
    assert connection.execute("SELECT title, colour FROM sessions").fetchall() == [("Title", "red")]
    assert number(connection, "user_version") == len(schema.MIGRATIONS)


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    migrate(connection, WS)
    version = number(connection, "user_version")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE more (x TEXT)", "NONSENSE")))
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, WS)
    connection.close()
    connection = sqlite3.connect(tmp_path / "x.db")
    assert "more" not in tables(connection)
    assert number(connection, "user_version") == version
    connection.close()


def test_f66_a_newer_file_is_not_touched(connection: sqlite3.Connection) -> None:
    migrate(connection, WS)
    connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    with pytest.raises(OSError, match="newer version"):
        migrate(connection, WS)


def test_a_file_of_somebody_elses_is_not_touched(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE recipes (x TEXT)")
    with pytest.raises(sqlite3.DatabaseError, match="no file of chatls"):
        migrate(connection, WS)
    assert tables(connection) == ["recipes"]


def test_an_sqlite_that_is_too_old_is_named(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(OSError, match=r"older than 3\.37"):
        migrate(connection, WS)
