"""A message, from sending it to its result."""

import pytest

from chatls.terminal import exits
from chatls.terminal.mentions import Attachment
from chatls.terminal.rpc import Failure, Json, Reply
from chatls.terminal.turn import Hearer, Question, Turn, exit_code, resumed
from tests.terminal.test_session import Ends

A, B, C = (Attachment(name, {"type": "file", "uri": f"file:///{name}"}) for name in ("a.py", "b.py", "c.py"))


class Heard:
    def __init__(self) -> None:
        self.events: list[Json] = []
        self.left_out: list[str] = []
        self.replies: list[Reply] = []
        self.hearer = Hearer(
            self.events.append, lambda attachment: self.left_out.append(attachment.name), self.replies.append
        )


@pytest.fixture
def ends() -> Ends:
    return Ends()


@pytest.fixture
def heard() -> Heard:
    return Heard()


def refusal(index: int) -> Json:
    return {"code": -32602, "message": "no", "data": {"field": f"message.attachments[{index}].uri", "expected": "…"}}


def test_what_was_not_chosen_is_left_to_the_server(ends: Ends, heard: Heard) -> None:
    Turn(ends.client, Question("hi"), heard.hearer)
    params = ends.sent[0]["params"]
    assert params == {"message": {"content": "hi"}, "workDoneToken": params["workDoneToken"]}


def test_what_was_chosen_is_sent(ends: Ends, heard: Heard) -> None:
    Turn(ends.client, Question("hi", (A,), "s1", "edit", "ollama/x"), heard.hearer)
    params = ends.sent[0]["params"]
    assert (params["sessionId"], params["agent"], params["model"]) == ("s1", "edit", "ollama/x")
    assert params["message"]["attachments"] == [A.value]


def test_attachments_that_cannot_be_read_are_left_out_one_by_one(ends: Ends, heard: Heard) -> None:
    turn = Turn(ends.client, Question("hi", (A, B, C)), heard.hearer)
    ends.receive(id=1, error=refusal(1))
    ends.receive(id=2, error=refusal(0))
    assert heard.left_out == ["b.py", "a.py"]
    assert ends.sent[-1]["params"]["message"]["attachments"] == [C.value]
    assert not turn.ended
    ends.receive(id=3, result={"stopReason": "end_turn"})
    assert (turn.ended, heard.replies) == (True, [Reply({"stopReason": "end_turn"})])


def test_other_refusals_end_the_turn(ends: Ends, heard: Heard) -> None:
    turn = Turn(ends.client, Question("hi", (A,)), heard.hearer)
    ends.receive(id=1, error=refusal(5))
    assert turn.ended
    assert heard.left_out == []


def test_a_turn_is_cancelled_until_it_has_ended(ends: Ends, heard: Heard) -> None:
    turn = Turn(ends.client, Question("hi"), heard.hearer)
    turn.cancel()
    assert ends.sent[-1]["params"] == {"id": 1}
    ends.receive(id=1, result={"stopReason": "cancelled"})
    turn.cancel()
    assert len(ends.sent) == 2


def test_the_turn_that_is_cancelled_is_the_one_sent_last(ends: Ends, heard: Heard) -> None:
    turn = Turn(ends.client, Question("hi", (A,)), heard.hearer)
    ends.receive(id=1, error=refusal(0))
    turn.cancel()
    assert ends.sent[-1]["params"] == {"id": 2}


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply({"stopReason": "end_turn"}), exits.DONE),
        (Reply({"stopReason": "max_tokens"}), exits.DONE),
        (Reply({"stopReason": "cancelled"}), exits.CANCELLED),
        (Reply(error=Failure(-32803, "no")), exits.FAILED),
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


def test_a_session_that_is_named_is_taken_as_it_is(ends: Ends) -> None:
    asked: list[Question] = []
    resumed(ends.client, Question("hi", session_id="s3"), asked.append, lambda _: None)
    assert asked == [Question("hi", session_id="s3")]
    assert ends.sent == []
