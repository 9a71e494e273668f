"""What is asked in a conversation, and what becomes of the answers: without a terminal and without a process."""

import pytest

from chatls.terminal.approval import Decision
from chatls.terminal.turn import Question
from tests.support.conversing import Talk


@pytest.fixture
def talk() -> Talk:
    started = Talk(Question(""))
    started.wire.ready()
    return started


def test_a_decision_is_sent_and_told(talk: Talk) -> None:
    options = [{"id": "y", "label": "Allow", "kind": "allow_once"}]
    params = {"approvalId": "a", "title": "Run ls", "options": options}
    talk.wire.client.peer.receive({"id": 7, "method": "chat/requestApproval", "params": params})
    (question,) = talk.shown.questions
    talk.conversation.decided(question, Decision(question.choices[0]))
    assert talk.wire.sent[-1] == {"jsonrpc": "2.0", "id": 7, "result": {"optionId": "y"}}
    talk.conversation.decided(question, None)
    assert talk.wire.sent[-1]["result"] == {"optionId": ""}
    assert talk.shown.texts == ["Allow: Run ls", "Rejected: Run ls"]


def test_what_a_label_says_already_is_not_told_twice(talk: Talk) -> None:
    options = [{"id": "a", "label": "Always reject: Edit a.py", "kind": "reject_always"}]
    params = {"approvalId": "a", "turnId": "t", "toolCallId": "c", "title": "Edit a.py", "options": options}
    talk.wire.client.peer.receive({"id": 7, "method": "chat/requestApproval", "params": params})
    (question,) = talk.shown.questions
    talk.conversation.decided(question, Decision(question.choices[0]))
    assert talk.shown.texts == ["Always reject: Edit a.py"]


def test_a_call_that_is_rejected_once_is_told_on_its_own_line_alone(talk: Talk) -> None:
    options = [{"id": "n", "label": "Reject", "kind": "reject_once"}]
    params = {"approvalId": "a", "turnId": "t", "toolCallId": "c", "title": "Run ls", "options": options}
    talk.say("list them")
    talk.wire.event(type="tool_call", id="c", tool="run_command", title="Run ls", kind="execute")
    talk.wire.client.peer.receive({"id": 7, "method": "chat/requestApproval", "params": params})
    talk.conversation.decided(talk.shown.questions[0], Decision(talk.shown.questions[0].choices[0]))
    error = {"code": "rejected", "message": "The user rejected this: Run ls."}
    talk.wire.event(type="tool_result", id="c", tool="run_command", durationMs=1, error=error)
    assert talk.shown.texts[1:] == ["🔧 Run ls … ❌ The user rejected this."]


def test_how_many_parts_were_taken_is_told(talk: Talk) -> None:
    options = [{"id": "y", "label": "Allow once", "kind": "allow_once"}]
    hunks = [{"id": id_, "diff": "+a"} for id_ in ("h1", "h2")]
    params = {"approvalId": "a", "title": "Edit a.py", "options": options, "hunks": hunks}
    talk.wire.client.peer.receive({"id": 7, "method": "chat/requestApproval", "params": params})
    (question,) = talk.shown.questions
    talk.conversation.decided(question, Decision(question.choices[0], ("h2",)))
    assert talk.wire.sent[-1]["result"] == {"optionId": "y", "hunks": ["h2"]}
    assert talk.shown.texts == ["Allow once, 1 of 2 parts: Edit a.py"]


def test_a_question_that_was_withdrawn_is_answered_with_no_and_not_told(talk: Talk) -> None:
    options = [{"id": "n", "label": "Reject", "kind": "reject_once"}]
    params = {"approvalId": "a", "title": "Run ls", "options": options}
    talk.wire.client.peer.receive({"id": 7, "method": "chat/requestApproval", "params": params})
    talk.conversation.withdrawn(talk.shown.questions[0])
    assert talk.wire.sent[-1] == {"jsonrpc": "2.0", "id": 7, "result": {"optionId": "n"}}
    assert talk.shown.texts == []


def test_ctrl_c_stops_the_answer_and_withdraws_its_questions(talk: Talk) -> None:
    talk.say("hi")
    talk.wire.event(type="phase", phase="approval")
    talk.wire.client.peer.receive({"id": 7, "method": "window/showMessageRequest", "params": {"message": "May I?"}})
    assert talk.conversation.status().startswith("waits for your answer · 0 s")
    talk.conversation.interrupt()
    assert talk.wire.asked("$/cancelRequest")
    assert talk.shown.questions == []


def test_ctrl_c_closes_a_question_outside_a_turn(talk: Talk) -> None:
    talk.wire.client.peer.receive({"id": 7, "method": "window/showMessageRequest", "params": {"message": "May I?"}})
    talk.shown.draft = "half a mess"
    talk.conversation.interrupt()
    assert (talk.shown.questions, talk.shown.draft, talk.shown.left) == ([], "half a mess", None)


def test_a_question_is_withdrawn_by_its_request_too(talk: Talk) -> None:
    talk.wire.client.peer.receive({"id": 7, "method": "window/showMessageRequest", "params": {"message": "May I?"}})
    talk.wire.client.peer.receive({"method": "$/cancelRequest", "params": {"id": 7}})
    assert talk.shown.questions == []
