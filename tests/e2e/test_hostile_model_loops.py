"""A hostile model that never ends, or says what is no call at all, over real stdio: the turn ends and says why, every
call has its one result, and the next turn works.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.chat_server import new_token
from tests.support.fake_model_server import Received, Reply
from tests.support.hostile import Call, Scene, allows, failures, needs_linux
from tests.support.lsp_client import stream_params
from tests.support.recordings import answer, done, message, tool_call
from tests.support.turns import check_turn

pytestmark = [needs_linux, pytest.mark.asyncio(loop_scope="session")]
Json = dict[str, Any]
READ: Call = ("read_file", {"path": "a.py"})
LIST: Call = ("list_directory", {"path": "."})
RUN: Call = ("run_command", {"command": "echo x >> ran"})


def one(*calls: Call) -> Reply:
    return Reply([message(tool_calls=[tool_call(*call) for call in calls]), done()])


def number(at: int) -> Call:
    return ("search_text", {"pattern": f"x{at}"})


ENDLESS: dict[str, tuple[Callable[[int], Reply], int, str]] = {
    "T113 the same 1,000 times": (lambda _: one(READ), 2, "the same tool call 3 times"),
    "T113 A/B": (lambda at: one((READ, LIST)[at % 2]), 5, "the same 2 tool calls 3 times"),
    "T113 A/B/C/D": (lambda at: one(number(at % 4)), 11, "the same 4 tool calls 3 times"),
    "T113 10,000 calls in a message": (lambda _: one(*map(number, range(10_000))), 0, "10000 tools in one message"),
    "T113 33 calls in a message": (lambda _: one(*map(number, range(33))), 0, "33 tools in one message"),
    "T113 steps": (lambda at: one(number(at)), 50, "50 model calls"),
    "T113 commands": (lambda _: one(RUN), 2, "the same tool call 3 times"),
    "T113 a call that grows": (
        lambda at: one(("edit_file", {"path": "grow", "content": "x" * (1 << min(at, 14)) + str(at)})),
        50,
        "50 model calls",
    ),
}
"""What the model says to its call of this number; how many calls are run then, and what the turn's end says."""


async def turn(stage: Scene) -> tuple[Json, list[Json]]:
    """One turn; its result, and the events of its calls."""
    token = new_token()
    request = stage.client.begin("chat/stream", stream_params("Go", token))
    await stage.client.response(request)
    found = check_turn(stage.client.received, token, request)
    return found, [event for event in stage.client.events(token) if event["type"] == "tool_result"]


@pytest.mark.parametrize("case", ENDLESS)
async def test_a_model_that_would_go_on_for_ever_is_ended(stage: Scene, case: str) -> None:
    says, most, why = ENDLESS[case]
    asked = 0

    def say(_request: Received) -> Reply:
        nonlocal asked
        asked += 1
        return says(asked - 1)

    before = stage.around()
    kept, stage.model.chat = stage.model.chat, say
    try:
        response, results = await turn(stage)
    finally:
        stage.model.chat = kept
    assert response["result"]["stopReason"] == "max_turn_requests"
    assert why in response["result"]["stopMessage"].replace(",", "")
    assert len(results) == most
    stage.check(before)
    assert (await stage.client.stream("Hi", new_token()))["result"]["stopReason"] == "end_turn"


ODD: dict[str, tuple[object, ...]] = {
    "T114 unknown tool": (("rm_rf", {"path": "/"}), ("", {}), ("Read_File", {"path": "a.py"}), ("run_command ", {})),
    "T114 a name with a line break": (("read_file\nrun_command", {"command": "touch PWNED"}), ("run\x00_command", {})),
    "T114 arguments that are no object": (
        *(("run_command", "touch PWNED"), ("run_command", ["touch PWNED"]), ("run_command", 7)),
        *(("run_command", '{"command": "touch PWNED"'), ("run_command", "[]"), ("edit_file", "null")),
    ),
    "T114 arguments of another shape": (
        *(("run_command", {}), ("run_command", {"command": []}), ("run_command", {"command": {"sh": "touch PWNED"}})),
        *(("run_command", {"command": "ls", "env": {"A": "b"}}), ("run_command", {"command": "ls", "timeout": 10**9})),
        *(("run_command", {"command": "ls", "confined": False}), ("run_command", {"command": [1]})),
        *(("edit_file", {"path": ["a.py"], "content": "x"}), ("delete_file", {"path": "a.py", "force": True})),
        *(("run_command", {"command": "ls\0"}), ("read_file", {"path": None})),
    ),
}


@pytest.mark.parametrize("case", ODD)
async def test_what_is_no_call_gets_an_error_and_runs_nothing(stage: Scene, case: str) -> None:
    calls: list[Any] = list(ODD[case])
    before = stage.around()
    stage.say(*calls)
    token = new_token()
    response = await stage.client.response(stage.client.begin("chat/stream", stream_params("Go", token)))
    results = [event for event in stage.client.events(token) if event["type"] == "tool_result"]
    stage.check(before)
    assert [question["title"] for question in stage.asked] == []
    assert all("error" in event for event in results)
    if "result" in response:
        assert {code for _, code in failures(calls, results)} <= {"unknown_tool", "invalid_arguments"}


async def test_t114_calls_that_share_an_id_get_a_result_each(stage: Scene) -> None:
    same = [tool_call(name, given, id="same") for name, given in (READ, LIST, ("find_files", {"pattern": "*"}))]
    stage.model.answer(Reply([message(tool_calls=same), done()]), Reply(answer("Done.")))
    _, results = await turn(stage)
    assert len({event["id"] for event in results}) == 3


@pytest.mark.parametrize("size", [5_000_000, 50_000_000], ids=["T114 5 MB", "T114 50 MB"])
async def test_arguments_of_many_megabytes_end_the_call_or_the_turn(stage: Scene, size: int) -> None:
    stage.user = allows
    text = json.dumps({"path": "big", "content": ""})
    big = {"path": "big", "content": "x" * (size - len(text))}
    stage.model.answer(one(("edit_file", big)), Reply(answer("Done.")))
    before = stage.around()
    request = stage.client.begin("chat/stream", stream_params("Go", new_token()))
    response = await stage.client.response(request)
    assert "result" in response or response["error"]["data"]["reason"] == "provider_protocol"
    assert stage.asked == []
    stage.check(before)
    assert (await stage.client.stream("Hi", new_token()))["result"]["stopReason"] == "end_turn"


async def test_t114_a_call_whose_stream_was_cut_is_never_run(stage: Scene) -> None:
    stage.user = allows
    cut = [message(tool_calls=[tool_call(*RUN)])]
    before = stage.around()
    for reply in (Reply(cut, ending="cut"), Reply(cut, ending="reset"), Reply([*cut, done("length")])):
        stage.model.forget()
        stage.model.answer(reply, Reply([done()]), Reply([done()]))
        await stage.client.response(stage.client.begin("chat/stream", stream_params("Go", new_token())))
        stage.model.forget()
    assert stage.asked == []
    assert not (stage.workspace / "ran").exists()
    stage.check(before)
