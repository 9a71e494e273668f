"""What a user does, and what the server says, in a conversation: without a terminal and without a process."""

from dataclasses import replace

import pytest

from chatls.terminal import exits
from chatls.terminal.conversation import REVIVED_BY
from chatls.terminal.rows import Block
from chatls.terminal.rpc import Failure
from chatls.terminal.turn import Question
from tests.support.conversing import Talk


@pytest.fixture
def talk() -> Talk:
    started = Talk(Question(""))
    started.wire.ready()
    return started


def test_a_message_is_shown_and_sent(talk: Talk) -> None:
    assert talk.say(" hello @a.py ")
    params = talk.wire.asked("chat/stream")[0]["params"]
    assert params["message"] == {"content": "hello @a.py"}
    assert talk.shown.blocks == [Block("user", "hello @a.py")]


def test_the_session_goes_on(talk: Talk) -> None:
    talk.say("one")
    talk.wire.event(type="start", sessionId="s1", model="m")
    talk.end()
    talk.say("two")
    assert talk.wire.asked("chat/stream")[1]["params"]["sessionId"] == "s1"
    talk.end()


def test_an_answer_is_shown_as_it_comes(talk: Talk) -> None:
    talk.say("hi")
    talk.wire.event(type="token", data="one\n\ntwo")
    assert talk.shown.open == [Block("answer", "one\n\ntwo")]
    talk.wire.event(type="token", data="\n")
    assert talk.shown.texts == ["hi", "one"]
    talk.end()
    assert (talk.shown.texts, talk.shown.open) == (["hi", "one", "two"], [])


def test_one_message_waits_for_the_answer_to_end(talk: Talk) -> None:
    talk.say("one")
    assert talk.say("two")
    assert "1 message waits" in talk.conversation.status()
    assert not talk.say("three")
    assert talk.contents() == ["one"]
    talk.wire.event(type="start", sessionId="s1", model="m")
    talk.end()
    assert talk.contents() == ["one", "two"]
    assert talk.wire.asked("chat/stream")[1]["params"]["sessionId"] == "s1"


def test_a_message_waits_for_the_server_to_start() -> None:
    talk = Talk(Question(""))
    assert talk.say("early")
    assert talk.conversation.status().startswith("starting")
    assert talk.contents() == []
    talk.wire.ready()
    assert talk.contents() == ["early"]


def test_ctrl_c_stops_the_answer_and_a_second_leaves(talk: Talk) -> None:
    talk.say("hi")
    talk.conversation.interrupt()
    assert talk.wire.asked("$/cancelRequest")
    assert talk.shown.left is None
    talk.time += exits.TWICE_WITHIN
    talk.conversation.interrupt()
    assert talk.shown.left == 130


def test_a_second_ctrl_c_is_for_what_was_typed_since(talk: Talk) -> None:
    talk.conversation.interrupt()
    talk.shown.draft = "a draft"
    talk.conversation.interrupt()
    assert (talk.shown.left, talk.shown.draft) == (None, "")
    talk.conversation.interrupt()
    assert talk.shown.left == 130


def test_ctrl_d_leaves_at_the_second_time_where_a_message_waits(talk: Talk) -> None:
    talk.say("one")
    talk.say("two")
    talk.conversation.quit()
    assert (talk.shown.left, talk.shown.texts[-1]) == (
        None,
        "A message waits to be sent. Ctrl-D again leaves without it.",
    )
    talk.conversation.quit()
    assert talk.shown.left == 0


def test_ctrl_c_twice_but_slowly_does_not_leave(talk: Talk) -> None:
    for _ in range(2):
        talk.time += exits.TWICE_WITHIN + 0.1
        talk.conversation.interrupt()
    assert talk.shown.left is None
    assert talk.shown.texts == ["Press Ctrl-C again to leave."] * 2


def test_ctrl_c_forgets_what_is_being_typed(talk: Talk) -> None:
    talk.shown.draft = "half a mess"
    talk.conversation.interrupt()
    assert (talk.shown.draft, talk.shown.texts) == ("", [])


def test_what_is_waited_for_is_told_with_its_seconds(talk: Talk) -> None:
    assert talk.conversation.status() == ""
    talk.say("hi")
    talk.wire.event(type="phase", phase="loading")
    talk.time += 12
    assert talk.conversation.status() == "loading · 12 s · Ctrl-C stops"


