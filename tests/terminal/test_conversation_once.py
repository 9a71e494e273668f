"""One question in a terminal: asked, answered, and the session it goes into."""

import pytest

from chatls.terminal.conversation import REVIVED_BY
from chatls.terminal.turn import Question
from tests.terminal.test_conversation import Talk


def test_one_question_ends_with_its_answer() -> None:
    talk = Talk(Question("hi", model="a/b"))
    talk.wire.ready()
    assert (talk.contents(), talk.shown.texts) == (["hi"], [])
    talk.end()
    assert talk.shown.left == 0


@pytest.mark.parametrize("running", [True, False])
def test_one_question_is_stopped_by_ctrl_c(running: bool) -> None:
    talk = Talk(Question("hi"))
    if running:
        talk.wire.ready()
    talk.conversation.interrupt()
    if running:
        assert talk.shown.left is None
        talk.end(stopReason="cancelled")
    assert talk.shown.left == 130


def test_one_question_fails_when_the_server_dies() -> None:
    talk = Talk(Question("hi"))
    talk.wire.ready()
    talk.wire.die("It died.")
    assert (talk.shown.left, talk.shown.texts) == (1, ["It died."])


def test_one_question_goes_into_the_session_used_last() -> None:
    talk = Talk(Question("hi", session_id=""))
    talk.wire.ready()
    talk.wire.answer("chat/listSessions", {"sessions": [{"sessionId": "s9"}]})
    assert talk.wire.asked("chat/stream")[0]["params"]["sessionId"] == "s9"
    assert talk.wire.asked("chat/getSession") == []


def test_a_message_before_the_session_is_found_waits_for_it() -> None:
    talk = Talk(Question("", session_id="s"))
    talk.wire.ready()
    talk.say("early")
    assert talk.contents() == []
    talk.wire.answer("chat/listSessions", {"sessions": [{"sessionId": "s9"}]})
    talk.wire.answer("chat/getSession", {"session": {"sessionId": "s9"}, "turns": []})
    assert talk.wire.asked("chat/stream")[0]["params"]["sessionId"] == "s9"


def test_a_message_that_waited_for_a_session_that_is_not_there_begins_a_new_one() -> None:
    talk = Talk(Question("", session_id="s"))
    talk.wire.ready()
    talk.say("early")
    talk.wire.answer("chat/listSessions", {"sessions": []})
    assert "sessionId" not in talk.wire.asked("chat/stream")[0]["params"]


def test_a_server_that_dies_before_the_session_was_found_sends_nothing() -> None:
    talk = Talk(Question("", session_id="s"))
    talk.wire.ready()
    talk.wire.die()
    assert (talk.contents(), talk.shown.texts[-1]) == ([], REVIVED_BY)


def test_one_question_without_a_session_to_go_on_with_fails() -> None:
    talk = Talk(Question("hi", session_id=""))
    talk.wire.ready()
    talk.wire.answer("chat/listSessions", {"sessions": []})
    assert (talk.shown.left, talk.contents()) == (1, [])
