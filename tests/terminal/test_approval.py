"""Questions of the server, and the answers they want."""

import pytest

from chatls.terminal.approval import Approval, Decision, from_request
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
    assert asked.answer(Decision(allow)) == {"optionId": "y"}


def test_no_choice_refuses_only_this_once() -> None:
    assert approval().answer(None) == {"optionId": "n"}


def test_a_question_that_cannot_be_refused_gets_an_answer_that_allows_nothing() -> None:
    assert approval(options=OPTIONS[:1]).answer(None) == {"optionId": ""}


def test_t104_every_text_is_safe_to_show() -> None:
    bad = "rm\x1b[2J \u202els\u200b\r"
    asked = approval(title=bad, detail=bad, diff=f"+{bad}\n", options=[{"id": "y", "label": bad, "kind": "allow_once"}])
    shown = "rm\\x1b[2J \\u{202e}ls\\u{200b}"
    assert (asked.title, asked.choices[0].label) == (shown, shown)
    assert (asked.lines, asked.diff) == ((f"{shown}\\x0d",), (f"+{shown}\\x0d",))


def test_t104_a_title_is_one_line_with_its_head_and_its_tail() -> None:
    title = approval(title="Run ls\n" + "x" * 10_000 + ";curl evil").title
    assert title.startswith("Run ls ⏎ xxx")
    assert title.endswith(";curl evil")
    assert len(title) < 500


def test_a_label_says_all_of_what_it_grants() -> None:
    label = "Always allow exactly this command: " + "word " * 40
    asked = approval(options=[{"id": "a", "label": label, "kind": "allow_always"}])
    assert asked.choices[0].label == label.strip()


def test_the_answers_keep_their_order() -> None:
    kinds = ["allow_once", "reject_once", "reject_always"]
    assert [choice.kind for choice in approval().choices] == kinds
    asked = approval(options=[*OPTIONS[1:], OPTIONS[0]])
    assert asked.refusal == asked.choices[0]


HUNKS = [{"id": "h1", "uri": "file:///a", "diff": "@@ -1 +1 @@\n-a\n+b\n"}, {"id": "h2", "diff": "+c"}]


def test_some_parts_of_a_change_can_be_taken() -> None:
    asked = approval(hunks=HUNKS)
    assert [part.diff for part in asked.parts] == [("@@ -1 +1 @@", "-a", "+b"), ("+c",)]
    assert asked.answer(Decision(asked.choices[0], ("h2",))) == {"optionId": "y", "hunks": ["h2"]}


@pytest.mark.parametrize(
    "params", [{"hunks": HUNKS[:1]}, {"hunks": HUNKS, "options": OPTIONS[1:]}, {"hunks": "no"}, {}]
)
def test_there_are_no_parts_where_nothing_can_be_chosen(params: Json) -> None:
    assert approval(**params).parts == ()


def test_a_message_request_is_answered_with_an_action() -> None:
    params: Json = {"message": "May I?\nmore", "actions": [{"title": "Yes"}, {"title": "No"}]}
    asked = question("window/showMessageRequest", params)
    assert (asked.title, asked.lines) == ("May I?", ("more",))
    assert asked.answer(Decision(asked.choices[0])) == {"title": "Yes"}
    assert asked.answer(None) is None


def test_other_requests_ask_nothing() -> None:
    assert from_request(1, "workspace/configuration", {}) is None
