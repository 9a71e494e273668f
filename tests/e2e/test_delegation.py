"""Subtasks over real stdio: what a client sees of agents that work for another, whatever becomes of them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_server import chat_server, new_token
from tests.support.fake_model_server import FakeModelServer, Received, Reply
from tests.support.lsp_client import LspClient, stream_params
from tests.support.recordings import done, message, tool_call
from tests.support.turns import check_turn, text_of

Json = dict[str, Any]
APPROVAL: Json = {"capabilities": {"experimental": {"chatls": {"protocol": 1, "approval": True}}}}
FAKE = {"model": "ollama/scripted:latest"}
BOTH = """
[[answer]]
steps = [
    { text = "I ask two. " },
    { tool = "delegate", args = { agent = "slow", task = "Find A" } },
    { tool = "delegate", args = { agent = "quick", task = "Find B" } },
]

[[answer]]
steps = [{ text = "Both are there." }]
"""
SLOW = """
[[answer]]
steps = [{ text = "A is " }, { text = "in a.py." }]
"""
QUICK = """
[[answer]]
steps = [{ text = "Let me look." }, { tool = "list_directory", args = {} }]

[[answer]]
steps = [{ text = "B is in b.py." }]
"""
DEEP = """
[[answer]]
steps = [{ tool = "delegate", args = { agent = "deep", task = "Go deeper" } }]

[[answer]]
steps = [{ text = "I was told: " }, { echo = true }]
"""
BROKEN = """
[[answer]]
steps = [{ text = "So far" }, { cut = true }]
"""
WRITER = """
[[answer]]
steps = [{ tool = "delegate", args = { agent = "one", task = "Write" } }]

[[answer]]
steps = [{ tool = "delegate", args = { agent = "two", task = "Write" } }]

[[answer]]
steps = [{ text = "Written." }]
"""
HAND = """
[[answer]]
steps = [{ tool = "edit_file", args = { path = "%s.txt", content = "x" } }]

[[answer]]
steps = [{ echo = true }]
"""


def agent(model: str, *tools: str, **more: object) -> Json:
    """A user's agent that plays a script."""
    own = {"description": f"Plays {model}.", "instructions": "Play.", "model": f"scripted/{model}", **more}
    return own | ({"tools": list(tools)} if tools else {})


def agents(**found: Json) -> Json:
    return {"settings": {"agents": found}}


async def turn(client: LspClient, content: str = "Hi") -> tuple[Json, list[Json]]:
    """One turn to its end, checked: its response and its events."""
    token = new_token()
    request = client.begin("chat/stream", stream_params(content, token))
    await client.response(request)
    return check_turn(client.received, token, request), client.events(token)


def of_task(events: list[Json], task: str) -> list[Json]:
    return [event for event in events if event.get("task") == task]


def text_of_task(events: list[Json], task: str) -> str:
    return "".join(event["data"] for event in of_task(events, task) if event["type"] == "token")


def result(events: list[Json], call_id: str) -> Json:
    (found,) = (event for event in events if event["type"] == "tool_result" and event["id"] == call_id)
    return found


def calls(*made: tuple[str, Mapping[str, str]], text: str = "") -> Reply:
    asked = [tool_call(name, dict(arguments), id=f"c{number}") for number, (name, arguments) in enumerate(made)]
    return Reply([message(text, tool_calls=asked), done()])


def goal(request: Received) -> str:
    """What the user, or the agent above, wants of the one that this request is made for."""
    return [said["content"] for said in request.json["messages"] if said["role"] == "user"][-1]


def texts(client: LspClient, token: str) -> list[str]:
    """What each subtask has said so far."""
    events = client.events(token)
    return [text_of_task(events, task) for task in dict.fromkeys(str(event.get("task")) for event in events)]


def delegated(client: LspClient, token: str) -> list[Json]:
    """The results of subtasks so far."""
    return [event for event in client.events(token) if event["type"] == "tool_result" and event["tool"] == "delegate"]


