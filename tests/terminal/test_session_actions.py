"""Sessions in a conversation: listed, resumed, renamed, forked, deleted."""

import pytest

from chatls.terminal.rpc import Json
from chatls.terminal.turn import Question
from tests.terminal.test_conversation import Talk

NEW: Json = {"sessionId": "aa01", "title": "New", "turns": 2}
OLD: Json = {"sessionId": "bb02", "title": "Old"}
SESSIONS: Json = {"sessions": [NEW, OLD]}
HISTORY: Json = {
    "session": OLD,
    "turns": [
        {
            "turnId": "t1",
            "message": {"content": "hello"},
            "events": [
                {"type": "start", "model": "m"},
                {"type": "token", "data": "Hi *there*"},
                {"type": "done", "stopReason": "end_turn", "usage": {"completionTokens": 2}},
            ],
        },
        {
            "turnId": "t2",
            "message": {"content": "more"},
            "state": "cut",
            "events": [{"type": "token", "data": "half"}],
        },
    ],
}
REFUSED: Json = {"code": -32803, "message": "It is still answering."}


def begin(session_id: str | None = None) -> Talk:
    talk = Talk(Question("", session_id=session_id))
    talk.wire.ready()
    return talk


@pytest.fixture
def talk() -> Talk:
    return begin()


@pytest.fixture
def in_old() -> Talk:
    """A conversation in the old session, with both before the eyes."""
    talk = begin("bb02")
    talk.wire.answer("chat/listSessions", SESSIONS)
    talk.wire.answer("chat/getSession", HISTORY)
    list_them(talk)
    return talk


def list_them(talk: Talk, listed: Json = SESSIONS) -> None:
    talk.say("/sessions")
    talk.wire.answer("chat/listSessions", listed)


def next_session(talk: Talk) -> str | None:
    """The session that the next message goes to."""
    talk.say("go on")
    return talk.wire.asked("chat/stream")[-1]["params"].get("sessionId")


def test_sessions_are_listed_by_number(talk: Talk) -> None:
    list_them(talk)
    first, second, *_ = [line.split("  (")[0] for line in talk.shown.texts[-1].splitlines()]
    assert (first, second) == ("  1. New", "  2. Old")
    list_them(talk, {"sessions": []})
    assert talk.shown.texts[-1] == "There are no sessions yet."


def test_a_session_is_resumed_by_its_number_and_drawn(talk: Talk) -> None:
    list_them(talk)
    talk.say("/sessions 2")
    talk.wire.answer("chat/listSessions", SESSIONS)
    assert talk.wire.asked("chat/getSession")[0]["params"]["sessionId"] == "bb02"
    shown = len(talk.shown.blocks)
    talk.wire.answer("chat/getSession", HISTORY)
    assert [(block.kind, block.text) for block in talk.shown.blocks[shown:]] == [
        ("user", "hello"),
        ("answer", "Hi *there*"),
        ("note", "2 tokens · m"),
        ("user", "more"),
        ("answer", "half"),
        ("note", "This answer was cut off: the server ended."),
        ("note", "This session goes on: Old"),
    ]
    assert next_session(talk) == "bb02"


@pytest.mark.parametrize(
    ("model", "next_model"), [("ollama/big:70b", "ollama/big:70b"), ("offline/assistant", None), ("", None)]
)
def test_a_resumed_session_keeps_its_model(model: str, next_model: str | None) -> None:
    talk = begin("aa01")
    talk.wire.answer("chat/listSessions", {"sessions": [NEW | {"model": model}]})
    talk.wire.answer("chat/getSession", {"session": NEW | {"model": model}, "turns": []})
    talk.say("go on")
    assert talk.wire.asked("chat/stream")[-1]["params"].get("model") == next_model


def test_only_the_end_of_a_long_session_is_drawn_and_that_is_said(talk: Talk) -> None:
    talk.say("/sessions bb")
    talk.wire.answer("chat/listSessions", SESSIONS)
    shown = len(talk.shown.blocks)
    talk.wire.answer("chat/getSession", {**HISTORY, "before": "t0"})
    assert talk.shown.texts[shown] == "The last 20 turns:"


@pytest.mark.parametrize("argument", ["3", "0", "30"])
def test_a_number_that_was_not_listed_is_no_id(talk: Talk, argument: str) -> None:
    list_them(talk)
    asked = len(talk.wire.sent)
    talk.say(f"/sessions {argument}")
    assert "lists them with numbers" in talk.shown.texts[-1]
    assert len(talk.wire.sent) == asked


def test_a_session_that_is_not_there_leaves_the_one_that_is(in_old: Talk) -> None:
    in_old.say("/sessions nope")
    in_old.wire.answer("chat/listSessions", SESSIONS)
    assert any("whose id begins with nope" in text for text in in_old.shown.texts)
    assert next_session(in_old) == "bb02"


