"""Starting: a server until it has answered `initialize`, and a question on the command line until its first token."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, cast

from tests.bench.contestants import BARE_PYGLS, CHATLS, Contestant, environment, started
from tests.bench.model import Model
from tests.bench.prompts import MODEL
from tests.bench.table import Row, median, ms

RUNS = 15
NOBODY = "http://127.0.0.1:9"
"""An address where no model server answers."""
SOURCE = "class Greeter:\n    pass\n"


def run(model: Model) -> list[Row]:
    """Medians of runs that take turns; files are in the system's cache, and compiled."""
    measures: Mapping[str, Callable[[Model], float]] = {
        "bare": lambda _: _initialize(BARE_PYGLS),
        "chatls": lambda _: _initialize(CHATLS),
        "one-shot": _one_shot,
        "offline": lambda _: _offline(),
    }
    times: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(RUNS + 1):
        for name, measure in measures.items():
            seconds = measure(model)
            if number:  # the first round fills caches
                times[name].append(seconds)
    bare, chatls, one_shot, offline = (median(seconds) for seconds in times.values())
    return [
        Row("bare pygls: start → initialize", ["", "", ms(bare)]),
        Row("start → initialize", [ms(chatls)], _target(1.15, chatls / bare), chatls <= 1.15 * bare),
        Row("one-shot → first token", [ms(one_shot)], _target(1.6, one_shot / bare), one_shot <= 1.6 * bare),
        Row("one-shot, offline", [ms(offline)], f"({offline / bare:.2f} of bare pygls)"),
    ]


def _target(limit: float, ratio: float) -> str:
    return f"<= {limit} of bare pygls ({ratio:.2f})"


def _initialize(contestant: Contestant) -> float:
    begin = time.monotonic()
    with started(contestant, NOBODY) as client:
        return client.initialize() - begin


def _one_shot(model: Model) -> float:
    """Without the model's own time."""
    prompt = model.prompt(8)
    seconds = _first_output(["--model", f"ollama/{MODEL}", prompt.message()], model.address)
    return seconds - model.own_times([prompt])[0]


def _offline() -> float:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "greeter.py").write_text(SOURCE, encoding="utf-8")
        return _first_output(["--workspace", folder, "where is Greeter defined?"], NOBODY)


def _first_output(arguments: list[str], address: str) -> float:
    """Seconds from the start of `chatls chat` to the first byte it prints."""
    with environment(address) as env:
        begin = time.monotonic()
        command = [sys.executable, "-m", "chatls", "chat", *arguments]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, bufsize=0, env=env
        ) as process:
            output = cast("IO[bytes]", process.stdout)
            first = output.read(1)
            seconds = time.monotonic() - begin
            _, said = process.communicate()
    if process.returncode or not first:
        raise ValueError(f"chatls chat failed: {said.decode(errors='replace')}")
    return seconds
