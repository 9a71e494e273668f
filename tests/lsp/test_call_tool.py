"""One tool without a model: begun, reported and ended as in a turn, and answered normally also when cancelled."""

import asyncio
from typing import Any

import pytest

from chatls.chat.events import Token, ToolCall, ToolFailure, ToolText
from chatls.chat.ports import ToolRun
from chatls.lsp.pipe import LANE_HIGH_WATER
from tests.support.clock import settle
from tests.support.connection import Connection, connection, turn_params
from tests.support.heart import FakeProvider, FakeToolset
from tests.support.process_facts import until
from tests.support.schemas import check_value
from tests.support.turns import kinds, values

Json = dict[str, Any]


async def talk(call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
    await run.progress("Half way", "some output")
    return ToolText(f"{call.arguments}", uris=("file:///ws/a.py",))


async def fail(call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
    return ToolFailure("not_found", "No such file.")


async def hang(call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
    await asyncio.Event().wait()
    raise NotImplementedError


class Saving(FakeToolset):
    """Tools that say how much of the call was told when they were told that it is over."""

    def __init__(self) -> None:
        super().__init__({"talk": talk, "hang": hang})
        self.server: Connection | None = None
        self.told: list[str] = []

    async def finish(self, scope: str) -> None:
        assert self.server is not None
        self.told += kinds(await self.server.settled(), "t")
        await super().finish(scope)


TOOLS = FakeToolset({"talk": talk, "fail": fail, "hang": hang})


async def result_of(server: Connection, tool: str, **params: Any) -> Json:
    response = await server.request("chat/callTool", {"tool": tool, "workDoneToken": "t", **params})
    check_value("chat_callTool.result", response["result"])
    return response["result"]


def checked_values(server: Connection) -> list[Json]:
    """The progress, which must begin once, end once, and stop before the response."""
    found = values(server.received, "t")
    for value in found:
        check_value("progress", value)
    assert [value["kind"] for value in found] == ["begin", *["report"] * (len(found) - 2), "end"]
    assert [value["event"]["seq"] for value in found] == list(range(len(found)))
    assert "method" not in server.received[-1]
    return found


async def test_a_tool_runs_between_begin_and_end_and_its_result_is_the_answer() -> None:
    async with connection(toolset=TOOLS) as server:
        result = await result_of(server, "talk", args={"path": "a"})
        assert result == {"result": {"text": "{'path': 'a'}", "uris": ["file:///ws/a.py"]}}
        begin, report, end = checked_values(server)
        assert (begin["title"], begin["cancellable"]) == ("🔧 Executing talk…", True)
        assert begin["event"]["args"] == {"path": "a"}
        assert (report["message"], report["event"]["data"]) == ("Half way", "some output")
        assert (end["message"], end["event"]["result"]) == ("✅ talk completed", result["result"])


async def test_a_tool_that_fails_is_a_result_with_an_error() -> None:
    async with connection(toolset=TOOLS) as server:
        assert await result_of(server, "fail") == {"error": {"code": "not_found", "message": "No such file."}}
        assert checked_values(server)[-1]["message"] == "❌ fail failed: No such file."


@pytest.mark.parametrize("road", ["$/cancelRequest", "window/workDoneProgress/cancel"])
async def test_a_cancelled_tool_is_answered_normally_with_the_error_cancelled(road: str) -> None:
    async with connection(toolset=TOOLS) as server:
        server.begin("chat/callTool", {"tool": "hang", "workDoneToken": "t"})
        await server.event("t", "tool_call")
        server.notify(road, {"id": 1, "token": "t"})
        result = (await server.response())["result"]
        assert result["error"]["code"] == "cancelled"
        await server.settled()
        assert checked_values(server)[-1]["event"]["error"]["code"] == "cancelled"


async def test_a_cancel_in_the_same_write_still_begins_and_ends() -> None:
    async with connection(toolset=TOOLS) as server:
        params = {"tool": "hang", "workDoneToken": "t"}
        server.send_at_once(
            {"jsonrpc": "2.0", "id": 1, "method": "chat/callTool", "params": params},
            {"jsonrpc": "2.0", "method": "window/workDoneProgress/cancel", "params": {"token": "t"}},
        )
        assert (await server.response())["result"]["error"]["code"] == "cancelled"
        await server.settled()
        checked_values(server)


@pytest.mark.parametrize("tool", ["talk", "hang"])
async def test_the_tools_finish_before_the_end_also_of_a_cancelled_call(tool: str) -> None:
    toolset = Saving()
    async with connection(toolset=toolset) as server:
        toolset.server = server
        server.begin("chat/callTool", {"tool": tool, "workDoneToken": "t"})
        begun = await server.event("t", "tool_call")
        if tool == "hang":
            server.notify("$/cancelRequest", {"id": 1})
        await server.response()
        assert toolset.finished == [begun["id"]]
        assert "tool_call" in toolset.told
        assert "tool_result" not in toolset.told


async def test_without_a_token_there_is_no_progress() -> None:
    async with connection(toolset=TOOLS) as server:
        response = await server.request("chat/callTool", {"tool": "talk", "args": []})
        assert response["result"]["result"]["text"] == "{}"
        assert "$/progress" not in server.methods()


@pytest.mark.parametrize(
    ("params", "field"),
    [({}, "tool"), ({"tool": 5}, "tool"), ({"tool": "talk", "args": "x"}, "args")],
    ids=["no tool", "tool is a number", "args is text"],
)
async def test_bad_params_are_refused_naming_the_field(params: Json, field: str) -> None:
    async with connection(toolset=TOOLS) as server:
        error = (await server.request("chat/callTool", {"workDoneToken": "t", **params}))["error"]
        assert (error["code"], error["data"]["field"]) == (-32602, field)
        assert "$/progress" not in server.methods()


async def test_a_token_of_a_running_turn_is_refused() -> None:
    async with connection(FakeProvider([Token("Hi"), asyncio.Event()]), toolset=TOOLS) as server:
        server.begin("chat/stream", turn_params(token="t"), 2)
        await server.event("t", "token")
        error = (await server.request("chat/callTool", {"tool": "talk", "workDoneToken": "t"}))["error"]
        assert (error["code"], error["data"]["field"]) == (-32602, "workDoneToken")


async def test_f76_a_tool_that_talks_to_a_client_that_does_not_read_has_to_wait() -> None:
    said = 0

    async def chatter(call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
        nonlocal said
        for _ in range(100):
            await run.progress("line", "x" * 10_000)
            said += 1
        return ToolText("done")

    async with connection(toolset=FakeToolset({"chatter": chatter})) as server:
        server.pause()
        server.begin("chat/callTool", {"tool": "chatter", "workDoneToken": "t"})
        await until(lambda: server.pipe.size >= LANE_HIGH_WATER)
        await settle()
        assert said < 30
        server.resume()
        assert (await server.response())["result"] == {"result": {"text": "done"}}
        assert len(values(server.received, "t")) == 102


async def test_a_call_for_a_session_that_is_not_there_is_refused_without_progress() -> None:
    async with connection(toolset=TOOLS) as server:
        params = {"tool": "talk", "sessionId": "no-such", "workDoneToken": "t"}
        response = await server.request("chat/callTool", params)
        assert response["error"]["data"]["reason"] == "session_not_found"
        assert "$/progress" not in server.methods()
