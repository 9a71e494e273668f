"""Starting a command in the sandbox: what confinement costs over the same command without any, and without a sandbox
what its supervisor does.
"""

import asyncio
import os
import tempfile
import time
from asyncio.subprocess import DEVNULL
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from chatls.tools.commands.child import Launch
from chatls.tools.commands.child import run as run_child
from chatls.tools.commands.sandbox import Sandbox
from chatls.tools.commands.supervised import supervised
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from tests.bench.model import Model
from tests.bench.table import Row, median, ms, percentile

ROUNDS = 100
FILES = 1000
COMMAND = ["/bin/true"]
TARGET = 0.025


def run(_model: Model) -> list[Row]:
    """A workspace of some folders and files, in a home folder with what is in this one; they take turns."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(FILES):
            path = Path(folder, f"part-{number % 40}", f"file_{number}.py")
            path.parent.mkdir(exist_ok=True)
            path.touch()
        Path(folder, ".git").mkdir()
        bare, confined, alone = asyncio.run(_times(folder))
    over = [seconds - median(bare) for seconds in confined]
    return [
        Row("command, bare, p50", [ms(median(bare))]),
        Row("confined, over bare, p50", [ms(median(over))], f"<= {ms(TARGET)}", median(over) <= TARGET),
        Row("confined, over bare, p99", [ms(percentile(over, 0.99))]),
        Row("supervised, over bare, p50", [ms(median(alone) - median(bare))]),
    ]


async def _times(folder: str) -> list[list[float]]:
    """Seconds of every run: bare, confined, supervised."""
    roots = Roots([("ws", folder)])
    sandbox = Sandbox(roots, os.environ)
    if trouble := await sandbox.probe():
        raise ValueError(trouble)
    cwd = WorkspacePath(roots.folders[0], ())

    async def bare() -> None:
        process = await asyncio.create_subprocess_exec(*COMMAND, stdin=DEVNULL, stdout=DEVNULL)
        await process.wait()

    async def confined() -> None:
        async with sandbox.launch(COMMAND, cwd, writable=True) as launch:
            await run_child(launch, 10, lambda _: None)

    async def alone() -> None:
        await run_child(Launch(supervised(COMMAND), folder, sandbox.environment, confined=False), 10, lambda _: None)

    ways: Mapping[Callable[[], Awaitable[None]], list[float]] = {bare: [], confined: [], alone: []}
    for _ in range(ROUNDS):
        for way, times in ways.items():
            began = time.perf_counter()
            await way()
            times.append(time.perf_counter() - began)
    roots.close()
    return list(ways.values())
