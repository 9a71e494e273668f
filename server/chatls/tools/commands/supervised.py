"""Runs one command that is not confined, and ends all it has started: `python supervised.py PROGRAM [ARGUMENT ...]`.

A process of its own, so that it outlives the server by the moment it needs. stdin is the server's hold on it: a `T`
there asks the command to end, and its end, the server's too, ends everything at once. On Linux orphans come to it
(`PR_SET_CHILD_SUBREAPER`); elsewhere it reaches the command's process group only. Out of reach are processes that
others start on the command's behalf (`at`, `systemd-run`, a container). Standard library alone: it is run without
any path to packages. Started by `tools/commands/child.py`.
"""

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ASK_TO_END = b"T"
NOT_STARTED = 127
"""Exit code where there is no such program, as a shell's."""

_PR_SET_CHILD_SUBREAPER = 36
_PAUSE = 0.005


def supervised(argv: Sequence[str]) -> list[str]:
    """The command that runs this module around another command."""
    return [sys.executable, "-I", "-S", __file__, *argv]


def main(argv: Sequence[str]) -> int:
    """Run it; its exit code, 128 and the number of the signal that ended it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    awake, wake = os.pipe()
    for end in (awake, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    child = _started(argv)
    code = _watched(child, awake)
    _end_all(child)
    return code


def _started(argv: Sequence[str]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):  # which Python ignores
            signal.signal(number, signal.SIG_DFL)
        os.execvp(argv[0], [*argv])
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\n".encode(errors="replace"))
    finally:
        os._exit(NOT_STARTED)


def _watched(child: int, awake: int) -> int:
    """Wait until the command has ended, or everything is to end."""
    while True:
        readable, _, _ = select.select([0, awake], [], [])
        if awake in readable:
            os.read(awake, 512)
            if (code := _reaped(child)) is not None:
                return code
        if 0 in readable:
            if os.read(0, 1) != ASK_TO_END:
                return 128 + signal.SIGKILL
            _signal_all(child, signal.SIGTERM)


def _reaped(child: int) -> int | None:
    """Take in those that have ended; the command's exit code if it is among them."""
    code = None
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                code = os.waitstatus_to_exitcode(ended[1])
    except ChildProcessError:
        pass
    return code if code is None or code >= 0 else 128 - code


def _end_all(child: int) -> None:
    """Kill what is left, again and again: what a killed one had started comes to this process only then."""
    while _signal_all(child, signal.SIGKILL):
        _reaped(child)
        time.sleep(_PAUSE)


def _signal_all(child: int, number: signal.Signals) -> bool:
    """Send a signal to all that the command has started; whether there was anything to send it to."""
    if not Path("/proc/self/stat").exists():
        return _sent(os.killpg, child, number)
    below = _descendants(os.getpid())
    for pid in below:
        _sent(os.kill, pid, number)
    return bool(below)


def _sent(send: Callable[[int, int], None], pid: int, number: signal.Signals) -> bool:
    try:
        send(pid, number)
    except OSError:  # it has ended meanwhile, or has become another user's
        return False
    return True


def _descendants(pid: int) -> list[int]:
    """All processes below one, by what the system says of each process's parent."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text(errors="replace")
        except OSError:  # it has ended
            continue
        # "pid (name) state parent ...": the name may hold anything.
        children.setdefault(int(text.rpartition(")")[2].split()[1]), []).append(int(path.parent.name))
    below = [pid]
    for parent in below:
        below += children.get(parent, [])
    return below[1:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