def test_a_running_answer_keeps_its_session(in_old: Talk) -> None:
    in_old.say("go on")
    for command in ("/sessions 1", "/fork"):
        in_old.say(command)
        assert in_old.shown.texts[-1].startswith("An answer is running")


def test_a_conversation_may_begin_with_a_session() -> None:
    talk = begin("bb")
    talk.wire.answer("chat/listSessions", SESSIONS)
    talk.wire.answer("chat/getSession", HISTORY)
    assert talk.shown.texts[0] == "hello"
    assert next_session(talk) == "bb02"


def test_a_session_that_cannot_be_read_is_told_and_a_new_one_begins() -> None:
    talk = begin("bb")
    talk.wire.answer("chat/listSessions", SESSIONS)
    talk.wire.answer("chat/getSession", error={"code": -32803, "message": "It is gone."})
    assert talk.shown.texts == ["It is gone.", "The next message begins a new session."]
    assert next_session(talk) is None


def test_a_conversation_with_nothing_to_resume_is_a_new_one() -> None:
    talk = begin("")
    talk.wire.answer("chat/listSessions", {"sessions": []})
    assert "no session" in talk.shown.texts[0]
    assert talk.shown.left is None
    assert next_session(talk) is None


def test_a_session_gets_another_title(in_old: Talk) -> None:
    in_old.say("/rename A better name")
    [request] = in_old.wire.asked("chat/renameSession")
    assert request["params"] == {"sessionId": "bb02", "title": "A better name"}
    in_old.wire.answer("chat/renameSession", {})
    assert in_old.shown.texts[-1] == "This session is called: A better name"


def test_a_title_is_needed(in_old: Talk) -> None:
    in_old.say("/rename")
    assert "/rename TITLE" in in_old.shown.texts[-1]


@pytest.mark.parametrize("command", ["/rename X", "/fork"])
def test_before_the_first_message_there_is_no_session(talk: Talk, command: str) -> None:
    talk.say(command)
    assert talk.shown.texts[-1] == "There is no session yet: the first message begins it."


def test_a_fork_is_a_copy_with_the_last_turn_and_is_gone_on_with(in_old: Talk) -> None:
    in_old.say("/fork")
    in_old.wire.answer("chat/getSession", HISTORY)
    [request] = in_old.wire.asked("chat/forkSession")
    assert request["params"] == {"sessionId": "bb02", "turnId": "t2"}
    in_old.wire.answer("chat/forkSession", {"sessionId": "cc03"})
    assert "in a copy" in in_old.shown.texts[-1]
    assert next_session(in_old) == "cc03"


def test_a_session_without_turns_has_nothing_to_copy(in_old: Talk) -> None:
    in_old.say("/fork")
    in_old.wire.answer("chat/getSession", {"turns": []})
    assert in_old.wire.asked("chat/forkSession") == []
    assert "no session yet" in in_old.shown.texts[-1]


def test_a_session_of_the_list_is_deleted(in_old: Talk) -> None:
    in_old.say("/sessions delete 1")
    assert in_old.wire.asked("chat/deleteSession")[0]["params"] == {"sessionId": "aa01"}
    in_old.wire.answer("chat/deleteSession", {})
    assert in_old.shown.texts[-1] == "Deleted: New"
    assert next_session(in_old) == "bb02"


def test_a_list_whose_numbers_are_no_longer_right_is_not_deleted_from(in_old: Talk) -> None:
    in_old.say("/sessions delete 1")
    in_old.wire.answer("chat/deleteSession", {})
    in_old.say("/sessions delete 1")
    assert len(in_old.wire.asked("chat/deleteSession")) == 1


def test_who_deletes_the_session_that_is_open_begins_a_new_one(in_old: Talk) -> None:
    in_old.say("/sessions delete 2")
    in_old.wire.answer("chat/deleteSession", {})
    assert in_old.shown.texts[-1] == "The next message begins a new session."
    assert next_session(in_old) is None


@pytest.mark.parametrize("argument", ["", " 0", " 3", " aa01"])
def test_only_what_was_listed_is_deleted(in_old: Talk, argument: str) -> None:
    in_old.say(f"/sessions delete{argument}")
    assert in_old.wire.asked("chat/deleteSession") == []
    assert "/sessions delete N" in in_old.shown.texts[-1]


def test_a_session_that_cannot_be_deleted_stays_with_the_reason(in_old: Talk) -> None:
    in_old.say("/sessions delete 2")
    in_old.wire.answer("chat/deleteSession", error=REFUSED)
    assert in_old.shown.texts[-1] == "It is still answering."
    assert next_session(in_old) == "bb02"
