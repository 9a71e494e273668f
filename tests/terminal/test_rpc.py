"""Requests find their replies, and the server's own requests the one who answers."""

from typing import Any

import pytest

from chatls.terminal.rpc import CLOSED, Failure, Json, Peer, Reply, RequestId, as_list, as_object, as_texts


class Wire:
    """Records what a peer sends and what it was asked."""

    def __init__(self) -> None:
        self.sent: list[Json] = []
        self.requests: list[tuple[RequestId, str, Json]] = []
        self.notifications: list[tuple[str, Json]] = []
        self.replies: list[Reply] = []
        self.peer = Peer(lambda message: self.sent.append(dict(message)), self)

    def on_request(self, request_id: RequestId, method: str, params: Json) -> None:
        self.requests.append((request_id, method, params))

    def on_notification(self, method: str, params: Json) -> None:
        self.notifications.append((method, params))


@pytest.fixture
def wire() -> Wire:
    return Wire()


def test_a_reply_reaches_the_request_with_its_id(wire: Wire) -> None:
    other: list[Reply] = []
    first = wire.peer.request("a", {}, wire.replies.append)
    second = wire.peer.request("b", {}, other.append)
    wire.peer.receive({"jsonrpc": "2.0", "id": second, "result": {"n": 2}})
    assert (wire.replies, other) == ([], [Reply({"n": 2})])
    wire.peer.receive({"jsonrpc": "2.0", "id": first, "result": None})
    assert wire.replies == [Reply(None)]


def test_a_second_reply_is_passed_over(wire: Wire) -> None:
    id_ = wire.peer.request("a", {}, wire.replies.append)
    for _ in range(2):
        wire.peer.receive({"jsonrpc": "2.0", "id": id_, "result": {}})
    assert len(wire.replies) == 1


def test_an_error_keeps_its_data(wire: Wire) -> None:
    id_ = wire.peer.request("a", {}, wire.replies.append)
    error = {"code": -32803, "message": "No.", "data": {"hint": "Do that."}}
    wire.peer.receive({"jsonrpc": "2.0", "id": id_, "error": error})
    assert wire.replies == [Reply(error=Failure(-32803, "No.", {"hint": "Do that."}))]
    assert wire.replies[0].error
    assert wire.replies[0].error.hint == "Do that."


def test_a_nested_jsonrpc_key_means_nothing(wire: Wire) -> None:
    id_ = wire.peer.request("a", {}, wire.replies.append)
    nested = {"jsonrpc": "2.0", "id": 9, "method": "exit"}
    wire.peer.receive({"jsonrpc": "2.0", "id": id_, "result": nested})
    assert wire.replies == [Reply(nested)]


def test_requests_and_notifications_of_the_server_are_told_apart(wire: Wire) -> None:
    wire.peer.receive({"id": 7, "method": "ask", "params": {"x": 1}})
    wire.peer.receive({"method": "tell", "params": None})
    assert wire.requests == [(7, "ask", {"x": 1})]
    assert wire.notifications == [("tell", {})]


def test_answers_to_the_server_carry_its_id(wire: Wire) -> None:
    wire.peer.respond(7, None)
    wire.peer.refuse("x", -32601, "no")
    assert wire.sent == [
        {"jsonrpc": "2.0", "id": 7, "result": None},
        {"jsonrpc": "2.0", "id": "x", "error": {"code": -32601, "message": "no"}},
    ]


def test_what_waits_fails_once_when_the_server_is_gone(wire: Wire) -> None:
    wire.peer.request("a", {}, wire.replies.append)
    wire.peer.close("gone")
    wire.peer.close("gone")
    wire.peer.request("b", {}, wire.replies.append)
    assert [reply.error for reply in wire.replies] == [Failure(CLOSED, "gone")] * 2


@pytest.mark.parametrize("message", [{}, {"id": None, "result": 1}, {"id": 99, "result": 1}, {"method": 5}])
def test_what_is_no_message_is_passed_over(wire: Wire, message: Json) -> None:
    wire.peer.receive(message)
    assert (wire.requests, wire.notifications, wire.sent) == ([], [], [])


@pytest.mark.parametrize("value", [None, 1, "x", [1]])
def test_values_of_the_wrong_shape_are_empty(value: Any) -> None:
    assert as_object(value) == {}
    assert as_list(value) in ([], [{}])
    assert as_texts(value) in ([], ["1"])
