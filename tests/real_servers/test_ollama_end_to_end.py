"""The whole way: an LSP client, a chatls process, a real Ollama, and between the two a proxy that sees each request."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.lsp_client import LspClient, running_server
from tests.support.ollama import PLAIN, SCRIPTED, THINKING
from tests.support.recording_proxy import RecordingProxy
from tests.support.scripted_gguf import script_text


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text("answer = 42\n")
    (folder / "b.py").write_text("question = None\n")
    return folder


@asynccontextmanager
async def chatls(proxy: RecordingProxy, project: Path) -> AsyncGenerator[LspClient]:
    """A server process that finds Ollama at the proxy, with `project` open; it must end well."""
    places = {f"XDG_{kind}_HOME": str(project.parent / kind) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    async with running_server(env={"OLLAMA_HOST": proxy.address, **places}) as client:
        await client.initialize(project)
        yield client
        assert await client.stop() == 0


async def ask(client: LspClient, content: str, token: str, model: str = SCRIPTED, **params: Any) -> dict[str, Any]:
    """One turn; its result."""
    response = await client.stream(content, token, model=f"ollama/{model}", **params)
    assert "result" in response, response
    return response["result"]


def shape(messages: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Role and text of each message after the system prompt."""
    return [(message["role"], message["content"]) for message in messages[1:]]


@pytest.mark.parametrize("script", ["default", "split_emoji", "separators"])
async def test_an_answer_arrives_byte_for_byte(proxy: RecordingProxy, project: Path, script: str) -> None:
    async with chatls(proxy, project) as client:
        result = await ask(client, f"#{script}#", "t")
        assert result["final"] == client.text("t") == script_text(script)
        assert result["stopReason"] == "end_turn"
        assert result["usage"]["promptTokens"] > 0
        assert result["usage"]["completionTokens"] > 0


async def test_a_request_carries_prompt_question_tools_and_window(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project) as client:
        await ask(client, "hello", "t", options={"temperature": 0.5, "seed": 7})
    [body] = proxy.bodies()
    assert body["model"] == SCRIPTED
    assert body["stream"] is True
    assert body["options"] == {"num_ctx": 16384, "temperature": 0.5, "seed": 7}
    assert body["messages"][0]["role"] == "system"
    assert body["messages"][0]["content"].startswith("You are chatls")
    assert body["messages"][1:] == [{"role": "user", "content": "hello"}]
    tools = {tool["function"]["name"]: tool["function"]["parameters"] for tool in body["tools"]}
    assert {"read_file", "list_directory", "find_files", "search_text"} <= tools.keys()
    assert tools["read_file"]["properties"]["path"]["type"] == "string"


async def test_the_history_goes_along_and_the_prompt_grows_with_each_turn(proxy: RecordingProxy, project: Path) -> None:
    answer = script_text("default")
    async with chatls(proxy, project) as client:
        first = await ask(client, "one", "t1")
        second = await ask(client, "two", "t2", sessionId=first["sessionId"])
        third = await ask(client, "three", "t3", sessionId=first["sessionId"])
    assert shape(proxy.bodies()[-1]["messages"]) == [
        ("user", "one"),
        ("assistant", answer),
        ("user", "two"),
        ("assistant", answer),
        ("user", "three"),
    ]
    assert {str(body["options"]["num_ctx"]) for body in proxy.bodies()} == {"16384"}
    prompts = [result["usage"]["promptTokens"] for result in (first, second, third)]
    assert prompts[0] < prompts[1] < prompts[2]


async def test_a_tool_call_runs_and_its_result_goes_back_under_its_id(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project) as client:
        result = await ask(client, "#tool#", "t")
        events = client.events("t")
        await ask(client, "thanks", "t2", sessionId=result["sessionId"])
    assert result["final"] == script_text("after_tool")
    [call] = [event for event in events if event["type"] == "tool_call"]
    [returned] = [event for event in events if event["type"] == "tool_result"]
    assert (call["tool"], call["args"], call["kind"]) == ("read_file", {"path": "a.py"}, "read")
    assert returned["id"] == call["id"]
    assert "answer = 42" in returned["result"]["text"]
    asked, told, later = proxy.bodies()
    assert shape(asked["messages"]) == [("user", "#tool#")]
    assistant, tool = told["messages"][2:]
    assert [(c["id"], c["function"]["name"], c["function"]["arguments"]) for c in assistant["tool_calls"]] == [
        (call["id"], "read_file", {"path": "a.py"})
    ]
    assert tool == {
        "role": "tool",
        "content": returned["result"]["text"],
        "tool_name": "read_file",
        "tool_call_id": call["id"],
    }
    assert later["messages"][: len(told["messages"])] == told["messages"]
    assert shape(later["messages"])[-2:] == [("assistant", script_text("after_tool")), ("user", "thanks")]


