"""JSON-RPC and the lifecycle: every request is answered exactly once, whatever it holds, and nothing stops the next."""

import asyncio
import json
from typing import Any, cast

import pytest

from chatls import tasks
from chatls.chat.events import Finish, Token
from chatls.lsp.requests import HANDLERS
from tests.support.clock import settle
from tests.support.connection import Connection, connection
from tests.support.heart import FakeProvider

DEEP = "[" * 200_000 + "]" * 200_000


async def error_code(server: Connection, method: str, params: object = None, message_id: object = 1) -> int:
    response = await server.request(method, params, message_id)
    return response["error"]["code"]


async def test_f21_a_request_before_initialize_is_refused_with_32002() -> None:
    async with connection(initialize=False) as server:
        assert await error_code(server, "chat/listModels") == -32002


async def test_f21_a_notification_before_initialize_is_dropped() -> None:
    async with connection(initialize=False) as server:
        server.notify("textDocument/didOpen", {"textDocument": {}})
        assert await server.settled() == []


async def test_f21_a_second_initialize_is_refused_with_32600() -> None:
    async with connection() as server:
        assert (
            await error_code(server, "initialize", {"processId": None, "capabilities": {}, "rootUri": None}) == -32600
        )


async def test_f21_a_request_after_shutdown_is_refused_with_32600() -> None:
    async with connection() as server:
        assert (await server.request("shutdown"))["result"] is None
        assert await error_code(server, "chat/listModels") == -32600


@pytest.mark.parametrize(("shut_down", "code"), [(True, 0), (False, 1)])
async def test_f21_exit_ends_with_0_after_shutdown_and_with_1_without(shut_down: bool, code: int) -> None:
    async with connection() as server:
        if shut_down:
            await server.request("shutdown")
        server.notify("exit")
        async with asyncio.timeout(5):
            assert await server.server.wait() == code


async def test_the_server_says_what_it_can_and_that_it_knows_lsp() -> None:
    async with connection(initialize=False) as server:
        result = await server.initialize()
        assert result["serverInfo"]["name"] == "chatls"
        assert result["capabilities"]["experimental"]["chatls"]["protocol"] == 1
        assert "chat/stream" in result["capabilities"]["experimental"]["chatls"]["methods"]
        assert result["capabilities"]["executeCommandProvider"] == {"commands": ["chatls.ask"]}


async def test_the_command_is_not_advertised_to_a_client_that_knows_chat() -> None:
    async with connection(initialize=False) as server:
        result = await server.initialize(capabilities={"experimental": {"chatls": {"protocol": 1}}})
        assert "executeCommandProvider" not in result["capabilities"]


async def test_an_empty_lua_table_is_an_object_wherever_one_is_wanted() -> None:
    async with connection(initialize=False) as server:
        result = await server.initialize(capabilities=[], initializationOptions=[])
        assert result["serverInfo"]["name"] == "chatls"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"id": 1, "method": "chat/listModels"}, -32600),
        ({"jsonrpc": "1.0", "id": 1, "method": "chat/listModels"}, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": 5}, -32600),
        ({"jsonrpc": "2.0", "id": 1}, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": "no/such"}, -32601),
        ({"jsonrpc": "2.0", "id": 1, "method": "$/no/such"}, -32601),
        ({"jsonrpc": "2.0", "id": 1, "method": "chat/stream", "params": 5}, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "chat/stream", "params": {"message": 5}}, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "chat/stream", "params": []}, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "workspace/executeCommand", "params": {"command": 5}}, -32602),
        ({"jsonrpc": "2.0", "id": 1, "method": "workspace/executeCommand", "params": {"command": "x"}}, -32602),
    ],
    ids=[
        "F17 no jsonrpc",
        "F17 jsonrpc 1.0",
        "F17 method is a number",
        "F17 no method",
        "F20 unknown method",
        "F20 unknown $/ request",
        "F17 scalar params",
        "F18 wrong type in params",
        "F18 nothing at all",
        "F18 wrong type in params of LSP",
        "F18 unknown command",
    ],
)
async def test_a_bad_request_gets_one_error_and_the_next_one_its_answer(message: dict[str, Any], code: int) -> None:
    async with connection() as server:
        server.send(message)
        assert (await server.response())["error"]["code"] == code
        assert "result" in await server.request("chat/listAgents", None, 2)
        assert sum(received.get("id") == 1 for received in server.received) == 1


