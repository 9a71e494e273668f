"""Questions of the server, and the answers they want."""

from chatls.terminal.approval import Approval, from_request
from chatls.terminal.rpc import Json

OPTIONS = [
    {"id": "y", "label": "Allow once", "kind": "allow_once"},
    {"id": "n", "label": "Refuse", "kind": "reject_once"},
    {"id": "x", "label": "Never", "kind": "reject_always"},
]


def question(method: str, params: Json) -> Approval:
    found = from_request(1, method, params)
    assert found is not None
    return found


def approval(**params: object) -> Approval:
    return question("chat/requestApproval", {"approvalId": "a", "title": "Run ls", "options": OPTIONS, **params})


def test_a_choice_is_answered_with_its_id() -> None:
    asked = approval()
    allow = next(choice for choice in asked.choices if choice.label == "Allow once")
    assert asked.answer(allow) == {"optionId": "y"}


def test_no_choice_refuses_only_this_once() -> None:
    assert approval().answer(None) == {"optionId": "n"}


def test_a_question_that_cannot_be_refused_gets_an_answer_that_allows_nothing() -> None:
    assert approval(options=OPTIONS[:1]).answer(None) == {"optionId": ""}


def test_t104_title_and_detail_are_safe_to_show() -> None:
    asked = approval(title="Run\x1b[2J \u202els", detail="rm\u200b -rf\n" * 100)
    assert asked.title == "Run\\x1b[2J \\u{202e}ls"
    assert len(asked.lines) == 12
    assert asked.lines[0] == "rm\\u{200b} -rf"


def test_a_diff_is_shown_before_the_detail() -> None:
    assert approval(detail="edit a.py", diff="-a\n+b").lines == ("-a", "+b")


def test_a_message_request_is_answered_with_an_action() -> None:
    params: Json = {"message": "May I?\nmore", "actions": [{"title": "Yes"}, {"title": "No"}]}
    asked = question("window/showMessageRequest", params)
    assert (asked.title, asked.lines) == ("May I?", ("more",))
    assert asked.answer(asked.choices[0]) == {"title": "Yes"}
    assert asked.answer(None) is None


def test_other_requests_ask_nothing() -> None:
    assert from_request(1, "workspace/configuration", {}) is None
