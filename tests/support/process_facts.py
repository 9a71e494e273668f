"""What the system knows of a process: how much memory it holds, and how many threads, descriptors and children."""

from pathlib import Path


def memory(pid: int) -> int:
    """Bytes of memory that are resident and the process's own."""
    return _status(pid)["RssAnon"] * 1024


def threads(pid: int) -> int:
    return _status(pid)["Threads"]


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _status(pid: int) -> dict[str, int]:
    """The numbers of `/proc/PID/status`; sizes are in KiB."""
    found: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        number = value.split()[0] if value.split() else ""
        if number.isdigit():
            found[name] = int(number)
    return found
