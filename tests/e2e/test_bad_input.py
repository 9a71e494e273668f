"""Whatever goes wrong is one clear sentence that says what to do, and the conversation so far is intact."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_server import NOWHERE, Talk, chat_server
from tests.support.fake_model_server import Reply, error
from tests.support.recordings import answer, done, message

pytestmark = pytest.mark.asyncio(loop_scope="session")
Json = dict[str, Any]
NONSENSE = b"this is no JSON\n"
HTML = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"

FAILURES: dict[str, tuple[Reply, str, str]] = {
    "HTML instead of a stream": (Reply([HTML], content_type="text/html"), "provider_protocol", ""),
    "F32 refused with JSON": (error(400, "it does not support that"), "provider_error", ""),
    "F32 refused with HTML": (Reply([HTML], 400, "text/html"), "provider_error", ""),
    "F32 no key": (error(401, "unauthorized"), "auth_failed", ""),
    "F33 asked to wait for a day": (error(429, "slow down", Retry_After="86400"), "rate_limited", ""),
    "a server that is broken": (error(500, "llama runner process has terminated"), "provider_error", ""),
    "an error in the stream": (Reply([b'{"error":"out of memory"}\n']), "provider_error", ""),
    "an error in the stream, after text": (
        Reply([message("So far"), b'{"error":"out of memory"}\n']),
        "stream_interrupted",
        "So far",
    ),
    "F48 too many malformed lines": (Reply([NONSENSE * 5]), "provider_protocol", ""),
    "F48 too many malformed lines, after text": (
        Reply([message("So far"), NONSENSE * 5]),
        "stream_interrupted",
        "So far",
    ),
    "F37 an end without done": (Reply([message("So far")]), "stream_interrupted", "So far"),
    "F38 a reset": (Reply([message("So far")], ending="reset"), "stream_interrupted", "So far"),
    "F36 cut off": (Reply([message("So far")], ending="cut"), "stream_interrupted", "So far"),
}


def check_clear(text: str, hint: str) -> None:
    """One sentence about what happened and one about what to do, neither with anything internal in it."""
    for sentence in (text, hint):
        assert 10 < len(sentence) < 400
        assert "\n" not in sentence
        assert not any(word in sentence for word in ("Traceback", "Error(", "<html", "None", "/home", "self."))


@pytest.mark.parametrize(("reply", "reason", "final"), FAILURES.values(), ids=FAILURES)
async def test_a_failure_of_the_model_server_is_told_and_leaves_the_conversation_intact(
    talk: Talk, reply: Reply, reason: str, final: str
) -> None:
    talk.model.answer(Reply(answer("One.")), reply)
    session = (await talk.turn("First"))["result"]["sessionId"]
    failed = (await talk.turn("Second", sessionId=session))["error"]
    assert (failed["code"], failed["data"]["reason"]) == (-32803, reason)
    assert failed["data"].get("final", "") == final
    check_clear(failed["message"], failed["data"]["hint"])
    talk.model.answer(Reply(answer("Three.")))
    assert (await talk.turn("Third", sessionId=session))["result"]["final"] == "Three."
    cut = [("assistant", final)] if final else []
    assert talk.asked() == [("user", "First"), ("assistant", "One."), ("user", "Second"), *cut, ("user", "Third")]


@pytest.mark.parametrize("model", ["ollama/nosuch", "nobody/model", "nomodel", "ollama/", "scripted/x"])
async def test_an_unknown_model_is_told_with_those_there_are(talk: Talk, model: str) -> None:
    failed = (await talk.turn(model=model))["error"]
    assert (failed["code"], failed["data"]["reason"]) == (-32803, "model_not_found")
    check_clear(failed["message"], failed["data"]["hint"])


async def test_f48_a_few_malformed_lines_are_skipped_and_the_answer_is_whole(talk: Talk) -> None:
    talk.model.answer(Reply([message("On"), NONSENSE * 3, message("ward"), NONSENSE, done()]))
    assert (await talk.turn())["result"]["final"] == "Onward"


async def test_a_server_that_is_not_there_is_told_and_how_to_start_it(tmp_path: Path) -> None:
    async with chat_server(tmp_path) as client:
        response = await client.stream("Hi", "t", model="ollama/llama3")
        failed = response["error"]
        assert (failed["code"], failed["data"]["reason"]) == (-32803, "provider_unreachable")
        assert NOWHERE in failed["message"] + failed["data"]["hint"]
        check_clear(failed["message"], failed["data"]["hint"])
        assert failed["data"]["retryable"] is True
        # Without a name the offline assistant answers, and says why.
        response = await client.stream("Hi", "u")
        assert response["result"]["stopReason"] == "end_turn"
        assert client.events("u")[0]["model"] == "offline/assistant"
        assert any(NOWHERE in value.get("message", "") for value in client.values("u"))


REFUSALS: dict[str, tuple[str, Json, int]] = {
    "wrong types in params": ("chat/stream", {"message": {"content": ["Hi"]}}, -32602),
    "an empty message": ("chat/stream", {"message": {"content": ""}}, -32602),
    "an unknown session": ("chat/stream", {"message": {"content": "Hi"}, "sessionId": "nosuch"}, -32803),
    "an unknown session to read": ("chat/getSession", {"sessionId": "nosuch"}, -32803),
    "an unknown turn to read": ("chat/getTurn", {"sessionId": "nosuch", "turnId": "x"}, -32803),
    "a file outside the workspace": (
        "chat/stream",
        {"message": {"content": "Hi", "attachments": [{"type": "file", "uri": "file:///etc/passwd"}]}},
        -32602,
    ),
}


@pytest.mark.parametrize(("method", "params", "code"), REFUSALS.values(), ids=REFUSALS)
async def test_a_request_that_makes_no_sense_is_refused_in_one_sentence(
    talk: Talk, method: str, params: Json, code: int
) -> None:
    asked = len(talk.model.chats)
    failed = await talk.client.error(method, params)
    assert failed["code"] == code
    check_clear(failed["message"], failed["data"].get("hint", failed["message"]))
    assert len(talk.model.chats) == asked


async def test_an_unknown_tool_is_an_error_that_names_those_there_are(talk: Talk) -> None:
    result = await talk.client.result("chat/callTool", {"tool": "rm", "args": {}})
    assert result["error"]["code"] == "unknown_tool"
    assert "read_file" in result["error"]["message"]


async def test_invalid_settings_are_told_by_name_and_the_server_goes_on_with_its_defaults(tmp_path: Path) -> None:
    settings: Json = {"options": {"temperature": "hot"}, "ollama": {"address": NOWHERE, "numCtx": 5}, "colour": "red"}
    (tmp_path / "config" / "chatls").mkdir(parents=True)
    (tmp_path / "config" / "chatls" / "config.toml").write_text("model = [\n")
    async with chat_server(tmp_path, settings=settings) as client:
        assert (await client.stream("Hi", "t"))["result"]["stopReason"] == "end_turn"
        told = [found["params"]["message"] for found in client.received if found.get("method") == "window/showMessage"]
        assert_each(told, ["options.temperature", "ollama.num_ctx", "colour", "config.toml"])
        client.notify("workspace/didChangeConfiguration", {"settings": {"chatls": settings}})
        assert (await client.stream("Hi", "u"))["result"]["stopReason"] == "end_turn"
        assert sum(found.get("method") == "window/showMessage" for found in client.received) == len(told)


def assert_each(told: Sequence[str], names: Sequence[str]) -> None:
    """Each name is in exactly one of the messages, and none of them has two lines or a home folder's path."""
    assert sorted(name for text in told for name in names if name in text) == sorted(names)
    assert all("\n" not in text and str(Path.home()) not in text for text in told)
