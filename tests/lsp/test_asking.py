"""A tool that asks the user in the middle of a turn: in order on the wire, withdrawn with its turn, one yes a call."""

import asyncio
from typing import Any

import pytest

from chatls.chat.events import Token, ToolCall, ToolFailure, ToolText
from chatls.chat.ports import TextChange, ToolRun
from chatls.lsp.framing import encode
from chatls.tools.approval.decision import Action, Offer
from chatls.tools.base import ToolError
from tests.support.clock import settle
from tests.support.connection import Connection, connection, turn_params
from tests.support.heart import END, FakeProvider, FakeToolset, call
from tests.support.model_editor import ModelEditor
from tests.support.turns import check_turn, events, kinds, values

Json = dict[str, Any]
URI = "file:///ws/a.py"
ASKS: Json = {"approval": True}


class Asking(FakeToolset):
    """Tools that change something: one asks before, one edits without asking. `done` is what was done."""

    def __init__(self) -> None:
        super().__init__({"ask": self._ask, "edit": self._edit})
        self.server: Connection | None = None
        self.done: list[str] = []

    async def _ask(self, call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
        assert self.server is not None
        offers = (Offer("allow_session", "run", "Run anything in this session"),)
        try:
            await self.server.gate.permit(Action("ask", "execute", "Run it", "it", ("it", "run"), offers), run)
        except ToolError as error:
            return ToolFailure(error.code, error.message)
        self.done.append(call.id)
        return ToolText("done")

    async def _edit(self, call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
        assert self.server is not None
        document = self.server.editor.document(URI)
        assert document is not None
        return ToolText(str(await self.server.editor.apply(document, [TextChange(0, 0, "x")])))


def allow(_params: Json) -> Json:
    return {"optionId": "allow"}


def places(server: Connection, token: str, method: str) -> dict[str, int]:
    """Where in the order of messages a call's events are, and the server's request."""
    found: dict[str, int] = {}
    for at, message in enumerate(server.received):
        if message.get("method") == method:
            found["request"] = at
        for event in events([message], token):
            if event["type"] in {"tool_call", "tool_result"} or event.get("phase") == "approval":
                found[event["type"]] = at
    return found


async def settle_all() -> None:
    for _ in range(5):
        await settle()
        await asyncio.to_thread(lambda: None)


@pytest.mark.parametrize("tool", ["ask", "edit"])
async def test_a_client_that_reads_slowly_is_asked_after_the_call_and_before_its_result(tool: str) -> None:
    going_on, burst = asyncio.Event(), [Token("x" * 4096) for _ in range(100)]
    asking = FakeProvider([Token("First"), going_on, *burst, call(tool), END], [Token("Done"), END], [Token("Other")])
    toolset = Asking()
    async with connection(asking, toolset=toolset, initialize=False) as server:
        toolset.server = server
        await server.introduce(ASKS)
        ModelEditor(server).open(URI, "a")
        server.answers["chat/requestApproval"] = allow
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        server.pause()
        going_on.set()
        await settle_all()
        server.resume()
        await server.response()
        result = check_turn(await server.settled(), "t", 1)["result"]
        assert result["final"] == "First" + "x" * 4096 * 100 + "Done"
        found = places(server, "t", "chat/requestApproval" if tool == "ask" else "workspace/applyEdit")
        order = ["tool_call", *(["phase"] if tool == "ask" else []), "request", "tool_result"]
        assert sorted(found, key=found.__getitem__) == order


async def test_t38_what_the_user_types_before_an_edit_can_be_sent_keeps_it_from_being_sent() -> None:
    provider = FakeProvider([Token("First"), going_on := asyncio.Event(), call("edit"), END], [END])
    toolset = Asking()
    async with connection(provider, toolset=toolset, initialize=False) as server:
        toolset.server = server
        await server.introduce()
        ModelEditor(server).open(URI, "a")
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        server.pause()
        log = {"type": 4, "message": "x" * 9_000_000}  # more than may wait for a client
        server.pipe.send(encode({"jsonrpc": "2.0", "method": "window/logMessage", "params": log}))
        going_on.set()
        await settle_all()
        params = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "typed"}]}
        server.notify("textDocument/didChange", params)
        server.resume()
        await server.response()
        assert "workspace/applyEdit" not in server.methods()
        assert ("tool", "False") in server.said(1)


@pytest.mark.parametrize("token", ["t", None], ids=["with progress", "without"])
async def test_a_tool_without_a_model_asks_in_the_same_order(token: str | None) -> None:
    toolset = Asking()
    async with connection(toolset=toolset, initialize=False) as server:
        toolset.server = server
        await server.introduce(ASKS)
        server.answers["chat/requestApproval"] = allow
        server.pause()
        server.begin("chat/callTool", {"tool": "ask", **({"workDoneToken": token} if token else {})})
        await settle_all()
        server.resume()
        assert (await server.response())["result"] == {"result": {"text": "done"}}
        await server.settled()
        asked = (await server.asked("chat/requestApproval"))["params"]
        assert "sessionId" not in asked
        assert [option["kind"] for option in asked["options"]] == ["allow_once", "reject_once", "reject_always"]
        if token:
            found = places(server, "t", "chat/requestApproval")
            assert sorted(found, key=found.__getitem__) == ["tool_call", "phase", "request", "tool_result"]
            assert kinds(server.received, "t") == ["tool_call", "phase", "phase", "tool_result"]


