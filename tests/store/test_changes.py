"""What is done to a session: one turn at a time, replaced, renamed, forked, deleted."""

from pathlib import Path

import pytest

from chatls.chat.events import Compacted, Start
from chatls.chat.sessions import Session
from chatls.errors import InvalidParams, NotFound, SessionBusy, SessionNotFound
from tests.support.sessions import WS, Kept, begun, contents, ids, said, store, talk, the_file


@pytest.fixture(params=["file", "memory"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "state" if request.param == "file" else None


async def listed(kept: Kept, query: str = "", cursor: str | None = None, limit: int = 50) -> list[str]:
    found, _ = await kept.sessions(WS, query, cursor, limit)
    return [session.title for session in found]


async def test_a_session_runs_one_turn_at_a_time(state: Path | None) -> None:
    async with store(state) as kept:
        session = Session(WS)
        running = await begun(kept, session)
        session = await kept.find(WS, session.session_id)
        assert session.busy
        for work in (begun(kept, session), kept.delete(session), begun(kept, session, "x", "y")):
            with pytest.raises(SessionBusy):
                await work
        running.log.append(said())
        assert (await talk(kept, session, "Two")).turns == 2


async def test_a_turn_that_ended_without_a_word_gives_its_session_back(state: Path | None) -> None:
    async with store(state) as kept:
        session = Session(WS)
        running = await begun(kept, session)
        running.release()
        found = await kept.find(WS, session.session_id)
        assert not found.busy
        assert [turn.state for turn in (await kept.turns(found, None, 5))[0]] == ["cut"]
        running = await begun(kept, found, "Two")
        running.log.append(said())
        running.release()
        assert [turn.state for turn in (await kept.turns(found, None, 5))[0]] == ["cut", "done"]


async def test_replacing_a_turn_drops_it_and_what_came_after(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS), "One", "Two", "Three")
        first, second, _ = await ids(kept, session)
        assert (await kept.asked(session, second)).goal == "Two"
        running = await begun(kept, session, "Zwei", second)
        assert [message.content for message in running.context] == ["One", "Re: One"]
        running.log.append(said())
        assert await contents(kept, session) == ["One", "Zwei"]
        for gone in (second, "nosuch"):
            with pytest.raises(InvalidParams, match="replaceTurnId"):
                await begun(kept, session, "x", gone)
            with pytest.raises(NotFound):
                await kept.asked(session, gone)
        (await begun(kept, session, "Eins", first)).release()
        assert (await kept.find(WS, session.session_id)).title == "Eins"


async def test_a_name_that_the_user_gave_stays(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS), "One")
        await kept.rename(session, "Mine")
        (await begun(kept, session, "Eins", (await ids(kept, session))[0])).release()
        assert await listed(kept) == ["Mine"]


async def test_a_fork_has_the_turns_up_to_its_own_and_goes_its_own_way(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS, guidance="Be brief."), "One", "Two", "Three")
        running = await begun(kept, session, "Four")
        turns = await ids(kept, session)
        with pytest.raises(SessionBusy):
            await kept.fork(session, turns[3])
        copy = await kept.find(WS, await kept.fork(session, turns[1]))
        assert await contents(kept, copy) == ["One", "Two"]
        assert (copy.title, copy.guidance, copy.busy, copy.model) == ("One", "Be brief.", False, "fake/model")
        assert not set(await ids(kept, copy)) & set(turns)
        turn = await kept.turn(copy, (await ids(kept, copy))[0])
        assert turn.journal.since()[0][1] == Start(copy.session_id, turn.turn_id, "chat", "fake/model")
        running.release()
        await kept.delete(session)
        assert (await talk(kept, copy, "Drei")).turns == 3
        with pytest.raises(NotFound):
            await kept.fork(copy, "nosuch")


async def test_a_deleted_session_is_gone_and_so_are_its_words(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "The s3cret word", "Two")
        other = await talk(kept, Session(WS), "Other")
        await kept.delete(session)
        for work in (kept.find(WS, session.session_id), kept.delete(session), begun(kept, session)):
            with pytest.raises(SessionNotFound):
                await work
        assert await contents(kept, other) == ["Other"]
    assert b"s3cret" not in the_file(tmp_path).read_bytes()


async def test_how_a_long_conversation_is_shown_goes_with_the_turn_that_made_it_so(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS), "One", "Two")
        running = await begun(kept, session, "Three")
        assert running.compacted == Compacted()
        running.log.append([Compacted(1, "First."), Compacted(1, "Better."), *said()])
        running = await begun(kept, session, "Four")
        assert running.compacted == Compacted(1, "Better.")
        assert [message.content for message in running.context] == ["", "Two", "Re: Two", "Three", "Hello"]
        running.release()
        running = await begun(kept, session, "Drei", (await ids(kept, session))[2])
        assert running.compacted == Compacted()
        running.release()


async def test_f65_a_session_that_is_held_runs_no_turn_and_one_that_runs_is_not_held(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS), "One")
        async with kept.held(session):
            assert (await kept.find(WS, session.session_id)).busy
            for work in (begun(kept, session), kept.delete(session), kept.held(session).__aenter__()):
                with pytest.raises(SessionBusy):
                    await work
        running = await begun(kept, session)
        with pytest.raises(SessionBusy):
            await kept.held(session).__aenter__()
        running.release()
        with pytest.raises(SessionNotFound):
            await kept.held(Session(WS)).__aenter__()


async def test_f65_what_another_process_holds_is_free_again_with_its_end(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS), "One")
        async with store(tmp_path) as other, other.held(session):
            with pytest.raises(SessionBusy):
                await begun(kept, session)
        (await begun(kept, session)).release()


async def test_turns_leave_the_conversation_once(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS), "One", "Two", "Three")
        _, second, third = await ids(kept, session)
        assert await kept.leave(session, second) == 2
        assert await contents(kept, session) == ["One"]
        await talk(kept, session, "Zwei")
        assert [await kept.leave(session, turn) for turn in (second, third)] == [0, 0]
        assert await contents(kept, session) == ["One", "Zwei"]
        with pytest.raises(NotFound):
            await kept.leave(session, "nosuch")