async def test_f16_an_id_in_flight_cannot_be_used_again_and_its_request_goes_on() -> None:
    going_on = asyncio.Event()
    async with connection(FakeProvider([going_on, Token("Hi"), Finish()])) as server:
        server.begin("chat/stream", {"message": {"content": "x"}})
        assert await error_code(server, "chat/listAgents") == -32600
        seen = len(server.received)
        going_on.set()
        assert (await server.response(1, seen))["result"]["final"] == "Hi"


@pytest.mark.parametrize("message_id", [None, True, 1.5, [], {}], ids=["null", "true", "1.5", "list", "object"])
async def test_a_request_without_a_usable_id_is_not_answered_but_noticed(message_id: object) -> None:
    async with connection() as server:
        server.send({"jsonrpc": "2.0", "id": message_id, "method": "chat/listAgents"})
        await server.settled()
        assert "id" not in server.received[-1]
        assert server.received[-1]["method"] == "window/logMessage"


async def test_ids_and_tokens_keep_their_type() -> None:
    provider = FakeProvider([Finish()], [Finish()])
    async with connection(provider) as server:
        for token in (1, "1"):
            response = await server.request("chat/stream", {"message": {"content": "x"}, "workDoneToken": token}, token)
            assert type(response["id"]) is type(token)
        tokens = [message["params"]["token"] for message in server.received if message.get("method") == "$/progress"]
        assert {type(token) for token in tokens} == {int, str}


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"\xef\xbb\xbfnonsense",
        b"{",
        b"\0\0",
        DEEP.encode(),
        b"9" * 5000 + b"x",
        b"[]",
        b'[{"id": 1}]',
        b"7",
    ],
    ids=[
        "F12 bad UTF-8",
        "F12 BOM",
        "cut JSON",
        "F12 NULs",
        "F13 depth",
        "F13 digits",
        "F14 []",
        "F14 batch",
        "number",
    ],
)
async def test_what_is_no_message_gets_no_response_and_the_next_frame_is_answered(body: bytes) -> None:
    async with connection() as server:
        server.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert "result" in await server.request("chat/listAgents", None, 2)
        assert all(message.get("id") in (None, 0, 2) for message in server.received)


async def test_a_byte_that_is_no_utf8_costs_a_character_and_not_the_message() -> None:
    async with connection() as server:
        body = b'{"jsonrpc":"2.0","id":"caf\xe9","method":"chat/listAgents"}'
        server.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert "result" in await server.response("caf\ufffd")


@pytest.mark.parametrize(
    "params",
    ['{"message": {"content": NaN}}', '{"message": {"content": 1e400}}', '{"message": 1, "message": {"content": 5}}'],
    ids=["F13 NaN", "F13 1e400", "F13 duplicate keys"],
)
async def test_odd_json_is_answered_with_valid_json(params: str) -> None:
    async with connection() as server:
        body = b'{"jsonrpc":"2.0","id":1,"method":"chat/stream","params":%b}' % params.encode()
        server.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert (await server.response())["error"]["code"] == -32602


async def test_f12_a_thousand_bad_bodies_are_told_once_a_second_at_most() -> None:
    async with connection() as server:
        for _ in range(1000):
            server.send_bytes(b"Content-Length: 1\r\n\r\n{")
        await server.settled()
        assert 1 <= server.methods().count("window/logMessage") <= 2
        assert "window/showMessage" not in server.methods()