@pytest.mark.parametrize("road", ["$/cancelRequest", "window/workDoneProgress/cancel"])
async def test_t60_a_cancel_withdraws_the_question_and_a_late_yes_runs_nothing(road: str) -> None:
    toolset = Asking()
    async with connection(FakeProvider([call("ask"), END]), toolset=toolset, initialize=False) as server:
        toolset.server = server
        await server.introduce(ASKS)
        server.begin("chat/stream", turn_params(token="t"))
        asked = await server.asked("chat/requestApproval")
        server.notify(road, {"id": 1, "token": "t"})
        server.reply(asked["id"], {"optionId": "allow"})
        await server.response()
        result = check_turn(await server.settled(), "t", 1)["result"]
        assert result["stopReason"] == "cancelled"
        assert toolset.done == []
        assert (await server.asked("$/cancelRequest"))["params"] == {"id": asked["id"]}
        closed = (await server.asked("chat/approvalClosed"))["params"]
        assert closed == {"approvalId": asked["params"]["approvalId"]}
        ended = next(event for event in events(server.received, "t") if event["type"] == "tool_result")
        assert ended["error"]["code"] == "cancelled"


async def test_a_cancelled_tool_without_a_model_withdraws_its_question_too() -> None:
    toolset = Asking()
    async with connection(toolset=toolset, initialize=False) as server:
        toolset.server = server
        await server.introduce(ASKS)
        server.begin("chat/callTool", {"tool": "ask", "workDoneToken": "t"})
        await server.asked("chat/requestApproval")
        server.notify("$/cancelRequest", {"id": 1})
        assert (await server.response())["result"]["error"]["code"] == "cancelled"
        await server.asked("chat/approvalClosed")
        assert values(await server.settled(), "t")[-1]["kind"] == "end"
        assert toolset.done == []


async def test_t62_two_sessions_ask_at_once_and_each_gets_its_own_answer() -> None:
    provider = FakeProvider([call("ask"), END], [call("ask"), END], [Token("A"), END], [Token("B"), END])
    toolset = Asking()
    async with connection(provider, toolset=toolset, initialize=False) as server:
        toolset.server = server
        await server.introduce(ASKS)
        tokens = ("A", "B")
        for number, token in enumerate(tokens, 1):
            server.begin("chat/stream", turn_params(token, token), number)
            await server.asked("chat/requestApproval", number)
        first, second = [await server.asked("chat/requestApproval", number) for number in (1, 2)]
        server.reply(second["id"], {"optionId": "allow"})
        server.reply(first["id"], {"optionId": "reject"})
        for number in (1, 2):
            await server.response(number)
        await server.settled()
        results = {token: next(e for e in events(server.received, token) if "durationMs" in e) for token in tokens}
        assert results["A"]["error"]["code"] == "rejected"
        assert results["B"]["result"]["text"] == "done"
        starts = {token: events(server.received, token)[0]["sessionId"] for token in tokens}
        assert [each["params"]["sessionId"] for each in (first, second)] == [starts["A"], starts["B"]]


async def test_a_grant_for_the_session_holds_in_it_is_listed_and_can_be_taken_back() -> None:
    provider = FakeProvider(*([call("ask", a=number), END] for number in range(2)), [END], [call("ask"), END], [END])
    toolset = Asking()
    async with connection(provider, toolset=toolset, initialize=False) as server:
        toolset.server = server
        await server.introduce(ASKS)
        server.answers["chat/requestApproval"] = lambda _: {"optionId": "allow_session:0"}
        session = (await server.turn())["result"]["sessionId"]
        assert (len(toolset.done), server.methods().count("chat/requestApproval")) == (2, 1)
        (grant,) = (await server.request("chat/listGrants", None, 2))["result"]["grants"]
        assert (grant["tool"], grant["scope"], grant["label"]) == ("ask", "session", "Run anything in this session")
        assert (await server.request("chat/revokeGrant", {"grantId": grant["grantId"]}, 3))["result"] == {}
        server.answers["chat/requestApproval"] = lambda _: {"optionId": "reject"}
        await server.turn("Again", "u", 4, sessionId=session)
        assert (len(toolset.done), server.methods().count("chat/requestApproval")) == (2, 2)


async def test_t61_where_nobody_can_be_asked_the_call_is_refused() -> None:
    toolset = Asking()
    async with connection(toolset=toolset) as server:
        toolset.server = server
        response = await server.request("chat/callTool", {"tool": "ask"})
        assert response["result"]["error"]["code"] == "rejected"
        assert toolset.done == []
