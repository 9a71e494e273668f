"""Somebody who swaps what lies at two paths, over and over, as fast as a process of its own can."""

import mmap
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

_SWAPPING = """
import ctypes, errno, mmap, os, sys
first, second, counter = map(os.fsencode, sys.argv[1:])
count = mmap.mmap(os.open(counter, os.O_RDWR), 8)
exchange = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)

def by_renaming():
    os.rename(first, first + b".aside")
    os.rename(second, first)
    os.rename(first + b".aside", second)
    return 0

def at_once():
    return exchange(-100, first, -100, second, 2)

swap = by_renaming if exchange is None or at_once() and ctypes.get_errno() == errno.EINVAL else at_once
swaps = 0
print("ready", flush=True)
while True:
    for _ in range(100):
        try:
            swaps += not swap()
        except FileNotFoundError:
            pass
    count[:] = swaps.to_bytes(8, "little")
"""


@contextmanager
def swapping(first: Path, second: Path, counter: Path) -> Generator[Callable[[], int]]:
    """Swap the two until the end; what is given says how often that was done so far. `counter` is a file for that."""
    counter.write_bytes(bytes(8))
    command = [sys.executable, "-c", _SWAPPING, str(first), str(second), str(counter)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as attacker,
        counter.open("rb") as file,
        mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ) as count,
    ):
        assert attacker.stdout is not None
        attacker.stdout.readline()
        try:
            yield lambda: int.from_bytes(count[:], "little")
        finally:
            attacker.kill()
