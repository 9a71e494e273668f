"""`/undo`: which turn, what of it, and what the user is told."""

import pytest

from chatls.terminal.approval import Choice, Decision
from chatls.terminal.rpc import Json
from chatls.terminal.turn import Question
from chatls.terminal.undoing import HELP, NOTHING_LEFT
from tests.terminal.test_conversation import Talk

TURN: Json = {"turnId": "t9", "message": {"content": "make\nit \x1b[31mred"}}
UNDONE: Json = {"message": "1 file is as it was before: a\x1b.py.", "files": ["file:///ws/a.py"]}


@pytest.fixture
def talk() -> Talk:
    """A conversation with a turn behind it."""
    made = Talk(Question(""))
    made.wire.ready()
    made.say("make it red")
    made.wire.event(type="start", sessionId="s1", turnId="t9")
    made.end()
    return made


def ask(talk: Talk, command: str = "/undo", *turns: Json) -> None:
    talk.say(command)
    talk.wire.answer("chat/getSession", {"turns": turns or [TURN]})


def asked(talk: Talk) -> list[Json]:
    """What the server was told to undo."""
    return [message["params"] for message in talk.wire.asked("chat/undoTurn")]


def decide(talk: Talk, choice: Choice | None) -> None:
    (question,) = talk.shown.questions
    talk.conversation.decided(question, choice and Decision(choice))


@pytest.mark.parametrize("number", range(3))
def test_the_user_is_asked_what_to_undo_and_told_what_came_back(talk: Talk, number: int) -> None:
    ask(talk)
    assert talk.wire.asked("chat/getSession")[-1]["params"] == {"sessionId": "s1", "limit": 1}
    (question,) = talk.shown.questions
    assert question.title == "Undo the last turn: make ⏎ it \\x1b[31mred"
    assert [choice.label for choice in question.choices][2:] == ["Both", "Leave it as it is"]
    decide(talk, question.choices[number])
    assert asked(talk) == [
        {"sessionId": "s1", "turnId": "t9", "restore": ("files", "conversation", "both")[number]},
    ]
    talk.wire.answer("chat/undoTurn", UNDONE)
    assert "1 file is as it was before: a" in talk.shown.texts[-1]
    assert "\x1b" not in talk.shown.texts[-1]
    assert not talk.wire.asked("chat/requestApproval")


@pytest.mark.parametrize("refused", [True, False])
def test_nothing_is_undone_where_the_user_leaves_it(talk: Talk, *, refused: bool) -> None:
    ask(talk)
    sent = len(talk.wire.sent)
    decide(talk, talk.shown.questions[0].choices[3] if refused else None)
    assert len(talk.wire.sent) == sent


def test_a_question_that_is_withdrawn_is_no_answer_to_the_server(talk: Talk) -> None:
    ask(talk)
    sent = len(talk.wire.sent)
    talk.conversation.withdrawn(talk.shown.questions[0])
    assert len(talk.wire.sent) == sent


@pytest.mark.parametrize("what", ["files", "conversation", "both"])
def test_who_says_what_is_not_asked(talk: Talk, what: str) -> None:
    ask(talk, f"/undo {what}")
    assert talk.shown.questions == []
    assert asked(talk)[0]["restore"] == what


def test_a_refusal_is_shown_with_what_to_do(talk: Talk) -> None:
    ask(talk, "/undo files")
    data = {"reason": "files_changed", "hint": "Put them back by hand.", "files": ["file:///ws/a.py"]}
    error = {"code": -32803, "message": "Nothing was undone: a.py changed after this turn.", "data": data}
    talk.wire.answer("chat/undoTurn", error=error)
    shown = "\n".join(talk.shown.texts[-2:])
    assert "Nothing was undone: a.py changed after this turn." in shown
    assert "Put them back by hand." in shown


def test_where_there_is_nothing_to_undo_that_is_said(talk: Talk) -> None:
    talk.say("/undo")
    talk.wire.answer("chat/getSession", {"turns": []})
    assert talk.shown.texts[-1] == NOTHING_LEFT
    talk.say("/undo everything")
    assert talk.shown.texts[-1] == HELP
    talk.say("/new")
    talk.say("/undo")
    assert "There is no session yet" in talk.shown.texts[-1]


def test_while_an_answer_runs_nothing_is_undone(talk: Talk) -> None:
    talk.say("and blue")
    talk.say("/undo")
    assert "An answer is running" in talk.shown.texts[-1]
    assert not talk.wire.asked("chat/getSession")
