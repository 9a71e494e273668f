"""How a running command is held: asked to end, and killed with all it has started; one way for each confinement.

Descriptors and signals only; `tools/commands/child.py`, the only caller, decides when.
"""

import asyncio
import json
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from chatls.tools.commands.supervised import ASK_TO_END


class Leash(Protocol):
    """How a command is held: asked to end, and killed with all it has started."""

    stdin: int
    passed: tuple[int, ...]

    def command(self, argv: Sequence[str]) -> Sequence[str]:
        """What to run so that it is held."""
        ...

    def close_theirs(self) -> None:
        """Close the descriptors that were the child's."""
        ...

    def ask(self, process: Process) -> None: ...

    def kill(self, process: Process) -> None: ...

    async def gone(self) -> None:
        """Once it has ended: wait until all that it has started has, too."""
        ...

    def started(self) -> bool:
        """Once it has ended: whether the command itself was ever run."""
        ...

    def close(self) -> None: ...


class Confined:
    """By bubblewrap's own first process inside, whose number it tells: all others die with that one."""

    def __init__(self) -> None:
        self._status, theirs = os.pipe()
        self.stdin = DEVNULL
        self.passed: tuple[int, ...] = (theirs,)
        self._said = b""
        os.set_blocking(self._status, False)

    def command(self, argv: Sequence[str]) -> Sequence[str]:
        return [argv[0], "--json-status-fd", str(self.passed[0]), *argv[1:]]

    def close_theirs(self) -> None:
        for fd in self.passed:
            os.close(fd)
        self.passed = ()

    def ask(self, process: Process) -> None:
        # Its group, the command's too: the first process itself cannot be ended by this signal.
        self._send(os.killpg, process, signal.SIGTERM)

    def kill(self, process: Process) -> None:
        if not self._send(os.kill, process, signal.SIGKILL):
            with suppress(ProcessLookupError):
                process.kill()

    async def gone(self) -> None:
        # bubblewrap ends as soon as the command has; the first process inside is killed by that, and dies when all
        # others inside are dead. Should its number be another's by now, the caller's limit ends this.
        with suppress(OSError):  # it is gone already, or this Linux is older than 5.3
            await _death(os.pidfd_open(self._value("child-pid") or 0))

    def started(self) -> bool:
        return self._value("exit-code") is not None

    def close(self) -> None:
        os.close(self._status)
        self.close_theirs()

    def _send(self, send: Callable[[int, int], None], process: Process, number: signal.Signals) -> bool:
        pid = self._value("child-pid")
        if pid is None or process.returncode is not None:
            return False
        with suppress(OSError):
            send(pid, number)
        return True

    def _value(self, name: str) -> int | None:
        """A value of bubblewrap's status, which is a line of JSON at a time; None until it is said."""
        with suppress(BlockingIOError):
            while piece := os.read(self._status, 4096):
                self._said += piece
        lines = (json.loads(line) for line in self._said.splitlines(keepends=True) if line.endswith(b"\n"))
        return next((line[name] for line in lines if name in line), None)


class Supervised:
    """By the supervisor's stdin, the end of which ends it too."""

    def __init__(self) -> None:
        self.stdin, self._control = os.pipe()
        self.passed = ()

    def command(self, argv: Sequence[str]) -> Sequence[str]:
        return argv

    def close_theirs(self) -> None:
        if self.stdin >= 0:
            os.close(self.stdin)
            self.stdin = -1

    def ask(self, process: Process) -> None:
        if process.returncode is None:
            with suppress(OSError):
                os.write(self._control, ASK_TO_END)

    def kill(self, process: Process) -> None:
        if self._control >= 0 and process.returncode is None:
            os.close(self._control)
            self._control = -1

    async def gone(self) -> None:
        """The supervisor ends last."""

    def started(self) -> bool:
        return True

    def close(self) -> None:
        self.close_theirs()
        if self._control >= 0:
            os.close(self._control)


async def _death(process: int) -> None:
    """Wait for the end of the process that a descriptor stands for, and close that."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(process, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(process)
        os.close(process)