def test_a_server_that_dies_in_a_turn_is_told_once_and_replaced_by_the_next_message(talk: Talk) -> None:
    talk.say("hi")
    talk.wire.event(type="start", sessionId="s1", model="m")
    talk.wire.event(type="token", data="half")
    talk.wire.die("It died; its log is X.")
    assert talk.shown.texts == ["hi", "half", "It died; its log is X.", REVIVED_BY]
    talk.say("again")
    assert talk.wire.opened == 1
    talk.wire.ready()
    assert talk.contents() == ["hi", "again"]
    assert talk.wire.asked("chat/stream")[1]["params"]["sessionId"] == "s1"
    assert talk.wire.asked("chat/getSession") == []


def test_a_session_that_is_gone_is_not_asked_for_again(talk: Talk) -> None:
    talk.say("hi")
    talk.wire.event(type="start", sessionId="s1", model="m")
    talk.end()
    talk.say("more")
    talk.wire.answer("chat/stream", error={"code": -1, "message": "No.", "data": {"reason": "session_not_found"}})
    assert talk.shown.texts[-1] == "The next message begins a new session."
    talk.say("again")
    assert "sessionId" not in talk.wire.asked("chat/stream")[-1]["params"]


def test_a_server_that_dies_while_nothing_runs_is_told_too(talk: Talk) -> None:
    talk.wire.die("It died.")
    assert talk.shown.texts == ["It died.", REVIVED_BY]
    assert talk.conversation.status() == ""


def test_questions_of_a_server_that_died_are_forgotten(talk: Talk) -> None:
    talk.wire.client.peer.receive({"id": 7, "method": "window/showMessageRequest", "params": {"message": "May I?"}})
    assert len(talk.shown.questions) == 1
    talk.wire.die()
    assert talk.shown.questions == []


def test_a_server_that_cannot_be_started_anew_can_be_tried_again(talk: Talk) -> None:
    talk.wire.die()
    talk.wire.broken = True
    talk.say("one")
    assert "cannot be started" in talk.shown.texts[-1]
    talk.wire.broken = False
    talk.say("two")
    talk.wire.ready()
    assert talk.contents() == ["two"]


def test_a_handshake_that_fails_ends_it() -> None:
    talk = Talk(Question(""))
    talk.conversation.on_ready(Failure(0, "Update this client."))
    assert (talk.shown.texts, talk.shown.left) == (["Update this client."], 1)


def test_messages_of_the_server_are_shown(talk: Talk) -> None:
    for level, message in ((1, "bad"), (3, "by the way")):
        talk.wire.client.peer.receive({"method": "window/showMessage", "params": {"type": level, "message": message}})
    assert talk.shown.blocks == [Block("error", "bad"), Block("note", "by the way")]


def test_what_the_server_has_to_say_at_the_beginning_is_shown(talk: Talk) -> None:
    talk.say("see @no.py")
    talk.wire.event(type="phase", phase="connecting", message="@no.py is only text.")
    talk.wire.event(type="phase", phase="loading", message="It is loading")
    assert talk.shown.blocks[1:] == [Block("note", "@no.py is only text.")]


def test_a_command_that_the_server_knows_is_a_message(talk: Talk) -> None:
    assert talk.say("/explain @a.py")
    assert talk.contents() == []
    talk.wire.answer("chat/complete", {"items": [{"label": "/explain"}, {"label": "/fix"}]})
    assert talk.contents() == ["/explain @a.py"]
    assert talk.shown.texts == ["/explain @a.py"]


def test_a_command_before_the_server_is_there_waits_as_a_message() -> None:
    talk = Talk(Question(""))
    assert talk.say("/explain it")
    talk.wire.ready()
    assert talk.contents() == ["/explain it"]


def test_a_command_of_the_server_waits_for_the_answer_to_end(talk: Talk) -> None:
    talk.say("one")
    assert talk.say("/explain it")
    talk.wire.answer("chat/complete", {"items": [{"label": "/explain"}]})
    assert talk.contents() == ["one"]
    assert not talk.say("/fix it")
    talk.end()
    assert talk.contents() == ["one", "/explain it"]


def test_chosen_is_what_the_next_message_carries(talk: Talk) -> None:
    talk.conversation.chosen = replace(talk.conversation.chosen, model="a/b", agent="edit")
    talk.say("hi")
    params = talk.wire.asked("chat/stream")[0]["params"]
    assert (params["model"], params["agent"]) == ("a/b", "edit")
    assert talk.conversation.hint() == "a/b · edit · /help"