async def test_two_subtasks_run_side_by_side_and_are_told_apart(tmp_path: Path) -> None:
    """The quick one ends after the slow one has begun to speak, and the slow one when the client has seen that."""
    slow_speaks, quick_is_done = asyncio.Event(), asyncio.Event()
    work = ("delegate", {"agent": "slow", "task": "Find A"}), ("delegate", {"agent": "quick", "task": "Find B"})
    answers = {
        "Hi": [calls(*work, text="I ask two. "), Reply([message("Both are there."), done()])],
        "Find A": [Reply([message("A is "), quick_is_done, message("in a.py."), done()])],
        "Find B": [
            calls(("list_directory", {}), text="Let me look."),
            Reply([slow_speaks, message("B is in b.py."), done()]),
        ],
    }
    defined = agents(slow=agent("slow") | FAKE, quick=agent("quick", "list_directory") | FAKE)
    async with FakeModelServer() as model, chat_server(tmp_path, model=model, **defined) as client:
        model.chat = lambda request: answers[goal(request)].pop(0)
        token = new_token()
        request = client.begin("chat/stream", stream_params("Hi", token))
        await client.wait_for(lambda _: "A is " in texts(client, token))
        slow_speaks.set()
        await client.wait_for(lambda _: len(delegated(client, token)) == 1)
        quick_is_done.set()
        await client.response(request)
        response, events = check_turn(client.received, token, request), client.events(token)
        assert response["result"]["final"] == "I ask two. Both are there."
        slow, quick = (event["id"] for event in events if event["type"] == "tool_call" and event["tool"] == "delegate")
        changes = [event for event in events if event["type"] == "agent"]
        assert [(event["agent"], event["task"], event.get("parent")) for event in changes] == [
            ("slow", slow, "chat"), ("quick", quick, "chat"), ("chat", quick, None), ("chat", slow, None),
        ]  # fmt: skip
        assert (text_of_task(events, slow), text_of_task(events, quick)) == (
            "A is in a.py.",
            "Let me look.B is in b.py.",
        )
        assert result(events, quick)["result"]["text"] == "B is in b.py."
        assert events.index(result(events, quick)) < events.index(result(events, slow))
        assert [event["tool"] for event in of_task(events, quick) if event["type"] == "tool_call"] == ["list_directory"]


async def test_subtasks_lie_three_deep_and_the_next_is_refused(tmp_path: Path) -> None:
    async with chat_server(tmp_path, scripts={"deep": DEEP}, **agents(deep=agent("deep"))) as client:
        response, events = await turn(client)
        calls = {event["id"]: event.get("task") for event in events if event["type"] == "tool_call"}
        assert list(calls.values()) == [None, *list(calls)[:3]]
        assert result(events, list(calls)[3])["error"]["code"] == "not_allowed"
        said = "I was told: " * 4 + "Error (not_allowed): Nothing can be delegated from here: at most 3 levels."
        assert response["result"]["final"] == said


@pytest.mark.parametrize(
    ("model", "code"),
    [("broken", "stream_interrupted"), ("nowhere", "model_not_found")],
    ids=["breaks off", "no model"],
)
async def test_a_subtask_that_fails_is_a_result_and_the_turn_goes_on(tmp_path: Path, model: str, code: str) -> None:
    defined = agents(slow=agent(model), quick=agent("quick", "list_directory"))
    async with chat_server(tmp_path, scripts={"both": BOTH, "broken": BROKEN, "quick": QUICK}, **defined) as client:
        response, events = await turn(client)
        slow, quick = (event["id"] for event in events if event["type"] == "tool_call" and event["tool"] == "delegate")
        assert result(events, slow)["error"]["code"] == code
        assert result(events, quick)["result"]["text"] == "B is in b.py."
        assert response["result"]["final"] == "I ask two. Both are there."


async def test_what_a_subtask_changes_is_asked_about_and_a_grant_of_the_session_holds(tmp_path: Path) -> None:
    asked: list[Json] = []

    async def allow(params: Json) -> Json:
        asked.append(params)
        (option,) = (each for each in params["options"] if each["kind"] == "allow_session")
        return {"optionId": option["id"]}

    defined = agents(one=agent("one", "edit_file"), two=agent("two", "edit_file"))
    scripts = {"writer": WRITER, "one": HAND % "one", "two": HAND % "two"}
    async with chat_server(tmp_path, scripts=scripts, **APPROVAL, **defined) as client:
        client.handlers["chat/requestApproval"] = allow
        response, events = await turn(client)
        assert response["result"]["final"] == "Written."
        assert {path.name for path in (tmp_path / "ws").iterdir()} == {"one.txt", "two.txt"}
        first, _ = (event for event in events if event["type"] == "tool_call" and event["tool"] == "edit_file")
        (question,) = asked
        assert question["sessionId"] == response["result"]["sessionId"]
        assert (question["toolCallId"], question["title"]) == (first["id"], "Create one.txt")
        waits = [event for event in events if event["type"] == "phase" and event["phase"] == "approval"]
        assert [wait["task"] for wait in waits] == [first["task"]]


