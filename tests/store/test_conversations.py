"""Sessions that last: what is kept is there again in the next process, and only where it belongs."""

import asyncio
from pathlib import Path

import pytest

from chatls.chat.events import Fault, Start, Token, ToolCallEvent, ToolResultEvent
from chatls.chat.messages import Message
from chatls.chat.sessions import Session
from chatls.errors import SessionBusy
from tests.support.sessions import WS, begun, called, ids, said, store, talk, the_file


@pytest.fixture(params=["file", "memory"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "state" if request.param == "file" else None


# -- in the next process -------------------------------------------------------------------------------------------


async def test_a_session_is_there_again_after_a_restart_and_goes_on(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        session = await talk(kept, Session(WS, guidance="Be brief."), "One", "Two")
    async with store(tmp_path) as kept:
        assert await kept.find(WS, session.session_id) == session
        assert (session.title, session.turns, session.model, session.guidance) == ("One", 2, "fake/model", "Be brief.")
        running = await begun(kept, session, "Three")
        assert running.context == [
            *(Message("user", "One"), Message("assistant", "Re: One")),
            *(Message("user", "Two"), Message("assistant", "Re: Two")),
        ]
        running.release()
        assert kept.told == []


async def test_after_a_restart_a_turn_is_read_whole_under_new_numbers(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        session = Session(WS)
        running = await begun(kept, session)
        running.log.append([Start("s", "t", "chat", "m"), Token("Hel"), Token("lo"), *called(), *said(" you")[1:]])
        await running.log.kept()
        (turn_id,) = await ids(kept, session)
        assert (await kept.turn(session, turn_id)).numbered
    async with store(tmp_path) as kept:
        turn = await kept.turn(session, turn_id)
        assert not turn.numbered
        events = turn.journal.since()
        assert [event.type for _, event in events] == ["start", "token", "tool_call", "tool_result", "token", "done"]
        assert events[0][1] == Start(session.session_id, turn_id, "chat", "m")
        assert events[1] == (2, Token("Hello"))
        assert turn.journal.text() == "Hello you" == getattr(events[-1][1], "final", "")
        assert (turn.state, turn.model, turn.message) == ("done", "m", {"content": "Hi"})


async def test_f61_a_turn_whose_process_is_dead_was_cut_and_its_call_is_answered(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        session = Session(WS)
        running = await begun(kept, session)
        running.log.append([Start("s", "t", "chat", "m"), Token("Look."), *called()[:-1]])
        await running.log.kept()
    async with store(tmp_path) as kept:
        (turn_id,) = await ids(kept, session)
        turn = await kept.turn(session, turn_id)
        assert turn.state == "cut"
        result, end = (event for _, event in turn.journal.since()[-2:])
        assert isinstance(result, ToolResultEvent)
        assert result.error is not None
        assert (result.id, result.error.code) == ("c1", "interrupted")
        assert isinstance(end, Fault)
        running = await begun(kept, await kept.find(WS, session.session_id), "Go on")
        assert [message.role for message in running.context] == ["user", "assistant", "tool"]


async def test_two_stores_on_one_file_take_turns(tmp_path: Path) -> None:
    async with store(tmp_path) as one, store(tmp_path) as two:
        session = Session(WS)
        running = await begun(one, session)
        await running.log.kept()
        other = await two.find(WS, session.session_id)
        assert other.busy
        with pytest.raises(SessionBusy):
            await begun(two, other)
        with pytest.raises(SessionBusy):
            await two.delete(other)
        await two.rename(other, "Renamed")
        assert (await one.find(WS, session.session_id)).title == "Renamed"
        running.log.append(said())
        await running.log.kept()
        assert not (await two.find(WS, session.session_id)).busy
        assert (await talk(two, other, "Two")).turns == 2


async def test_the_first_turn_of_a_session_waits_for_no_disk(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        with pytest.raises(StopIteration):
            begun(kept, Session(WS)).send(None)


async def test_what_was_handed_in_is_written_before_the_end(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        session = Session(WS)
        running = await begun(kept, session)
        for number in range(1000):
            running.log.append([Token(f"{number} ")])
    async with store(tmp_path) as kept:
        (turn_id,) = await ids(kept, session)
        assert (await kept.turn(session, turn_id)).journal.text() == "".join(f"{number} " for number in range(1000))


async def test_readers_do_not_wait_for_each_other(state: Path | None) -> None:
    async with store(state) as kept:
        session = await talk(kept, Session(WS), "One")
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            tasks = [group.create_task(kept.find(WS, session.session_id)) for _ in range(300)]
        assert {task.result().title for task in tasks} == {"One"}


async def test_a_workspace_that_a_file_is_for_stands_in_it(tmp_path: Path) -> None:
    async with store(tmp_path) as kept:
        await talk(kept, Session(WS), "One")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "sessions").iterdir()}
    assert modes == {0o600}
    assert ToolCallEvent.type.encode() not in the_file(tmp_path).read_bytes()
    assert WS[0].encode() in the_file(tmp_path).read_bytes()
