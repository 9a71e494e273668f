"""The composition root in a process of its own: what it builds once, what it builds anew, and what it keeps quiet."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_server import NOWHERE, environment

PROGRAM = """
import asyncio, json, logging, sys
from chatls.assembly import Assembly
from chatls.lsp.pipe import BackpressureHandler
from chatls.lsp.server import ChatServer

async def main():
    before = set(sys.modules)
    built = []
    assembly = Assembly()
    async def build(*arguments):
        built.append(await assembly.build(*arguments))
        return built[-1]
    pipe = BackpressureHandler(lambda data: None, asyncio.get_running_loop(), lambda: None)
    server = ChatServer(pipe, build)
    initialize = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": OPTIONS}
    change = {"settings": OPTIONS}
    for message in (
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": initialize},
        {"jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": change},
    ):
        server.receive([json.dumps(message).encode()])
    async with asyncio.timeout(20):
        while len(built) < 2:
            await asyncio.sleep(0.01)
    one, two = (requests.services for requests in built)
    print(json.dumps({
        "late": "pydantic" in sys.modules and "pydantic" not in before,
        "sessions": one.sessions is two.sessions,
        "models": one.models is two.models,
    }))
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home: Path = tmp_path_factory.mktemp("home")
    program = PROGRAM.replace("OPTIONS", repr({"ollama": {"address": NOWHERE}}))
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=home,
        env={**os.environ, **environment(home)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert ended.stderr == b""
    return json.loads(ended.stdout)


def test_what_is_heavy_is_imported_when_the_rooms_are_built(facts: dict[str, Any]) -> None:
    assert facts["late"] is True


def test_sessions_outlive_new_settings_and_models_do_not(facts: dict[str, Any]) -> None:
    assert (facts["sessions"], facts["models"]) == (True, False)
