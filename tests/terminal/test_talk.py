"""What the commands of a conversation share."""

import pytest

from chatls.terminal.rows import Block
from chatls.terminal.rpc import Json
from chatls.terminal.talk import is_answering, numbered, request, show_list
from chatls.terminal.turn import Question
from tests.terminal.test_conversation import Talk


@pytest.fixture
def talk() -> Talk:
    started = Talk(Question(""))
    started.wire.ready()
    return started


def test_an_answer_that_runs_is_told(talk: Talk) -> None:
    assert not is_answering(talk.conversation)
    talk.say("hi")
    assert is_answering(talk.conversation)
    assert talk.shown.texts == ["hi", "An answer is running: Ctrl-C stops it."]


def test_a_refusal_is_shown_and_a_result_handed_on(talk: Talk) -> None:
    results: list[Json] = []
    for answer in ({"result": {"a": 1}}, {"error": {"code": -32603, "message": "It broke."}}):
        request(talk.conversation, "x/y", {}, results.append)
        talk.wire.answer("x/y", **answer)
    assert results == [{"a": 1}]
    assert talk.shown.blocks == [Block("error", "It broke.")]


def test_a_list_is_shown_a_line_each(talk: Talk) -> None:
    show_list(talk.conversation, "x/y", list, {"n": 1})
    assert talk.wire.asked("x/y")[0]["params"] == {"n": 1}
    talk.wire.answer("x/y", {"one": 1, "two": 2})
    assert talk.shown.blocks == [Block("plain", "one\ntwo")]


@pytest.mark.parametrize(
    ("number", "item"), [("1", {"n": 1}), ("2", {"n": 2}), ("0", None), ("3", None), ("-1", None), ("x", None)]
)
def test_a_number_is_that_of_the_list(number: str, item: Json | None) -> None:
    assert numbered([{"n": 1}, {"n": 2}], number) == item
