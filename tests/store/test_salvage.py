"""A damaged file costs what is damaged in it, whichever page that is."""

import asyncio
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from chatls.chat.sessions import Session
from chatls.errors import SessionNotFound
from tests.support.sessions import WS, contents, store, talk, the_file

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Session]]:
    """A file with some sessions, each of several pages."""
    state = tmp_path_factory.mktemp("whole")

    async def fill() -> list[Session]:
        async with store(state) as kept:
            return [await talk(kept, Session(WS), *(f"{n} " + "x" * 1500 for _ in range(4))) for n in range(4)]

    return state, asyncio.run(fill())


async def read_all(state: Path, sessions: list[Session]) -> tuple[int, list[str]]:
    """How many of the sessions can be read and go on, and what was told."""
    readable = 0
    async with store(state) as kept:
        for session in sessions:
            with suppress(SessionNotFound):
                await talk(kept, await kept.find(WS, session.session_id), "Go on")
                assert "Go on" in await contents(kept, session)
                readable += 1
        assert len((await kept.sessions(WS, "", None, 50))[0]) == readable
        return readable, kept.told


async def test_f66_whichever_page_is_flipped_no_crash_and_other_sessions_load(
    tmp_path: Path, whole: tuple[Path, list[Session]]
) -> None:
    source, sessions = whole
    content = the_file(source).read_bytes()
    lost: list[int] = []
    for start in range(0, len(content), PAGE):
        state = tmp_path / str(start)
        shutil.copytree(source, state)
        flipped = bytes(byte ^ 0xFF for byte in content[start : start + PAGE])
        the_file(state).write_bytes(content[:start] + flipped + content[start + PAGE :])
        readable, told = await read_all(state, sessions)
        assert readable == len(sessions) or told
        assert len(told) <= 1
        lost.append(len(sessions) - readable)
    assert len(lost) > 12
    # A page of the schema costs all, one of the table of sessions those in it; any other page costs no session.
    assert lost.count(0) >= len(lost) - 3


@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
async def test_f66_what_is_before_the_end_of_a_truncated_file_can_be_told_from_what_is_not(
    tmp_path: Path, whole: tuple[Path, list[Session]], share: float
) -> None:
    source, sessions = whole
    state = tmp_path / "state"
    shutil.copytree(source, state)
    content = the_file(state).read_bytes()
    the_file(state).write_bytes(content[: int(len(content) * share)])
    _, told = await read_all(state, sessions)
    assert len(told) == 1
    (aside,) = (state / "sessions").glob("*.unreadable-????????")
    assert aside.stat().st_size == int(len(content) * share)
    with closing(sqlite3.connect(the_file(state))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
