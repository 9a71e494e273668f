"""Who takes part, and how each is started: chatls, and the floors it is measured against."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.client import Client
from tests.bench.model import Model

FLOORS = Path(__file__).parent / "floors"


@dataclass(frozen=True, slots=True)
class Contestant:
    """`command` gets the model server's address appended, where `takes_address`; chatls has a setting for it."""

    name: str
    command: Sequence[str]
    token_mark: bytes
    takes_address: bool = True

    def __str__(self) -> str:
        return self.name


CHATLS = Contestant("chatls", (sys.executable, "-m", "chatls"), b'"type":"token"', takes_address=False)
NAIVE = Contestant("naive pygls", (sys.executable, str(FLOORS / "naive_pygls.py")), b'"report"')
HTTPX = Contestant("bare httpx", (sys.executable, str(FLOORS / "httpx_reader.py")), b'"first"')
BARE_PYGLS = Contestant("bare pygls", (sys.executable, str(FLOORS / "bare_pygls.py")), b'"report"')
STREAMING = (CHATLS, HTTPX, NAIVE)


@contextmanager
def started(contestant: Contestant, address: str) -> Generator[Client]:
    """A process of a contestant that has been sent nothing yet; it is killed with the block."""
    command = [*contestant.command, *([address] if contestant.takes_address else [])]
    with (
        environment(address) as env,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=env) as process,
    ):
        try:
            yield Client(process, contestant.token_mark)
        finally:
            process.kill()


@contextmanager
def warm(contestant: Contestant, model: Model) -> Generator[Client]:
    """A process of a contestant that has answered once."""
    with started(contestant, model.address) as client:
        client.initialize()
        client.stream(model.prompt(1000))
        yield client


@contextmanager
def environment(address: str) -> Generator[dict[str, str]]:
    """Environment variables for chatls: this model server, nothing of the user's own settings, and modules compiled."""
    without = ("CHATLS_", "OLLAMA_", "PYTHONDONTWRITEBYTECODE")
    with tempfile.TemporaryDirectory() as home:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(without)}
        folders = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME"), home)
        yield {**inherited, **folders, "CHATLS_OLLAMA_ADDRESS": address}
