"""The other requests: what can be chosen, and chat by way of a command that any LSP client can send."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from chatls.chat.approvals import Grant
from chatls.chat.events import Token
from chatls.chat.messages import ModelInfo, ProviderStatus
from chatls.chat.ports import ModelList
from tests.support.connection import connection
from tests.support.heart import END, MODEL, FakeModels, FakeProvider
from tests.support.schemas import check_value
from tests.support.turns import check_turn

Json = dict[str, Any]


async def test_models_are_listed_with_who_cannot_be_reached_and_why() -> None:
    class Catalog(FakeModels):
        async def list(self) -> ModelList:
            down = ProviderStatus("ollama", reachable=False, reason="No connection.", hint="Start it.")
            return ModelList(
                [MODEL, ModelInfo("fake/x", "fake", "x")], [ProviderStatus("fake", reachable=True), down], MODEL.id
            )

    async with connection() as server:
        server.models = Catalog(server.provider)
        await server.configure({})
        result = (await server.request("chat/listModels"))["result"]
        check_value("chat_listModels.result", result)
        assert result == {
            "models": [
                {
                    "id": "fake/model",
                    "provider": "fake",
                    "name": "model",
                    "contextLength": 4096,
                    "capabilities": ["tools"],
                },
                {"id": "fake/x", "provider": "fake", "name": "x", "capabilities": []},
            ],
            "providers": [
                {"id": "fake", "reachable": True},
                {"id": "ollama", "reachable": False, "reason": "No connection.", "hint": "Start it."},
            ],
            "default": "fake/model",
        }


async def test_grants_are_listed_without_what_only_the_server_needs_and_taken_back_once() -> None:
    made = "2026-11-23T08:38:27.747Z"
    grant = Grant(
        "g1", "run_command", "always", allows=True, key="secret key", label="Always allow: make", created_at=made
    )
    async with connection() as server:
        await server.grants.add(("file:///ws",), grant)
        await server.grants.add(("file:///other",), replace(grant, grant_id="g2"))
        listed = (await server.request("chat/listGrants"))["result"]
        check_value("chat_listGrants.result", listed)
        assert listed == {
            "grants": [
                {
                    "grantId": "g1",
                    "tool": "run_command",
                    "scope": "always",
                    "label": "Always allow: make",
                    "createdAt": made,
                }
            ]
        }
        assert (await server.request("chat/revokeGrant", {"grantId": "g1"}, 2))["result"] == {}
        assert (await server.request("chat/listGrants", None, 3))["result"] == {"grants": []}
        for number, grant_id in enumerate(("g1", "g2", "no such"), 4):
            error = (await server.request("chat/revokeGrant", {"grantId": grant_id}, number))["error"]
            assert (error["code"], error["data"]["reason"]) == (-32803, "not_found")


@pytest.mark.parametrize("params", [None, {"grantId": ""}, {"grantId": 1}])
async def test_what_is_no_grants_id_is_refused(params: Json | None) -> None:
    async with connection() as server:
        error = (await server.request("chat/revokeGrant", params))["error"]
        assert (error["code"], error["data"]["field"]) == (-32602, "grantId")


async def test_agents_and_tools_are_listed() -> None:
    async with connection() as server:
        agents = (await server.request("chat/listAgents"))["result"]
        check_value("chat_listAgents.result", agents)
        assert agents == {"agents": [{"id": "chat", "description": "Talks.", "tools": ["look", "delegate"]}]}
        tools = (await server.request("chat/listTools", {}, 2))["result"]
        check_value("chat_listTools.result", tools)
        assert tools == {"tools": [{"name": "look", "description": "A tool.", "kind": "read", "inputSchema": {}}]}


@pytest.mark.parametrize("params", [None, {}, []], ids=["null", "object", "list"])
async def test_nothing_to_say_may_be_said_in_any_way(params: object) -> None:
    async with connection() as server:
        for number, method in enumerate(["chat/listModels", "chat/listAgents", "chat/listTools", "chat/listSessions"]):
            assert "result" in await server.request(method, params, number)


async def test_a_request_that_can_only_be_broken_off_is_answered_with_32800() -> None:
    class Slow(FakeModels):
        async def list(self) -> ModelList:
            await asyncio.Event().wait()
            raise NotImplementedError

    async with connection() as server:
        server.models = Slow(server.provider)
        await server.configure({})
        server.begin("chat/listModels")
        await server.settled()
        server.notify("$/cancelRequest", {"id": 1})
        assert (await server.response())["error"]["code"] == -32800


# -- chatls.ask ----------------------------------------------------------------------------------------------------


def ask(*arguments: object, **more: Any) -> Json:
    return {"command": "chatls.ask", "arguments": list(arguments), **more}


@pytest.mark.parametrize("message", ["Hi", {"content": "Hi"}], ids=["as text", "as an object"])
async def test_the_command_asks_as_chat_stream_does(message: object) -> None:
    async with connection(FakeProvider([Token("Hello"), END])) as server:
        await server.request("workspace/executeCommand", ask({"message": message}, workDoneToken="t"))
        assert check_turn(await server.settled(), "t", 1)["result"]["final"] == "Hello"
        assert server.provider.requests[0].messages[-1].content == "Hi"


async def test_the_command_goes_on_with_a_session() -> None:
    async with connection(FakeProvider([Token("A"), END], [Token("B"), END])) as server:
        first = (await server.request("workspace/executeCommand", ask({"message": "One"})))["result"]
        params = ask({"message": "Two", "sessionId": first["sessionId"]})
        await server.request("workspace/executeCommand", params, 2)
        assert [message.content for message in server.provider.requests[1].messages[1:]] == ["One", "A", "Two"]


@pytest.mark.parametrize("road", ["$/cancelRequest", "window/workDoneProgress/cancel"])
async def test_f82_a_cancelled_command_ends_its_turn_and_is_answered_normally(road: str) -> None:
    async with connection(FakeProvider([Token("So far"), asyncio.Event()])) as server:
        server.begin("workspace/executeCommand", ask({"message": "Hi"}, workDoneToken="t"))
        await server.event("t", "token")
        server.notify(road, {"id": 1, "token": "t"})
        await server.response()
        result = check_turn(await server.settled(), "t", 1)["result"]
        assert (result["stopReason"], result["final"]) == ("cancelled", "So far")
        assert server.provider.open == 0


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"command": "chatls.ask"}, "arguments"),
        (ask(), "arguments"),
        (ask({}), "arguments[0].message"),
        (ask({"message": ""}), "arguments[0].message"),
        (ask({"message": {"content": ""}}), "arguments[0].message.content"),
        (ask({"message": "a"}, {"message": "b"}), "arguments"),
        ({"command": "rm -rf", "arguments": [{"message": "Hi"}]}, "command"),
    ],
    ids=["nothing", "no arguments", "no message", "empty text", "empty message", "two arguments", "unknown command"],
)
async def test_a_bad_command_is_refused_naming_the_field(params: Json, field: str) -> None:
    async with connection() as server:
        error = (await server.request("workspace/executeCommand", params))["error"]
        assert (error["code"], error["data"]["field"]) == (-32602, field)


async def test_a_token_in_use_is_refused_to_a_command_too() -> None:
    async with connection(FakeProvider([Token("Hi"), asyncio.Event()])) as server:
        server.begin("workspace/executeCommand", ask({"message": "Hi"}, workDoneToken="t"))
        await server.event("t", "token")
        params = ask({"message": "Hi"}, workDoneToken="t")
        error = (await server.request("workspace/executeCommand", params, 2))["error"]
        assert (error["code"], error["data"]["field"]) == (-32602, "workDoneToken")
