"""The log: a file that rotates, with nothing in it that was said, read, configured or secret."""

import re
from pathlib import Path
from typing import Any

from tests.support.chat_server import NOWHERE, chat_server, environment
from tests.support.fake_model_server import FakeModelServer, Reply, error
from tests.support.lsp_client import running_server
from tests.support.recordings import answer, done, message, tool_call

CANARY = "sk-canary-4711"
LIMIT = 5 * 1024 * 1024


async def test_t89_nothing_that_was_said_or_secret_is_logged_even_at_debug(tmp_path: Path) -> None:
    log = tmp_path / "log" / "chatls.log"
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "notes.md").write_text(f"the key is {CANARY}\n")
    settings: dict[str, Any] = {"colour": CANARY, "options": {"temperature": CANARY}}
    async with FakeModelServer() as model:
        settings["ollama"] = {"address": model.host}
        arguments = ("--log-file", str(log), "--log-level", "debug")
        env = {"OLLAMA_API_KEY": CANARY, "CHATLS_UNKNOWN": CANARY}
        async with chat_server(tmp_path, *arguments, settings=settings, env=env) as client:
            call = tool_call("read_file", {"path": "notes.md", "what": CANARY}, id=CANARY)
            model.answer(
                Reply([message(CANARY, tool_calls=[call]), done()]),
                Reply(answer(CANARY)),
                Reply([message("So far"), CANARY.encode() + b"\n", b'{"error":"%b"}\n' % CANARY.encode()]),
                error(400, CANARY),
            )
            for number in range(3):
                await client.stream(CANARY, f"{CANARY} {number}")
            await client.error("chat/stream", {"message": {"content": 5, "key": CANARY}})
            await client.error(f"no/{'such'}", {"key": CANARY})
            client.send_bytes(b"Content-Length: 20\r\n\r\n" + CANARY.encode().ljust(20))
            document = {"uri": "file:///x", "languageId": "x", "version": 1, "text": CANARY}
            client.notify("textDocument/didOpen", {"textDocument": document})
            assert await client.stop() == 0
    text = log.read_text()
    assert text
    assert CANARY not in text
    assert "Traceback" not in text


async def test_the_log_is_in_the_users_state_folder_and_says_when_what_and_where(tmp_path: Path) -> None:
    async with running_server("--log-level", "debug", env=environment(tmp_path), cwd=tmp_path) as client:
        await client.initialize(initializationOptions={"ollama": {"address": NOWHERE}})
        client.send_bytes(b"Content-Length: 1\r\n\r\n{")
        await client.wait_for(lambda found: found.get("method") == "window/logMessage")
        await client.stop()
    log = tmp_path / "state" / "chatls" / "chatls.log"
    assert log.parent.stat().st_mode & 0o777 == 0o700
    pattern = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARNING \d+ chatls\.lsp\.protocol: a message could not be read"
    assert re.search(pattern, log.read_text())


async def test_a_full_log_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "chatls.log"
    log.write_text("old\n" * (LIMIT // 4))
    async with running_server(
        "--log-file", str(log), "--log-level", "debug", env=environment(tmp_path), cwd=tmp_path
    ) as client:
        await client.initialize()
        await client.stop()
    assert (tmp_path / "chatls.log.1").stat().st_size <= LIMIT
    assert log.stat().st_size < LIMIT
    assert "old" not in log.read_text()


async def test_a_log_that_cannot_be_written_keeps_nobody_from_working(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    log = str(tmp_path / "file" / "chatls.log")
    async with chat_server(tmp_path, "--log-file", log) as client:
        assert (await client.stream("Hi", "t"))["result"]["stopReason"] == "end_turn"
        assert await client.stop() == 0