async def test_a_session_is_drawn_with_what_its_subtasks_did_also_by_a_later_server(tmp_path: Path) -> None:
    defined = agents(slow=agent("slow"), quick=agent("quick", "list_directory"))
    scripts = {"both": BOTH, "slow": SLOW, "quick": QUICK}
    async with chat_server(tmp_path, scripts=scripts, **defined) as client:
        response, events = await turn(client)
        session_id = response["result"]["sessionId"]
        check_drawn(await client.result("chat/getSession", {"sessionId": session_id}), events)
        await client.stop()
    async with chat_server(tmp_path, scripts=scripts, **defined) as client:
        check_drawn(await client.result("chat/getSession", {"sessionId": session_id}), events)
        token = new_token()
        request = client.begin("chat/stream", stream_params("And?", token, sessionId=session_id))
        await client.response(request)
        assert check_turn(client.received, token, request)["result"]["stopReason"] == "end_turn"


def check_drawn(session: Json, events: list[Json]) -> None:
    """Fail unless the one turn of a session is drawn with these events: the same, but for where its text is cut."""
    (drawn,) = session["turns"]
    told, shown = (
        [{**each, "seq": 0} for each in found if each["type"] != "token"] for found in (events, drawn["events"])
    )
    assert shown == told
    assert text_of(drawn["events"]) == text_of(events)
    for task in {event["task"] for event in events if "task" in event}:
        assert text_of_task(drawn["events"], task) == text_of_task(events, task)


async def test_a_cancel_closes_the_streams_of_all_subtasks_and_the_turn_ends_once(tmp_path: Path) -> None:
    def speak(request: Received) -> Reply:
        if goal(request) == "Hi":
            return calls(*(("delegate", {"agent": "explore", "task": f"Find {name}"}) for name in "ABC"))
        return Reply([message(f"{goal(request)}: so far")], ending="open")

    async with FakeModelServer() as model, chat_server(tmp_path, model=model) as client:
        model.chat = speak
        token = new_token()
        request = client.begin("chat/stream", stream_params("Hi", token))
        for name in "ABC":
            await client.wait_for(lambda _, name=name: f"Find {name}: so far" in texts(client, token))
        client.notify("$/cancelRequest", {"id": request})
        async with asyncio.timeout(5):
            for chat in model.chats[1:]:
                await chat.gone.wait()
        await client.response(request)
        found = check_turn(client.received, token, request)["result"]
        assert (found["stopReason"], found["final"]) == ("cancelled", "")
        assert len(model.chats) == 4
        outcomes = [event["error"]["code"] for event in client.events(token) if event["type"] == "tool_result"]
        assert outcomes == ["cancelled"] * 3
        model.chat = Reply([message("Yes."), done()])
        response = await client.stream("Go on", new_token(), sessionId=found["sessionId"])
        assert response["result"]["final"] == "Yes."
        roles = [said["role"] for said in model.chats[-1].json["messages"]]
        assert roles == ["system", "user", "assistant", "tool", "tool", "tool", "user"]


async def test_the_agents_are_listed_with_what_they_may_use_and_what_is_wrong_is_told(tmp_path: Path) -> None:
    own = {
        "reviewer": agent("x", "read_file", "search_text", "delegate"),
        "half": {"description": "No instructions."},
        "typo": agent("x", "reed_file"),
        "explore": {"model": "scripted/small"},
    }
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / ".chatls.toml").write_text('[agents.evil]\ndescription = "E"\ninstructions = "E"\n')
    async with chat_server(tmp_path, settings={"agents": own}) as client:
        listed = {each["id"]: each for each in (await client.result("chat/listAgents"))["agents"]}
        assert list(listed) == ["chat", "explore", "edit", "reviewer", "typo"]
        assert listed["reviewer"]["tools"] == ["read_file", "search_text", "delegate"]
        assert (listed["reviewer"]["model"], listed["explore"]["model"]) == ("scripted/x", "scripted/small")
        assert "edit_file" not in listed["explore"]["tools"]
        assert "delegate" not in listed["explore"]["tools"]
        assert {"edit_file", "delegate"} <= set(listed["chat"]["tools"])
        shown = [each["params"]["message"] for each in client.received if each.get("method") == "window/showMessage"]
        told = "\n".join(shown)
        assert "agents.half: expected description and instructions; it is ignored" in told
        assert 'agents.typo.tools (client): there is no tool "reed_file" (did you mean read_file?)' in told
        assert "ignored: agents" in told
