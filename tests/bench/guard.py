"""The guard before every file of the workspace: what one path takes, from its spelling to a file that was closed."""

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from chatls.tools.guard.folder_root import FolderRoot
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.protected import protected
from tests.bench.model import Model
from tests.bench.table import Row, median

PATH = "server/chatls/tools/guard/paths.py"
CALLS = 2_000
ROUNDS = 15
LIMIT = 20.0
"""Microseconds of the processor's time."""


def run(_: Model) -> list[Row]:
    """Medians of rounds that take turns; the file is in the system's cache."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, PATH)
        file.parent.mkdir(parents=True)
        file.write_text("text", encoding="utf-8")
        best = Roots([("workspace", folder)])
        portable = Roots([("workspace", folder)], make=partial(FolderRoot, fast=False))
        work = (lambda: _guarded(best), lambda: _guarded(portable), lambda: os.close(os.open(file, os.O_RDONLY)))
        rounds = [[_micros(one) for one in work] for _ in range(ROUNDS)]
        best.close()
        portable.close()
    guard, part_by_part, bare = map(median, zip(*rounds, strict=True))
    return [
        Row("guard: one path", [f"{guard:.1f} µs"], f"<= {LIMIT:g} µs ({bare:.1f} µs unguarded)", guard <= LIMIT),
        Row("the same, a call for each folder", [f"{part_by_part:.1f} µs"]),
    ]


def _guarded(roots: Roots) -> None:
    with roots.open_file(roots.resolve(PATH)) as opened:
        protected(opened.path.parts)


def _micros(work: Callable[[], None]) -> float:
    begin = time.process_time()
    for _ in range(CALLS):
        work()
    return (time.process_time() - begin) / CALLS * 1e6
