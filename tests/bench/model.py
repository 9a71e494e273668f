"""The harness's side of the model server: starts it, makes prompts for it, asks what it saw."""

import http.client
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from typing import IO, Any, cast

from tests.bench.prompts import Prompt

PATIENCE = 20.0
"""Seconds."""


class Model:
    """A running model server."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._ids = itertools.count()

    def prompt(self, records: int, **how: Any) -> Prompt:
        """A prompt with an id of its own; `how` is what `Prompt` takes."""
        return Prompt(next(self._ids), records, **how)

    def own_times(self, prompts: Iterable[Prompt]) -> list[float]:
        """Seconds from the moment in which the model had a request to its first token."""
        seen = self._seen()
        chats = [seen[str(prompt.id)] for prompt in prompts]
        return [chat["first"] - chat["received"] for chat in chats]

    def gone_after(self, prompt: Prompt, at: float) -> float:
        """Seconds from `at` to the moment in which the client of a chat had closed its connection; waits for it.

        Raises:
            TimeoutError: it does not.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if (gone := self._seen()[str(prompt.id)].get("gone")) is not None:
                return gone - at
            time.sleep(0.005)
        raise TimeoutError("the model's stream was not closed")

    def _seen(self) -> dict[str, dict[str, float]]:
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=PATIENCE)
        with closing(connection):
            connection.request("GET", "/seen")
            return cast("dict[str, dict[str, float]]", json.loads(connection.getresponse().read()))


@contextmanager
def running_model() -> Generator[Model]:
    """A model server that ends with the block."""
    command = (sys.executable, "-m", "tests.bench.model_server")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Model(cast("IO[str]", process.stdout).readline().strip())
        cast("IO[str]", process.stdin).close()
