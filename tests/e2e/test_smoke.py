"""A stock client of pytest-lsp: it knows LSP 3.17 and nothing of ours, and that is enough to chat.

It drops the `event` of a progress value, which is what such clients do; every other test here reads the frames.
"""

import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast

import pytest
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

from tests.support.chat_server import NOWHERE, environment, write_scripts

SCRIPT = '[[answer]]\nsteps = [{ text = "Hello " }, { phase = "prefill" }, { text = "there." }]\n'


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[LanguageClient]:
    command = [sys.executable, "-m", "chatls"]
    config = ClientServerConfig(command, server_env={**os.environ, **environment(tmp_path)})
    started = cast("LanguageClient", await config.start())
    options = {
        "ollama": {"address": NOWHERE},
        "scripted": {"folder": str(write_scripts(tmp_path, {"hello": SCRIPT}))},
        "model": "scripted/hello",
    }
    folder = types.WorkspaceFolder(tmp_path.as_uri(), "ws")
    await started.initialize_session(
        types.InitializeParams(types.ClientCapabilities(), initialization_options=options, workspace_folders=[folder])
    )
    started.progress_reports["t"] = []  # a token of the client's own: it knows only those a server created
    yield started
    await started.shutdown_session()
    await started.stop()


def words(client: LanguageClient, token: str) -> list[str]:
    """What the client shows of a progress: its title, and every message."""
    values: list[Any] = client.progress_reports[token]
    assert [type(value) for value in (values[0], values[-1])] == [
        types.WorkDoneProgressBegin,
        types.WorkDoneProgressEnd,
    ]
    return [values[0].title, *(value.message for value in values[1:] if value.message)]


async def test_any_lsp_client_can_chat_by_the_command_it_is_offered(client: LanguageClient) -> None:
    assert client.capabilities is not None
    params = types.ExecuteCommandParams("chatls.ask", [{"message": "Hi"}], work_done_token="t")
    result = cast("Any", await client.workspace_execute_command_async(params))
    assert result["final"] == "Hello there."
    shown = words(client, "t")
    assert shown[0] == "scripted/hello"
    assert "Hello " in shown
    assert "there." in shown


async def test_any_lsp_client_can_send_our_requests_and_read_their_progress(client: LanguageClient) -> None:
    params = {"message": {"content": "Hi"}, "workDoneToken": "t"}
    result = await client.protocol.send_request_async("chat/stream", params)
    assert result.final == "Hello there."
    assert "Hello " in words(client, "t")