async def test_f04_a_request_in_another_charset_is_refused_with_its_id() -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "chat/listAgents"}).encode("utf-16")
    async with connection() as server:
        server.send_bytes(b"Content-Length: %d\r\nContent-Type: x; charset=utf-16\r\n\r\n%b" % (len(body), body))
        assert (await server.response(7))["error"]["code"] == -32600


async def test_nested_jsonrpc_keys_are_values_like_any_other() -> None:
    async with connection(FakeProvider([Finish()])) as server:
        message = {
            "content": "x",
            "attachments": [{"type": "text", "name": "a", "text": "b", "jsonrpc": "2.0", "id": 9}],
        }
        response = await server.request("chat/stream", {"message": message, "jsonrpc": "2.0"})
        assert response["result"]["stopReason"] == "end_turn"


@pytest.mark.parametrize("params", [{"id": 99}, {"id": [1]}, {}, None, [], {"id": 0}], ids=str)
async def test_f22_a_cancel_of_nothing_does_nothing(params: object) -> None:
    async with connection() as server:
        seen = len(await server.settled())
        server.notify("$/cancelRequest", params)
        assert (await server.settled())[seen:] == []


async def test_exit_sent_as_a_request_is_an_error_and_ends_nothing() -> None:
    async with connection() as server:
        assert await error_code(server, "exit") == -32601
        assert "result" in await server.request("chat/listAgents", None, 2)


async def test_a_request_sent_as_a_notification_is_ignored() -> None:
    async with connection() as server:
        seen = len(await server.settled())
        server.notify("chat/stream", {"message": {"content": "x"}})
        assert (await server.settled())[seen:] == []


async def test_f20_an_unknown_notification_is_ignored() -> None:
    async with connection() as server:
        seen = len(await server.settled())
        server.notify("$/whatever", {"a": 1})
        server.notify("whatever/else")
        assert (await server.settled())[seen:] == []


async def test_a_question_to_the_client_has_an_integer_id_and_takes_its_answer_also_as_a_string() -> None:
    async with connection() as server:
        protocol: Any = server.server.__dict__["_protocol"]
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            asked = group.create_task(protocol.ask("chat/getDiagnostics", {"uri": "file:///ws/a"}))
            await server.settled()
            question = server.received[-1]
            assert type(question["id"]) is int
            server.send({"jsonrpc": "2.0", "id": str(question["id"]), "result": {"items": []}})
        assert asked.result() == {"items": []}


@pytest.mark.parametrize(
    "failure", [MemoryError(), RecursionError(), asyncio.CancelledError(), SystemExit(3), KeyboardInterrupt()], ids=repr
)
async def test_f68_whatever_a_handler_raises_costs_its_own_request_alone(
    monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    async def fail(*_: object) -> None:
        raise failure

    monkeypatch.setitem(cast("dict[str, Any]", HANDLERS), "chat/listTools", fail)
    async with connection() as server:
        response = await server.request("chat/listTools")
        assert response["error"]["code"] == -32603
        assert "result" in await server.request("chat/listAgents", None, 2)


async def test_a_result_that_is_no_json_is_answered_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    async def answer(*_: object) -> Any:
        return {"deep": deep}

    monkeypatch.setitem(cast("dict[str, Any]", HANDLERS), "chat/listTools", answer)
    async with connection() as server:
        assert (await server.request("chat/listTools"))["error"]["code"] == -32603


async def test_nothing_is_kept_of_requests_and_notifications_that_are_over() -> None:
    async with connection() as server:
        server.notify(
            "textDocument/didOpen",
            {"textDocument": {"uri": "file:///ws/a", "languageId": "x", "version": 1, "text": ""}},
        )
        before = tasks.running()
        for version in range(50):
            server.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": "file:///ws/a", "version": version},
                    "contentChanges": [{"text": str(version)}],
                },
            )
            await server.request("chat/listAgents", None, version)
        await settle()
        state = server.server.__dict__["_protocol"].__dict__
        registries = ("_requests", "_asked", "_request_futures", "_result_types")
        assert [state[name] for name in registries] == [{}, {}, {}, {}]
        assert tasks.running() == before
