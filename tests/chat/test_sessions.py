"""A conversation: one turn at a time, in order, and what the model sees of it again."""

import re
from typing import Any

import pytest

from chatls.chat.messages import Message
from chatls.chat.sessions import Session, TurnRecord, new_id, utc_now
from chatls.errors import InvalidParams, NotFound, SessionBusy

ANSWER = Message("assistant", "Answer")


def record(content: str = "Hi", **asked: Any) -> TurnRecord:
    return TurnRecord({"content": content, **asked}, Message("user", content), "chat")


def finished(session: Session, content: str) -> TurnRecord:
    turn = record(content)
    session.begin(turn)
    session.end(turn, "done", [ANSWER])
    return turn


def test_a_turn_is_given_what_was_said_before_it() -> None:
    session = Session(("file:///ws",))
    turn = record("One")
    assert session.begin(turn) == []
    session.end(turn, "done", [ANSWER])
    assert session.begin(record("Two")) == [Message("user", "One"), ANSWER]


def test_a_session_runs_one_turn_at_a_time() -> None:
    session = Session(())
    turn = record()
    session.begin(turn)
    with pytest.raises(SessionBusy):
        session.check_free()
    with pytest.raises(SessionBusy):
        session.begin(record())
    assert session.turns == [turn]
    session.end(turn, "cancelled", [])
    session.check_free()
    assert turn.state == "cancelled"


def test_replacing_a_turn_drops_it_and_what_came_after() -> None:
    session = Session(())
    first, second, _ = (finished(session, content) for content in ("One", "Two", "Three"))
    new = record("Zwei")
    assert session.begin(new, second.turn_id) == [Message("user", "One"), ANSWER]
    assert session.turns == [first, new]


def test_replacing_on_a_busy_session_drops_nothing() -> None:
    session = Session(())
    first = finished(session, "One")
    running = record("Two")
    session.begin(running)
    with pytest.raises(SessionBusy):
        session.begin(record(), first.turn_id)
    assert session.turns == [first, running]


def test_an_unknown_turn_cannot_be_replaced_or_read() -> None:
    session = Session(())
    finished(session, "One")
    with pytest.raises(InvalidParams, match="replaceTurnId"):
        session.check_turn("nosuch")
    with pytest.raises(NotFound, match="nosuch"):
        session.turn("nosuch")
    with pytest.raises(NotFound):
        session.begin(record(), "nosuch")
    assert (len(session.turns), session.running) == (1, None)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Fix it", "Fix it"),
        ("  two\n\tlines  ", "two lines"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("word " * 20, ("word " * 12)[:59].rstrip() + "…"),
        ("", ""),
    ],
)
def test_the_first_message_is_the_title_on_one_line(content: str, title: str) -> None:
    session = Session(())
    session.begin(record(content))
    assert session.title == title


def test_later_messages_leave_the_title_and_replacing_the_first_renews_it() -> None:
    session = Session(())
    first = finished(session, "One")
    finished(session, "Two")
    assert session.title == "One"
    session.begin(record("Eins"), first.turn_id)
    assert session.title == "Eins"


def test_times_are_utc_and_ids_need_no_escaping() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", utc_now())
    assert re.fullmatch(r"[0-9a-f]{16}", new_id())
    assert new_id() != new_id()
