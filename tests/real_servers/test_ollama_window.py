"""A window that is really there: an LSP client, a chatls process, and an Ollama that refuses what does not fit.

The scripted model has a token for each byte, about four times as many as is usual, so that the first estimates are far
too low: what overflows here overflows in Ollama.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.lsp_client import LspClient, running_server
from tests.support.ollama import PLAIN, SCRIPTED
from tests.support.recording_proxy import RecordingProxy
from tests.support.scripted_gguf import script_text

Json = dict[str, Any]
TURNS = 18
ANSWER = script_text("default")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text("answer = 42\n")
    return folder


@asynccontextmanager
async def chatls(proxy: RecordingProxy, project: Path, num_ctx: int) -> AsyncGenerator[LspClient]:
    """A server process that asks the Ollama behind the proxy for this window."""
    places = {f"XDG_{kind}_HOME": str(project.parent / kind) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    env = {"OLLAMA_HOST": proxy.address, "CHATLS_OLLAMA_NUM_CTX": str(num_ctx), **places}
    async with running_server(env=env) as client:
        await client.initialize(project)
        yield client
        assert await client.stop() == 0


async def ask(client: LspClient, content: str, token: str, session: str | None = None) -> Json:
    """One turn; its response."""
    params = {"sessionId": session} if session else {}
    return await client.stream(content, token, model=f"ollama/{PLAIN}", **params)


async def talk(client: LspClient, turns: int, session: str | None = None) -> str:
    """Some turns of a few hundred bytes; the id of their session."""
    for number in range(turns):
        response = await ask(client, question(number), f"talk {number}", session)
        assert response["result"]["final"] == ANSWER
        session = response["result"]["sessionId"]
    assert session is not None
    return session


def question(number: int) -> str:
    return f"Question {number}: " + "and so on, " * 30


def compacting(client: LspClient, token: str) -> list[str]:
    """What was said about making room."""
    return [event["message"] for event in client.events(token) if event.get("phase") == "compacting"]


def is_for_a_summary(body: Json) -> bool:
    return "Write only the summary" in body["messages"][-1]["content"]


async def test_before_it_overflows_the_beginning_becomes_a_summary_of_the_model(
    proxy: RecordingProxy, project: Path
) -> None:
    async with chatls(proxy, project, 12288) as client:
        session = await talk(client, TURNS)
        told = [line for number in range(TURNS) for line in compacting(client, f"talk {number}")]
        history = await client.result("chat/getSession", {"sessionId": session})
    bodies = proxy.bodies()
    assert len(told) == 1
    assert "the model's window 12288: summarising" in told[0]
    [summary] = [at for at, body in enumerate(bodies) if is_for_a_summary(body)]
    before, after = bodies[summary - 1]["messages"], bodies[summary + 1]["messages"]
    assert bodies[summary]["messages"][:-1] == before[: len(bodies[summary]["messages"]) - 1], "a prefix that it knows"
    assert after[0] == before[0], "the system prompt survives"
    assert after[1]["content"].startswith("<summary ")
    assert ANSWER in after[1]["content"]
    assert after[2:] == [*before[-len(after) + 4 :], *after[-2:]], "and the last turns"
    assert len(after) > 8
    assert [body["messages"][: len(after)] for body in bodies[summary + 1 :]] == [after] * (len(bodies) - summary - 1)
    assert {(body["options"]["num_ctx"], body["truncate"], body["shift"]) for body in bodies} == {(12288, False, False)}
    asked = [turn["message"]["content"] for turn in history["turns"]]
    assert asked == [question(number) for number in range(TURNS)], "the user's history is whole"


async def test_an_overflow_in_ollama_itself_is_made_good_once(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project, 16384) as client:
        session = await talk(client, 12)
    seen = len(proxy.bodies())
    async with chatls(proxy, project, 6144) as client:
        response = await ask(client, "go on", "t", session)
        [told] = compacting(client, "t")
        errors = [event for event in client.events("t") if event["type"] == "error"]
    refused, summary, sent = proxy.bodies()[seen:]
    assert len(refused["messages"]) == 26
    assert is_for_a_summary(summary)
    assert len(sent["messages"]) < 26
    assert sent["messages"][-1] == {"role": "user", "content": "go on"}
    assert response["result"]["final"] == ANSWER
    assert response["result"]["usage"]["contextLimit"] == 6144
    assert response["result"]["usage"]["contextTokens"] <= 6144
    assert "the model's window 6144" in told
    assert errors == []


async def test_a_message_that_is_too_long_fails_with_the_numbers(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project, 4096) as client:
        response = await ask(client, "word " * 4000, "t")
    error = response["error"]
    assert error["data"]["reason"] == "context_overflow"
    assert "plain:latest: the window has 4096 tokens. It has about" in error["message"]
    assert "Your message alone, with what is attached to it, has about" in error["message"]
    assert error["data"]["hint"] == (
        "Attach less: lines instead of whole files, or a part at a time. Raise ollama.num_ctx."
    )
    assert len(proxy.bodies()) == 1


async def test_what_is_shown_of_a_prompt_is_what_ollama_gets(proxy: RecordingProxy, project: Path) -> None:
    async with chatls(proxy, project, 16384) as client:
        params = {"model": f"ollama/{SCRIPTED}", "message": {"content": "hello"}, "options": {"seed": 7}}
        before = await client.result("chat/showPrompt", params)
        assert proxy.bodies() == []
        response = await client.stream("hello", "t", model=f"ollama/{SCRIPTED}", options={"seed": 7})
        after = await client.result("chat/showPrompt", params)
    assert proxy.bodies() == [before["request"]]
    assert (before["contextLimit"], before["answerRoom"]) == (16384, 4096)
    counted = response["result"]["usage"]["promptTokens"]
    assert before["tokens"] < counted / 2, "a token for each byte is not what one expects"
    assert after["tokens"] == pytest.approx(counted, abs=1)
