"""What the system says about a process: the time it has run and the memory it has. Linux only."""

import time
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """CPU time of all its threads so far."""
    # What clock_getcpuclockid(3) makes of a process id: nanoseconds, where /proc/PID/stat has only hundredths.
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid: int) -> int:
    """Bytes in memory now (resident set)."""
    return _status(pid, "VmRSS")


def forget_peak(pid: int) -> None:
    """Let `peak_memory` begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def peak_memory(pid: int) -> int:
    """The most bytes that were in memory since `forget_peak`."""
    return _status(pid, "VmHWM")


def _status(pid: int, key: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{key}:"))
