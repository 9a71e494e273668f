"""A message, from sending it to its result."""

import pytest

from chatls.terminal import exits
from chatls.terminal.rpc import Failure, Json, Reply
from chatls.terminal.turn import Hearer, Question, Turn, exit_code, resumed
from tests.terminal.test_session import Ends

STDIN: Json = {"type": "text", "name": "stdin", "text": "piped"}


class Heard:
    def __init__(self) -> None:
        self.events: list[Json] = []
        self.replies: list[Reply] = []
        self.hearer = Hearer(self.events.append, self.replies.append)


@pytest.fixture
def ends() -> Ends:
    return Ends()


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_what_was_not_chosen_is_left_to_the_server(ends: Ends, heard: Heard) -> None:
    Turn(ends.client, Question("hi"), heard.hearer)
    params = ends.sent[0]["params"]
    assert params == {"message": {"content": "hi"}, "workDoneToken": params["workDoneToken"]}


def test_what_was_chosen_is_sent(ends: Ends, heard: Heard) -> None:
    Turn(ends.client, Question("hi", (STDIN,), "s1", "edit", "ollama/x"), heard.hearer)
    params = ends.sent[0]["params"]
    assert (params["sessionId"], params["agent"], params["model"]) == ("s1", "edit", "ollama/x")
    assert params["message"]["attachments"] == [STDIN]


def test_a_refusal_ends_the_turn(ends: Ends, heard: Heard) -> None:
    turn = Turn(ends.client, Question("hi", (STDIN,)), heard.hearer)
    ends.receive(id=1, error={"code": -32602, "message": "no", "data": {"field": "model", "expected": "…"}})
    assert turn.ended
    assert [reply.error is not None for reply in heard.replies] == [True]


def test_a_turn_is_cancelled_until_it_has_ended(ends: Ends, heard: Heard) -> None:
    turn = Turn(ends.client, Question("hi"), heard.hearer)
    turn.cancel()
    assert ends.sent[-1]["params"] == {"id": 1}
    ends.receive(id=1, result={"stopReason": "cancelled"})
    turn.cancel()
    assert len(ends.sent) == 2


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply({"stopReason": "end_turn"}), exits.DONE),
        (Reply({"stopReason": "max_tokens"}), exits.DONE),
        (Reply({"stopReason": "cancelled"}), exits.CANCELLED),
        (Reply(error=Failure(-32803, "no")), exits.FAILED),
        (Reply(error=Failure(-32602, "There is no agent zzz.")), exits.USAGE),
        (Reply(error=Failure(-32803, "no", {"reason": "model_not_found"})), exits.USAGE),
        (Reply(error=Failure(-32803, "no", {"reason": "timeout"})), exits.FAILED),
    ],
)
def test_exit_codes(reply: Reply, code: int) -> None:
    assert exit_code(reply) == code


def test_resuming_the_last_session_asks_which_it_is(ends: Ends) -> None:
    asked: list[Question] = []
    failed: list[Reply] = []
    resumed(ends.client, Question("hi", session_id=""), asked.append, failed.append)
    ends.receive(id=1, result={"sessions": [{"sessionId": "s9"}]})
    assert asked == [Question("hi", session_id="s9")]
    resumed(ends.client, Question("hi", session_id=""), asked.append, failed.append)
    ends.receive(id=2, result={"sessions": []})
    assert failed[0].error
    assert "no session" in failed[0].error.message


def test_a_session_is_found_by_the_beginning_of_its_id(ends: Ends) -> None:
    asked: list[Question] = []
    resumed(ends.client, Question("hi", session_id="s3"), asked.append, lambda _: None)
    ends.receive(id=1, result={"sessions": [{"sessionId": "s4a"}, {"sessionId": "s3a"}]})
    assert asked == [Question("hi", session_id="s3a")]


def test_a_message_that_was_taken_for_an_id_is_told_where_it_belongs(ends: Ends) -> None:
    failed: list[Reply] = []
    resumed(ends.client, Question("hi", session_id="fix the test"), lambda _: None, failed.append)
    ends.receive(id=1, result={"sessions": [{"sessionId": "s1"}]})
    assert failed[0].error
    assert failed[0].error.hint.startswith("A message goes before --resume, or behind `--`.")
    assert exit_code(failed[0]) == exits.USAGE


def test_a_question_in_no_session_is_sent_at_once(ends: Ends) -> None:
    asked: list[Question] = []
    resumed(ends.client, Question("hi"), asked.append, lambda _: None)
    assert (asked, ends.sent) == ([Question("hi")], [])
