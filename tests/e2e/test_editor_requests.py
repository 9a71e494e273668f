"""What a real server asks of a client that announces it, and what it does without."""

from pathlib import Path
from typing import Any

from tests.support.chat_server import chat_server, new_token
from tests.support.lsp_client import stream_params
from tests.support.turns import check_turn

Json = dict[str, Any]
LOOK = """
[[answer]]
steps = [{ tool = "get_diagnostics", args = { path = "a.py" } }]

[[answer]]
steps = [{ text = "Mend line 3." }]
"""


def announcing(**chat: bool) -> Json:
    return {"capabilities": {"experimental": {"chatls": {"protocol": 1, **chat}}}}


async def tools(client: Any) -> set[str]:
    return {tool["name"] for tool in (await client.result("chat/listTools"))["tools"]}


async def test_a_model_reads_the_diagnostics_of_a_client_that_announces_them(tmp_path: Path) -> None:
    async with chat_server(tmp_path, scripts={"look": LOOK}, **announcing(diagnostics=True)) as client:
        (tmp_path / "ws" / "a.py").write_text("x = 1\n")
        uri = (tmp_path / "ws" / "a.py").as_uri()
        asked: list[Json] = []

        async def tell(params: Json) -> Json:
            asked.append(params)
            place = {"line": 2, "character": 0}
            found = {"range": {"start": place, "end": place}, "severity": 1, "message": "undefined name"}
            return {"items": [{"uri": uri, "diagnostics": [found]}]}

        client.handlers["chat/getDiagnostics"] = tell
        token = new_token()
        request = client.begin("chat/stream", stream_params("What is wrong?", token))
        await client.response(request)
        assert check_turn(client.received, token, request)["result"]["final"] == "Mend line 3."
        result = next(event for event in client.events(token) if event["type"] == "tool_result")
        assert result["result"]["text"] == "a.py:3:1 error undefined name"
        assert asked == [{"uri": uri}]


async def test_a_client_that_cannot_tell_diagnostics_has_no_tool_for_them(tmp_path: Path) -> None:
    async with chat_server(tmp_path) as client:
        assert "get_diagnostics" not in await tools(client)


async def test_there_are_no_grants_at_first_and_none_can_be_taken_back(tmp_path: Path) -> None:
    async with chat_server(tmp_path) as client:
        assert await client.result("chat/listGrants") == {"grants": []}
        error = await client.error("chat/revokeGrant", {"grantId": "g1"})
        assert (error["code"], error["data"]["reason"]) == (-32803, "not_found")
