"""The decision about a command: what it runs, whether it is allowed, and what could be granted."""

import tempfile
import time
from pathlib import Path

from chatls.tools.approval.decision import decide
from chatls.tools.approval.programs import Place
from chatls.tools.approval.shell_approval import command_action
from tests.bench.model import Model
from tests.bench.table import Row, ms, percentile
from tests.support.commands import place

ROUNDS = 500
COMMANDS = (
    *("ls -la src", "rg -n 'def main' src", "cargo test --lib -- --nocapture", "./build.sh --release", "npm test"),
    *("python3 tools/gen.py > out.txt && git diff --stat | head -20", "for f in *.py; do wc -l $f; done"),
)
"""Allowed, asked about, with files to know again, of several commands, not understood."""


def run(_model: Model) -> list[Row]:
    """Time from a command to the decision, the files it runs read each time; no model takes part."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("build.sh", "package.json", "tools/gen.py"):
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text("#!/bin/sh\n" * 1000)
            path.chmod(0o755)
        where = place(Path(folder))
        times = [_seconds(command, where) for _ in range(ROUNDS) for command in COMMANDS]
    half, worst = percentile(times, 0.5), percentile(times, 0.99)
    return [
        Row("decision about a command, p50", [ms(half)]),
        Row("the same, p99", [ms(worst)], "<= 1 ms", worst <= 1e-3),
    ]


def _seconds(command: str, where: Place) -> float:
    began = time.perf_counter()
    decide(command_action(command, where), [])
    return time.perf_counter() - began
