"""Runs the benchmarks: `python -m tests.bench [NAME ...]`, all of them when none is named.

By hand, on a Linux machine that does nothing else: figures of a busy one say little, and no test depends on them.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from types import MappingProxyType

from tests.bench import (
    cancel,
    cpu,
    decision,
    first_token,
    guard,
    memory,
    neovim,
    sandbox,
    startup,
    store,
    throughput,
    unread,
    vscode,
)
from tests.bench.model import Model, running_model
from tests.bench.table import Row, markdown

BENCHMARKS: MappingProxyType[str, Callable[[Model], list[Row]]] = MappingProxyType(
    {
        "startup": startup.run,
        "first_token": first_token.run,
        "throughput": throughput.run,
        "cpu": cpu.run,
        "memory": memory.run,
        "cancel": cancel.run,
        "unread": unread.run,
        "sandbox": sandbox.run,
        "guard": guard.run,
        "decision": decision.run,
        "store": store.run,
        "vscode": vscode.run,
        "neovim": neovim.run,
    }
)


def main() -> int:
    """Run them one after the other and show one table; 1 when a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names: list[str] = parser.parse_args().names or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; choose from {', '.join(BENCHMARKS)}")
    _say(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.2f} at the start")
    rows: list[Row] = []
    for name in names:
        rows += _run(name)
    sys.stdout.write(markdown(rows) + "\n")
    return int(any(row.met is False for row in rows))


def _run(name: str) -> list[Row]:
    began = time.monotonic()
    with running_model() as model:
        rows = BENCHMARKS[name](model)
    _say(f"{name}: {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.2f}")
    return rows


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
