"""What is paid before `initialize` is answered, and before the first chat is: counted in modules, not milliseconds."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_server import chat_server, environment
from tests.support.fake_model_server import FakeModelServer
from tests.support.lsp_client import running_server, stream_params

HEAVY = ("httpcore", "httpx", "pathspec", "prompt_toolkit", "pydantic", "re2", "rich", "tree_sitter")
ROOMS = ("chatls.chat", "chatls.config", "chatls.providers", "chatls.rooms", "chatls.store", "chatls.tools")
NEVER_FOR_A_TURN = (
    "argparse",
    "chatls.lsp.event_messages",
    "chatls.lsp.methods",
    "chatls.lsp.result_messages",
    "chatls.lsp.schemas",
    "chatls.providers.offline_",
    "chatls.tools.symbols.tools",
    "chatls.tools.workbench",
    "email.message",
    "httpx",
    "importlib.metadata",
    "multiprocessing",
    "pathspec",
    "prompt_toolkit",
    "re2",
    "rich",
    "tree_sitter",
    "urllib.request",
    "zipfile",
)
"""Modules, by how their names begin, that an answer without tools has no need of."""
OURS = """
import sys
from chatls.lsp.pipe import BackpressureHandler
send = BackpressureHandler.send
def first(self, frame):  # the answer to initialize is the first that is sent
    BackpressureHandler.send = send
    with open("modules", "w") as file:
        file.write("\\n".join(sys.modules))
    send(self, frame)
BackpressureHandler.send = first
from chatls.cli import main
sys.exit(main([]))
"""
BARE = """
import sys
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer("bare", "1")
@server.feature(types.INITIALIZE)
def initialize(params):
    with open("modules", "w") as file:
        file.write("\\n".join(sys.modules))
server.start_io()
"""


async def modules_at_initialize(home: Path, program: str) -> set[str]:
    """The modules that a server program has imported when it answers `initialize`."""
    params: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=home,
        env={**os.environ, **environment(home)},
    )
    async with asyncio.timeout(20):
        await process.communicate(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    return set((home / "modules").read_text().split("\n"))


async def test_initialize_is_answered_with_little_more_than_a_bare_server_imports(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    homes = (tmp_path_factory.mktemp(name) for name in ("ours", "bare"))
    ours, bare = await asyncio.gather(*map(modules_at_initialize, homes, (OURS, BARE)))
    more = ours - bare
    assert "chatls.lsp.server" in more
    assert not [name for name in more if name.startswith((*HEAVY, *ROOMS))]
    assert len(more) <= 60, sorted(more)


@pytest.mark.parametrize("method", ["chat/listAgents", "chat/stream"])
async def test_a_request_right_behind_initialize_waits_for_what_is_imported_late(tmp_path: Path, method: str) -> None:
    async with chat_server(tmp_path) as client:
        assert "result" in await client.request(method, {"message": {"content": "Hi"}})


async def test_a_first_answer_needs_nothing_of_what_is_for_tools_and_tests(tmp_path: Path) -> None:
    imports = tmp_path / "imports"
    env = {**environment(tmp_path), "PYTHONPROFILEIMPORTTIME": "1"}
    with imports.open("wb") as stderr:
        async with (
            FakeModelServer() as model,
            running_server(env=env, cwd=tmp_path, stderr=stderr.fileno()) as client,
        ):
            await client.initialize(tmp_path, initializationOptions={"ollama": {"address": model.host}})
            assert "result" in await client.response(client.begin("chat/stream", stream_params("Hi")))
    found = {line.rpartition("|")[2].strip() for line in imports.read_text().splitlines() if "|" in line}
    assert "chatls.providers.ollama_stream" in found
    assert [name for name in sorted(found) if name.startswith(NEVER_FOR_A_TURN)] == []
