"""One command as a child process: started, read from, and ended with all it has started.

Knows nothing of the workspace. What a command is confined by is in `tools/commands/sandbox.py`, what it runs under
otherwise in `tools/commands/supervised.py`. Called by `tools/commands/command.py` and `tools/commands/git.py`.
"""

import asyncio
import os
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from chatls.tools.base import ToolError
from chatls.tools.commands.leash import Confined, Leash, Supervised

DRAIN = 0.2
"""Seconds after the end of a command in which its output is still read: what it has left behind may hold the pipe."""
GRACE = 2.0
"""Seconds a command gets to end when its time is over, before it is killed."""
CANCEL_GRACE = 0.1
"""The same where the user does not want it any more."""
KILL_SECONDS = 1.0
"""Seconds in which a killed command is gone, unless the system itself hangs."""
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start. `confined`: `argv` runs bubblewrap; else it runs under `tools/commands/supervised.py`. `notes` are
    what is to be told about it afterwards.
    """

    argv: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    confined: bool
    notes: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. `code` is its exit code, 128 and more for a signal; None: its time was over. `started` is
    false where it could not even be run; what it wrote says why.
    """

    code: int | None
    seconds: float
    started: bool = True


async def run(launch: Launch, limit: float, take: Callable[[bytes], object]) -> Ended:
    """Run it for at most `limit` seconds; `take` is called with each piece of what it writes, errors included.

    None of its processes is left when this returns or is cancelled (but see `tools/commands/supervised.py`).

    Raises:
        ToolError: `not_started`: bubblewrap, or the Python that supervises, cannot be run.
    """
    began = time.monotonic()
    leash: Leash = Confined() if launch.confined else Supervised()
    output = _Output(take)
    try:
        process = await _start(launch, leash, output.sink)
        leash.close_theirs()
        output.close_sink()
        over = await _over(process, leash, limit)
        await output.drained()
        return Ended(None if over else _code(process), time.monotonic() - began, over or leash.started())
    finally:
        output.close()
        leash.close()


async def _start(launch: Launch, leash: Leash, sink: int) -> Process:
    """Start it, in the loop's own thread: a confined command ends with the thread that started it."""
    try:
        return await asyncio.create_subprocess_exec(
            *leash.command(launch.argv),
            cwd=launch.cwd,
            env=launch.env,
            stdin=leash.stdin,
            stdout=sink,
            stderr=sink,
            pass_fds=leash.passed,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError("not_started", f"The command cannot be started: {error.strerror}.") from None


async def _over(process: Process, leash: Leash, limit: float) -> bool:
    """Wait until it has ended; whether it had to be ended because its time was over."""
    grace = CANCEL_GRACE
    try:
        async with asyncio.timeout(limit):
            await process.wait()
        return False
    except TimeoutError:
        grace = GRACE
        return True
    finally:
        await _end(process, leash, grace)


async def _end(process: Process, leash: Leash, grace: float) -> None:
    """Ask it to end, and kill what is left of it then, or as soon as nobody waits any more."""
    leash.ask(process)
    try:
        await _has_ended(process, grace)
    finally:
        leash.kill(process)
        if not await _has_ended(process, KILL_SECONDS):
            with suppress(ProcessLookupError):
                process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(KILL_SECONDS):
                await leash.gone()


async def _has_ended(process: Process, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await process.wait()
    return process.returncode is not None


def _code(process: Process) -> int:
    code = process.returncode or 0
    return code if code >= 0 else 128 - code


class _Output:
    """A pipe that a command and all it starts write to: read whenever there is something in it."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self._ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._source, sink = os.pipe()
        self.sink: int = sink
        os.set_blocking(self._source, False)
        self._loop.add_reader(self._source, self._read)

    def close_sink(self) -> None:
        """Close this process's end, so that the other side's end is seen."""
        if self.sink >= 0:
            os.close(self.sink)
            self.sink = -1

    async def drained(self) -> None:
        """Wait until all is read, but not for those whom the command has left behind."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN):
                await self._ended.wait()

    def close(self) -> None:
        self._loop.remove_reader(self._source)
        os.close(self._source)
        self.close_sink()

    def _read(self) -> None:
        try:
            piece = os.read(self._source, _PIECE)
        except BlockingIOError:
            return
        if piece:
            self._take(piece)
        else:
            self._loop.remove_reader(self._source)
            self._ended.set()
