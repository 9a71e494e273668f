"""Whole turns over real stdio: an LSP client, a server process, and a model server that does as it is told."""

import asyncio

import pytest

from tests.support.chat_server import Talk, new_token
from tests.support.fake_model_server import Received, Reply
from tests.support.lsp_client import stream_params
from tests.support.recordings import answer, done, message, tool_call
from tests.support.turns import check_turn, kinds

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_answer_streams_and_its_figures_come_with_it(talk: Talk) -> None:
    talk.model.answer(Reply(answer("Hel", "lo", prompt_eval_count=20, eval_count=2, eval_duration=10**9)))
    result = (await talk.turn())["result"]
    assert result["final"] == "Hello"
    assert (result["usage"]["promptTokens"], result["usage"]["completionTokens"]) == (20, 2)
    assert result["timings"]["firstTokenMs"] <= result["timings"]["totalMs"]


async def test_thinking_is_streamed_and_is_no_part_of_the_answer(talk: Talk) -> None:
    talk.model.answer(Reply([message(thinking="Let me see."), message("Yes."), done()]))
    found = await talk.turn(model="ollama/thinker", options={"think": True})
    assert found["result"]["final"] == "Yes."
    assert "thinking" in kinds(talk.client.received, found["token"])


async def test_a_tool_reads_the_workspace_and_the_model_goes_on_with_its_result(talk: Talk) -> None:
    (talk.workspace / "a.py").write_text("ANSWER = 42\n")
    call = tool_call("read_file", {"path": "a.py"}, id="call_1")
    talk.model.answer(Reply([message(tool_calls=[call]), done()]), Reply(answer("It is 42.")))
    found = await talk.turn("What is it?")
    assert found["result"]["final"] == "It is 42."
    assert [kind for kind in kinds(talk.client.received, found["token"]) if kind.startswith("tool")] == [
        "tool_call",
        "tool_result",
    ]
    sent = talk.model.chats[-1].json["messages"]
    assert [said["role"] for said in sent] == ["system", "user", "assistant", "tool"]
    assert "ANSWER = 42" in sent[-1]["content"]


async def test_unsaved_text_is_what_a_tool_reads(talk: Talk) -> None:
    (talk.workspace / "b.py").write_text("disk\n")
    uri = (talk.workspace / "b.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": "unsaved\n"}
    talk.client.notify("textDocument/didOpen", {"textDocument": document})
    result = await talk.client.result("chat/callTool", {"tool": "read_file", "args": {"path": "b.py"}})
    assert "unsaved" in result["result"]["text"]
    talk.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


@pytest.mark.parametrize("road", ["$/cancelRequest", "window/workDoneProgress/cancel"])
async def test_f82_a_cancel_closes_the_models_connection_and_the_text_so_far_stays(talk: Talk, road: str) -> None:
    talk.model.answer(Reply([message("So far")], ending="open"))
    token = new_token()
    request = talk.client.begin("chat/stream", stream_params("Hi", token))
    await talk.client.wait_for_event(token, "token")
    upstream = talk.model.chats[-1]
    assert not upstream.gone.is_set()
    talk.client.notify(road, {"id": request, "token": token})
    async with asyncio.timeout(5):
        await upstream.gone.wait()
    await talk.client.response(request)
    result = check_turn(talk.client.received, token, request)["result"]
    assert (result["stopReason"], result["final"]) == ("cancelled", "So far")
    await talk.turn("Go on", sessionId=result["sessionId"])
    sent = talk.model.chats[-1].json["messages"]
    assert [said["content"] for said in sent[1:]] == ["Hi", "So far", "Go on"]


async def test_f29_a_cancel_while_the_model_loads_ends_the_turn_at_once(talk: Talk) -> None:
    came: asyncio.Queue[Received] = asyncio.Queue()

    def load(request: Received) -> Reply:
        came.put_nowait(request)
        return Reply(answer("never"), silence=asyncio.Event())

    talk.model.answer(load)
    token = new_token()
    request = talk.client.begin("chat/stream", stream_params("Hi", token))
    async with asyncio.timeout(5):
        upstream = await came.get()
        talk.client.notify("$/cancelRequest", {"id": request})
        await upstream.gone.wait()
        await talk.client.response(request)
    assert check_turn(talk.client.received, token, request)["result"]["stopReason"] == "cancelled"


async def test_ten_conversations_side_by_side_do_not_mix(talk: Talk) -> None:
    waits = [asyncio.Event() for _ in range(10)]
    for number, wait in enumerate(waits):
        talk.model.answer(Reply([message(f"{number} "), wait, message(f"and {number}"), done()]))
    requests: dict[str, int | str] = {}
    for _ in waits:
        token = new_token()
        requests[token] = talk.client.begin("chat/stream", stream_params("Hi", token))
    for token in requests:
        await talk.client.wait_for_event(token, "token")
    for wait in reversed(waits):
        wait.set()
    finals: list[str] = []
    for token, request in requests.items():
        await talk.client.response(request)
        finals.append(check_turn(talk.client.received, token, request)["result"]["final"])
    assert sorted(finals) == [f"{number} and {number}" for number in range(10)]


async def test_a_session_is_listed_read_and_gone_on_with(talk: Talk) -> None:
    talk.model.answer(Reply(answer("Four.")))
    result = (await talk.turn("2 + 2?"))["result"]
    listed = await talk.client.result("chat/listSessions", {"query": "2 + 2?"})
    assert [session["sessionId"] for session in listed["sessions"]] == [result["sessionId"]]
    assert listed["sessions"][0]["model"] == "ollama/scripted:latest"
    found = await talk.client.result("chat/getSession", {"sessionId": result["sessionId"]})
    assert "".join(event["data"] for event in found["turns"][0]["events"] if event["type"] == "token") == "Four."
    names = {"sessionId": result["sessionId"], "turnId": result["turnId"]}
    missed = await talk.client.result("chat/getTurn", {**names, "afterSeq": result["lastSeq"] - 1})
    assert [event["type"] for event in missed["events"]] == ["done"]


async def test_models_agents_and_tools_are_what_is_there(talk: Talk) -> None:
    models = await talk.client.result("chat/listModels")
    assert models["default"] == "ollama/scripted:latest"
    assert {model["id"] for model in models["models"]} >= {"ollama/thinker:latest", "offline/assistant"}
    tools = await talk.client.result("chat/listTools")
    assert {tool["name"] for tool in tools["tools"]} >= {"read_file", "list_directory", "find_files", "search_text"}
    agents = await talk.client.result("chat/listAgents")
    assert [agent["id"] for agent in agents["agents"]] == ["chat", "explore", "edit"]


async def test_the_command_asks_for_a_client_that_knows_lsp_alone(talk: Talk) -> None:
    talk.model.answer(Reply(answer("Hello.")))
    arguments = {"command": "chatls.ask", "arguments": [{"message": "Hi"}]}
    assert (await talk.client.result("workspace/executeCommand", arguments))["final"] == "Hello."


async def test_a_ten_megabyte_message_goes_through_whole(talk: Talk) -> None:
    text = "0123456789" * 2**20
    talk.model.answer(Reply(answer("Long.")))
    assert (await talk.turn(text))["result"]["final"] == "Long."
    assert talk.model.chats[-1].json["messages"][-1]["content"] == text
