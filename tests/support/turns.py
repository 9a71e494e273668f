"""What holds for every turn, whatever became of it, checked on the messages as they came.

Works on the raw messages of any connection: in-process (`tests/support/connection.py`) or real
(`tests/support/lsp_client.py`).
"""

from collections.abc import Sequence
from typing import Any

from tests.support.schemas import check_value

Json = dict[str, Any]
SILENT = {"thinking", "usage"}
"""Events that have nothing to say to a client which knows nothing of chats."""


def values(messages: Sequence[Json], token: int | str) -> list[Json]:
    """The progress values of a token, in order; `1` is not `"1"`."""
    return [message["params"]["value"] for message in messages if _is_progress(message, token)]


def events(messages: Sequence[Json], token: int | str) -> list[Json]:
    """The events of a token, in order."""
    return [value["event"] for value in values(messages, token)]


def kinds(messages: Sequence[Json], token: int | str) -> list[str]:
    """The types of a token's events, in order."""
    return [event["type"] for event in events(messages, token)]


def told(messages: Sequence[Json], token: int | str) -> list[str]:
    """What the user is told on a token beside the answer, in order."""
    return [event["message"] for event in events(messages, token) if event["type"] == "phase" and "message" in event]


def text_of(found: Sequence[Json]) -> str:
    """The answer: the text of these events that belongs to no subtask."""
    return "".join(event["data"] for event in found if event["type"] == "token" and "task" not in event)


def check_turn(messages: Sequence[Json], token: int | str, request_id: object) -> Json:
    """Fail unless the turn was told whole and in order; returns its response.

    Begin once, reports, end once, the response, and nothing after it; numbers without gaps; one result for each tool
    call; the joined text is the answer; everything as the schemas have it.
    """
    own = values(messages, token)
    for value in own:
        check_value("progress", value)
        _check_message(value)
    assert [value["kind"] for value in own] == ["begin", *["report"] * (len(own) - 2), "end"]
    found = [value["event"] for value in own]
    assert [event["seq"] for event in found] == list(range(len(found)))
    _check_calls(found)
    response = _only_response(messages, request_id)
    assert messages.index(response) > max(at for at, message in enumerate(messages) if _is_progress(message, token))
    _check_response(response, found)
    return response


def _check_calls(found: Sequence[Json]) -> None:
    """Each call has one result, after it, and a subtask's events lie between those of its `delegate` call.

    Calls run one after the other, but for those of `delegate`.
    """
    begun: list[Json] = []
    for event in found:
        assert event.get("task") in {None, *(call["id"] for call in begun if call["tool"] == "delegate")}
        if event["type"] == "tool_call":
            begun.append(event)
        elif event["type"] == "tool_result":
            (call,) = (call for call in begun if call["id"] == event["id"])
            others = [other for other in begun if other.get("task") == event.get("task")]
            assert others == [call] or {other["tool"] for other in others} == {"delegate"}
            assert not [other for other in begun if other.get("task") == call["id"]]
            begun.remove(call)
    assert begun == []


def _check_response(response: Json, found: Sequence[Json]) -> None:
    """The response says the same as the stream."""
    start, last = found[0], found[-1]
    names = {key: start[key] for key in ("sessionId", "turnId")}
    if "result" in response:
        result = response["result"]
        check_value("chat_stream.result", result)
        outcome = {key: value for key, value in last.items() if key not in {"type", "seq"}}
        assert result == {**names, **outcome, "lastSeq": last["seq"]}
        assert last["type"] == "done"
        assert last["final"] == text_of(found)
    else:
        data = response["error"]["data"]
        check_value("error_data", data)
        assert response["error"]["code"] == -32803
        assert response["error"]["message"] == last["error"]["message"]
        assert (data["reason"], data["retryable"]) == (last["error"]["code"], last["error"]["retryable"])
        assert {key: data[key] for key in names} == names
        assert data.get("final", "") == text_of(found)


def _check_message(value: Json) -> None:
    """`message` is for people: the text itself of an answer, and nothing where there is nothing to say."""
    event = value["event"]
    if value["kind"] == "begin":
        assert value["title"]
    elif event["type"] == "token" and "task" not in event:
        assert value["message"] == event["data"]
    elif event["type"] in SILENT or event["type"] == "token":
        assert "message" not in value
    else:
        assert value["message"]


def _only_response(messages: Sequence[Json], request_id: object) -> Json:
    found = [
        message
        for message in messages
        if "method" not in message and message["id"] == request_id and type(message["id"]) is type(request_id)
    ]
    assert len(found) == 1, f"{len(found)} responses to {request_id!r}"
    return found[0]


def _is_progress(message: Json, token: int | str) -> bool:
    if message.get("method") != "$/progress":
        return False
    found = message["params"]["token"]
    return found == token and type(found) is type(token)
