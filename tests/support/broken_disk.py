"""A disk on which writing goes wrong: SQLite meets what the system would tell it."""

import sqlite3
from typing import Any

import pytest


class Broken(sqlite3.Connection):
    """A connection to a file that fails as long as `error` is set: at statements that begin so, so many times."""

    error: sqlite3.Error | None = None
    at = "COMMIT"
    times = 1_000_000

    def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:  # pyright: ignore[reportIncompatibleMethodOverride]
        if Broken.error is not None and Broken.times > 0 and sql.startswith(Broken.at):
            Broken.times -= 1
            raise Broken.error
        return super().execute(sql, *arguments)


def break_disk(monkeypatch: pytest.MonkeyPatch) -> type[Broken]:
    """Have files opened from now on fail as the class says; what is in memory does not."""
    connect = sqlite3.connect

    def broken(path: Any, **how: Any) -> sqlite3.Connection:
        return connect(path, **how) if path == ":memory:" else connect(path, factory=Broken, **how)

    monkeypatch.setattr(sqlite3, "connect", broken)
    monkeypatch.setattr(Broken, "error", None)
    monkeypatch.setattr(Broken, "at", "COMMIT")
    monkeypatch.setattr(Broken, "times", 1_000_000)
    return Broken
