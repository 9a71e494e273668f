"""A real Ollama process with scripted models, for the tests in `tests/real_servers/`.

Knows how to start one on a port and in a folder of its own and how to give it models; what is said to it is the
tests' business. `ollama_build.py` has the program, `scripted_gguf.py` the model.
"""

import asyncio
import hashlib
import http.client
import json
import os
import socket
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.scripted_gguf import PLAIN_TEMPLATE, template, write_model

SCRIPTED = "scripted:latest"
"""Answers by script, and can use tools."""
THINKING = "thoughtful:latest"
"""The same, and it thinks."""
PLAIN = "plain:latest"
"""Only answers."""
TEMPLATES = {SCRIPTED: template(), THINKING: template(thinking=True), PLAIN: PLAIN_TEMPLATE}

START_SECONDS = 30.0


@dataclass(frozen=True)
class OllamaServer:
    """A running server: its port on 127.0.0.1, and the file its log goes to."""

    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(self, method: str, path: str, body: bytes | Mapping[str, Any] | None = None) -> bytes:
        """One HTTP request; the body of its answer, which must be a success."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, json.dumps(body) if isinstance(body, Mapping) else body)
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        assert response.status < 300, f"{method} {path}: {response.status} {answer!r}"
        return answer

    async def wait_until_ended(self, chats: int) -> None:
        """Return when the server has ended so many chats, answered or given up: its log has a line for each."""
        for _ in range(500):
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            if sum(line.startswith("[GIN]") and line.endswith('"/api/chat"') for line in lines) >= chats:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("Ollama goes on with a chat that nobody reads")

    def create_models(self, model: Path) -> None:
        """Make the three models out of one GGUF file.

        One thread each: with more the tiny model is many times slower on busy cores.
        """
        data = model.read_bytes()
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        self.request("POST", f"/api/blobs/{digest}", data)
        for name, text in TEMPLATES.items():
            parameters = {"num_thread": 1, "stop": ["<|im_end|>"]}
            body = {"model": name, "files": {"model.gguf": digest}, "template": text, "parameters": parameters}
            self.request("POST", "/api/create", {**body, "stream": False})


@contextmanager
def running_ollama(program: Path, folder: Path) -> Generator[OllamaServer]:
    """A server with the scripted models, all it writes in `folder`; ended with all its children."""
    server = OllamaServer(free_port(), folder / "ollama.log")
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            [program, "serve"], env=environment(server.port, folder), stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        try:
            wait_until_up(server, process)
            write_model(folder / "model.gguf")
            server.create_models(folder / "model.gguf")
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def environment(port: int, folder: Path) -> dict[str, str]:
    """What the process sees: nothing of the user's own models and settings, and nothing beyond this machine."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "OLLAMA_HOST": f"127.0.0.1:{port}",
        "OLLAMA_MODELS": str(folder / "models"),
        "OLLAMA_NO_CLOUD": "1",
        "OLLAMA_NUM_PARALLEL": "4",  # it can lose a slot to a cancelled request (ollama#17131)
    }


def wait_until_up(server: OllamaServer, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; fail, with its log, when it ends or takes too long."""
    for _ in range(int(START_SECONDS / 0.05)):
        with suppress(OSError):
            server.request("GET", "/api/version")
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            break
    raise AssertionError(f"ollama serve did not start: {server.log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
