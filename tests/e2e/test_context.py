"""A conversation that outgrows its window, over real stdio and over a restart of the server: it goes on, and its user
still has all of it."""

from pathlib import Path

from tests.support.chat_server import chat_server
from tests.support.lsp_client import LspClient

NARROW = """
    context_length = 6000
    [[answer]]
    steps = [{ text = "So we did." }]
"""
WIDE = '[[answer]]\nsteps = [{ text = "Yes." }]\n'
WORDS = "and so on " * 100


async def say(client: LspClient, number: int, session: str | None) -> str:
    """One turn; the id of its session."""
    params = {"sessionId": session} if session else {}
    response = await client.stream(f"{number}: {WORDS}", f"say {number}", **params)
    assert response["result"]["final"] in ("So we did.", "Yes.")
    return response["result"]["sessionId"]


async def test_a_conversation_goes_on_behind_its_window_and_after_a_restart(tmp_path: Path) -> None:
    session = None
    async with chat_server(tmp_path, scripts={"narrow": NARROW}) as client:
        for number in range(10):
            session = await say(client, number, session)
        told = [
            event
            for number in range(10)
            for event in client.events(f"say {number}")
            if event.get("phase") == "compacting"
        ]
        assert "summarising" in told[0]["message"]
        assert len(told) < 4, "one summary makes room for several turns"
        before = await client.result("chat/showPrompt", {"sessionId": session})
    assert before["request"]["messages"][1]["content"].startswith("<summary")
    assert "So we did." in before["request"]["messages"][1]["content"]
    assert before["tokens"] < before["contextLimit"] == 6000
    async with chat_server(tmp_path, scripts={"narrow": NARROW}) as client:
        after = await client.result("chat/showPrompt", {"sessionId": session})
        assert after["request"]["messages"] == before["request"]["messages"]
        await say(client, 10, session)
        history = await client.result("chat/getSession", {"sessionId": session})
    assert [turn["message"]["content"] for turn in history["turns"]] == [f"{number}: {WORDS}" for number in range(11)]


async def test_a_script_without_a_window_is_told_everything(tmp_path: Path) -> None:
    session = None
    async with chat_server(tmp_path, scripts={"wide": WIDE}) as client:
        for number in range(10):
            session = await say(client, number, session)
        shown = await client.result("chat/showPrompt", {"sessionId": session})
    assert "contextLimit" not in shown
    assert [message["role"] for message in shown["request"]["messages"]] == ["system", *["user", "assistant"] * 10]
