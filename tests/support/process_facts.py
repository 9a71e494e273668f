"""What the system knows of a process: how much memory it holds, and how many threads and descriptors."""

import asyncio
from collections.abc import Callable
from pathlib import Path


def memory(pid: int) -> int:
    """Bytes of memory that are resident and the process's own."""
    return _numbers(Path(f"/proc/{pid}/status").read_text())["RssAnon"] * 1024


def threads(pid: int) -> int:
    return _numbers(Path(f"/proc/{pid}/status").read_text())["Threads"]


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _numbers(status: str) -> dict[str, int]:
    """The numbers of a `/proc/PID/status`; sizes are in KiB."""
    found: dict[str, int] = {}
    for line in status.splitlines():
        name, _, value = line.partition(":")
        number = value.split()[0] if value.split() else ""
        if number.isdigit():
            found[name] = int(number)
    return found


async def until(condition: Callable[[], bool], *, seconds: float = 5.0) -> None:
    """Wait for what only looking tells."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (another process: nothing tells)
            await asyncio.sleep(0.005)


async def steady(read: Callable[[], int], *, seconds: float = 20.0) -> None:
    """Wait until a number no longer changes."""
    async with asyncio.timeout(seconds):
        before = None
        while (now := read()) != before:
            before = now
            await asyncio.sleep(0.2)


def switches(pid: int) -> int:
    """How often the threads of a process have gone to sleep: once for each time they were woken."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(_numbers((task / "status").read_text())["voluntary_ctxt_switches"] for task in tasks)
