"""What is read again: sessions by their last use, turns from the newest back, each page where the one before ended."""

from contextlib import closing
from pathlib import Path

import pytest

from chatls.chat.sessions import Session
from chatls.errors import InvalidParams, NotFound, SessionNotFound
from chatls.store import queries
from chatls.store.file import open_file
from tests.support.sessions import WS, Kept, multiply_turns, store, talk


@pytest.fixture(params=["file", "memory"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "state" if request.param == "file" else None


async def listed(kept: Kept, query: str = "", cursor: str | None = None, limit: int = 50) -> list[str]:
    found, _ = await kept.sessions(WS, query, cursor, limit)
    return [session.title for session in found]


async def test_sessions_are_listed_by_their_last_use_page_by_page(state: Path | None) -> None:
    async with store(state) as kept:
        sessions = [await talk(kept, Session(WS), f"Session {number}") for number in range(5)]
        await talk(kept, sessions[1], "again")
        assert await listed(kept) == [f"Session {number}" for number in (1, 4, 3, 2, 0)]
        page, cursor = await kept.sessions(WS, "", None, 2)
        await talk(kept, sessions[0], "moves to the top meanwhile")
        rest, end = await kept.sessions(WS, "", cursor, 50)
        assert [session.title for session in (*page, *rest)] == [f"Session {number}" for number in (1, 4, 3, 2)]
        assert end is None


async def test_a_query_looks_into_titles_and_messages_whatever_the_case(state: Path | None) -> None:
    async with store(state) as kept:
        first = await talk(kept, Session(WS), "Parse TOML", "and the STRASSE?")
        await talk(kept, Session(WS), "Other \ud800")
        await kept.rename(first, "Renamed")
        for query, wanted in (
            ("toml", 1),
            ("straße", 1),
            ("RENAMED", 1),
            ("other", 1),
            ("%", 0),
            ("Re:", 0),
            ("\ud800", 1),
        ):
            assert len(await listed(kept, query)) == wanted, query


async def test_a_cursor_that_no_page_gave_is_refused() -> None:
    async with store(None) as kept:
        for cursor in ("nosuch", "", "²", "-1", "9" * 30):
            with pytest.raises(InvalidParams, match="cursor"):
                await kept.sessions(WS, "", cursor, 5)


async def test_a_session_belongs_to_the_set_of_folders_it_began_in(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS), "One")
        with pytest.raises(SessionNotFound):
            await kept.find(WS[:1], session.session_id)
        assert await kept.sessions(WS[:1], "", None, 5) == ([], None)


async def test_turns_are_read_from_the_newest_back(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS), *map(str, range(5)))
        page, more = await kept.turns(session, None, 2)
        assert ([turn.message["content"] for turn in page], more) == (["3", "4"], True)
        page, more = await kept.turns(session, page[0].turn_id, 3)
        assert ([turn.message["content"] for turn in page], more) == (["0", "1", "2"], False)
        with pytest.raises(InvalidParams, match="before"):
            await kept.turns(session, "nosuch", 2)
        with pytest.raises(NotFound, match="nosuch"):
            await kept.turn(session, "nosuch")


async def test_f73_the_last_page_of_a_very_long_session_takes_no_more_than_that_of_a_short_one(tmp_path: Path) -> None:
    assert await steps_of_a_page(tmp_path / "long", 10_000) == await steps_of_a_page(tmp_path / "short", 100)


async def steps_of_a_page(state: Path, count: int) -> int:
    """What SQLite does, in hundreds of its instructions, to read the last 50 turns of so many."""
    async with store(state) as kept:
        session = await talk(kept, Session(WS), "Hi")
    multiply_turns(state, count)
    (path,) = (state / "sessions").glob("*.db")
    steps: list[None] = []
    with closing(open_file(path, WS, pytest.fail)) as opened:
        opened.connection.set_progress_handler(lambda: steps.append(None), 100)
        found, more = queries.turns(opened, session.session_id, None, 50)
    assert (len(found), more) == (50, True)
    return len(steps)