async def test_text_and_two_calls_in_one_answer_are_both_answered_in_order(
    proxy: RecordingProxy, project: Path
) -> None:
    async with chatls(proxy, project) as client:
        result = await ask(client, "#two_tools#", "t")
        calls = [event for event in client.events("t") if event["type"] == "tool_call"]
    assert [call["tool"] for call in calls] == ["read_file", "list_directory"]
    assert calls[0]["id"] != calls[1]["id"]
    assistant, *tools = proxy.bodies()[-1]["messages"][2:]
    assert assistant["content"].strip() == "Let me look."
    assert [tool["tool_call_id"] for tool in tools] == [call["id"] for call in calls]
    assert "question = None" in tools[0]["content"]
    assert "a.py" in tools[1]["content"]
    assert result["final"].startswith("Let me look.")
    assert result["final"].endswith(script_text("after_tool"))


async def test_thinking_is_shown_but_is_no_part_of_the_answer(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project) as client:
        result = await ask(client, "#think#", "t", THINKING, options={"think": True})
        thoughts = "".join(event["data"] for event in client.events("t") if event["type"] == "thinking")
    assert thoughts.strip() == "A short question wants a short reply."
    assert result["final"].strip() == "Short reply it is."
    assert proxy.bodies()[-1]["think"] is True


async def test_a_model_that_cannot_use_tools_is_offered_none(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project) as client:
        result = await ask(client, "hello", "t", PLAIN)
    assert result["final"] == script_text("default")
    assert "tools" not in proxy.bodies()[-1]
    assert "think" not in proxy.bodies()[-1]


async def test_an_empty_answer_ends_the_turn_well(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project) as client:
        result = await ask(client, "#empty#", "t")
    assert (result["final"], result["stopReason"]) == ("", "end_turn")


async def test_an_answer_that_reaches_its_limit_says_so(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project) as client:
        result = await ask(client, "#endless#", "t", options={"maxTokens": 20})
    assert result["stopReason"] == "max_tokens"
    assert result["stopMessage"]
    assert result["final"] == "tick tock " * 10
    assert result["usage"]["completionTokens"] == 20
    assert proxy.bodies()[-1]["options"]["num_predict"] == 20


async def test_a_model_that_is_not_there_is_named_with_the_way_to_get_it(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project) as client:
        response = await client.stream("hello", "t", model="ollama/no-such-model")
    error = response["error"]
    assert error["code"] == -32803
    assert error["data"]["reason"] == "model_not_found"
    assert "no-such-model" in error["message"]
    assert "ollama pull no-such-model" in error["data"]["hint"]


async def test_attachments_reach_the_model_with_the_message(proxy: RecordingProxy, project: Path) -> None:
    attachments = [
        {"type": "file", "uri": (project / "a.py").as_uri()},
        {"type": "text", "name": "notes", "text": "Zwölf Boxkämpfer 🥊"},
    ]
    async with chatls(proxy, project) as client:
        message = {"content": "What is this?", "attachments": attachments}
        params = {"message": message, "workDoneToken": "t", "model": f"ollama/{SCRIPTED}"}
        await client.result("chat/stream", params)
    [(role, content)] = shape(proxy.bodies()[-1]["messages"])
    assert role == "user"
    assert content.startswith("What is this?")
    assert '<file path="a.py">\nanswer = 42\n</file>' in content
    assert '<text name="notes">\nZwölf Boxkämpfer 🥊\n</text>' in content


async def test_the_models_are_listed_and_one_with_tools_is_the_default(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project) as client:
        listed = await client.result("chat/listModels")
        response = await client.stream("hello", "t")
    models = {model["id"]: set(model["capabilities"]) for model in listed["models"] if model["provider"] == "ollama"}
    assert models == {
        f"ollama/{SCRIPTED}": {"tools"},
        f"ollama/{THINKING}": {"tools", "thinking"},
        f"ollama/{PLAIN}": set(),
    }
    assert "tools" in models[listed["default"]]
    assert client.events("t")[0]["model"] == listed["default"]
    assert response["result"]["final"] == script_text("default")


@pytest.mark.parametrize("road", ["$/cancelRequest", "window/workDoneProgress/cancel"])
async def test_a_cancel_closes_the_models_stream_and_the_conversation_goes_on(
    fresh_proxy: RecordingProxy, project: Path, road: str
) -> None:
    async with chatls(fresh_proxy, project) as client:
        params = {"message": {"content": "#endless#"}, "workDoneToken": "t", "model": f"ollama/{SCRIPTED}"}
        request = client.begin("chat/stream", params)
        await client.wait_for_event("t", "token")
        client.notify(road, {"id": request} if road == "$/cancelRequest" else {"token": "t"})
        result = (await client.response(request))["result"]
        async with asyncio.timeout(5):
            await fresh_proxy.chats()[-1].hung_up.wait()
        assert result["stopReason"] == "cancelled"
        assert result["final"] == client.text("t") != ""
        later = await ask(client, "go on", "t2", sessionId=result["sessionId"])
    assert later["final"] == script_text("default")
    history = shape(fresh_proxy.bodies()[-1]["messages"])
    assert [role for role, _ in history] == ["user", "assistant", "user"]
    assert history[1][1].startswith(result["final"])
