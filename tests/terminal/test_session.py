"""The wire contract as the client uses it."""

from pathlib import Path

import pytest

from chatls.terminal.approval import Approval
from chatls.terminal.rpc import Failure, Json, Reply
from chatls.terminal.session import ChatClient, version_problem

FOLDER = Path("/ws").absolute()


class Ends:
    """A client, what it sent, and what it told its listener."""

    def __init__(self) -> None:
        self.sent: list[Json] = []
        self.notices: list[tuple[int, str]] = []
        self.questions: list[Approval] = []
        self.withdrawn: list[str] = []
        self.client = ChatClient(lambda message: self.sent.append(dict(message)), self)

    def notice(self, level: int, text: str) -> None:
        self.notices.append((level, text))

    def ask(self, question: Approval) -> None:
        self.questions.append(question)

    def withdraw(self, approval_id: str) -> None:
        self.withdrawn.append(approval_id)

    def receive(self, **message: object) -> None:
        self.client.peer.receive(dict(message))

    def progress(self, token: object, event: Json) -> None:
        self.receive(method="$/progress", params={"token": token, "value": {"kind": "report", "event": event}})


@pytest.fixture
def ends() -> Ends:
    return Ends()


def protocol(number: object) -> Json:
    return {"capabilities": {"experimental": {"chatls": {"protocol": number}}}}


def test_initialize_names_the_workspace_and_what_the_client_can(ends: Ends) -> None:
    ready: list[Failure | None] = []
    ends.client.initialize(FOLDER, ready.append)
    params = ends.sent[0]["params"]
    assert params["workspaceFolders"] == [{"uri": FOLDER.as_uri(), "name": "ws"}]
    assert params["capabilities"]["experimental"] == {"chatls": {"protocol": 1, "approval": True, "hunks": True}}
    ends.receive(id=1, result=protocol(1))
    assert ready == [None]
    assert ends.sent[1] == {"jsonrpc": "2.0", "method": "initialized", "params": {}}


@pytest.mark.parametrize(
    ("theirs", "word"), [(2, "update this client"), (0, "update the server"), (None, "not chatls"), ("1", "not chatls")]
)
def test_another_version_says_which_side_to_update(theirs: object, word: str) -> None:
    problem = version_problem(protocol(theirs))
    assert problem is not None
    assert word in problem.message


def test_nothing_is_sent_after_a_handshake_that_failed(ends: Ends) -> None:
    ready: list[Failure | None] = []
    ends.client.initialize(FOLDER, ready.append)
    ends.receive(id=1, result=protocol(2))
    assert ready[0] is not None
    assert len(ends.sent) == 1


def test_events_reach_the_turn_with_their_token(ends: Ends) -> None:
    first: list[Json] = []
    second: list[Json] = []
    replies: list[Reply] = []
    ends.client.stream({}, first.append, replies.append)
    ends.client.stream({}, second.append, replies.append)
    tokens = [message["params"]["workDoneToken"] for message in ends.sent]
    assert all(token.startswith("chatls:") for token in tokens)
    ends.progress(tokens[1], {"type": "token", "data": "b"})
    ends.progress(tokens[0], {"type": "token", "data": "a"})
    ends.progress("other", {"type": "token", "data": "c"})
    assert [event["data"] for event in first + second] == ["a", "b"]
    ends.receive(id=1, result={"final": "a"})
    ends.progress(tokens[0], {"type": "token", "data": "late"})
    assert (len(first), replies) == (1, [Reply({"final": "a"})])


def test_a_cancel_names_the_request(ends: Ends) -> None:
    ends.client.cancel(ends.client.stream({}, ends.sent.append, lambda _: None))
    assert ends.sent[-1] == {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}}


def test_a_question_is_handed_on_and_its_answer_sent(ends: Ends) -> None:
    options = [{"id": "y", "label": "Yes", "kind": "allow_once"}, {"id": "n", "label": "No", "kind": "reject_once"}]
    ends.receive(id=7, method="chat/requestApproval", params={"approvalId": "a", "title": "T", "options": options})
    ends.receive(method="chat/approvalClosed", params={"approvalId": "a"})
    ends.client.decide(ends.questions[0], None)
    assert ends.withdrawn == ["a"]
    assert ends.sent == [{"jsonrpc": "2.0", "id": 7, "result": {"optionId": "n"}}]


@pytest.mark.parametrize(
    ("method", "params", "result"),
    [
        ("window/workDoneProgress/create", {"token": 1}, None),
        ("client/registerCapability", {"registrations": [{"id": "x"}]}, None),
        ("workspace/configuration", {"items": [{"section": "a"}, {"section": "b"}]}, [None, None]),
        ("window/showDocument", {"uri": "x"}, {"success": False}),
    ],
)
def test_requests_of_lsp_get_the_answer_of_a_client_that_cannot(
    ends: Ends, method: str, params: Json, result: object
) -> None:
    ends.receive(id=3, method=method, params=params)
    assert ends.sent == [{"jsonrpc": "2.0", "id": 3, "result": result}]


def test_an_edit_is_not_applied(ends: Ends) -> None:
    ends.receive(id=3, method="workspace/applyEdit", params={"edit": {}})
    assert ends.sent[0]["result"]["applied"] is False


def test_an_unknown_request_is_refused(ends: Ends) -> None:
    ends.receive(id=3, method="what/ever", params={})
    assert ends.sent[0]["error"]["code"] == -32601


def test_messages_for_people_are_shown_and_log_messages_are_not(ends: Ends) -> None:
    for level in (1, 2, 3, 4, None):
        ends.receive(method="window/showMessage", params={"type": level, "message": f"m{level}"})
    ends.receive(method="window/logMessage", params={"type": 1, "message": "log"})
    ends.receive(method="never/heard", params={})
    assert ends.notices == [(1, "m1"), (2, "m2"), (3, "m3")]


def test_leaving_is_said_as_lsp_wants_it(ends: Ends) -> None:
    ends.client.leave()
    assert [message["method"] for message in ends.sent] == ["shutdown", "exit"]
