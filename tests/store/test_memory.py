"""Sessions in memory: found again from the folders they began in, the one used last first."""

from chatls.chat.messages import Message
from chatls.chat.sessions import Session, TurnRecord
from chatls.store.memory import MemorySessions

HERE = ("file:///a", "file:///b")


async def test_a_session_is_found_from_its_own_set_of_folders_alone() -> None:
    store = MemorySessions()
    session = Session(HERE)
    await store.add(session)
    assert await store.find(session.session_id, HERE) is session
    assert await store.find(session.session_id, HERE[::-1]) is session
    assert await store.find(session.session_id, HERE[:1]) is None
    assert await store.find("nosuch", HERE) is None


async def test_sessions_come_in_the_order_of_their_last_use() -> None:
    store = MemorySessions()
    sessions = [Session(HERE, updated_at=f"2026-01-0{day}T00:00:00.000Z") for day in (2, 3, 1)]
    for session in (*sessions, Session(("file:///other",))):
        await store.add(session)
    assert list(await store.newest_first(HERE)) == [sessions[1], sessions[0], sessions[2]]
    sessions[2].begin(TurnRecord({}, Message("user", "Hi"), "chat"))
    assert (await store.newest_first(HERE))[0] is sessions[2]


async def test_of_sessions_used_in_the_same_millisecond_the_youngest_comes_first() -> None:
    store = MemorySessions()
    sessions = [Session((), updated_at="2026-01-01T00:00:00.000Z") for _ in range(3)]
    for session in sessions:
        await store.add(session)
    assert list(await store.newest_first(())) == sessions[::-1]
