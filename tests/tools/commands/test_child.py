"""A command as a child process: its output, its end, and its descriptors."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from chatls.tools.base import ToolError
from chatls.tools.commands import child
from chatls.tools.commands.captured import Captured
from chatls.tools.commands.child import Ended, Launch, run
from chatls.tools.commands.supervised import supervised
from tests.support.commanding import needs_linux
from tests.support.process_facts import descriptors

pytestmark = pytest.mark.skipif(os.name != "posix", reason="commands are run on POSIX systems only")


def launch(line: str) -> Launch:
    return Launch(supervised(["/bin/sh", "-c", line]), "/", {"PATH": "/usr/bin:/bin"}, confined=False)


async def ended(line: str, limit: float = 20) -> tuple[Ended, str]:
    kept = Captured()
    async with asyncio.timeout(20):
        return await run(launch(line), limit, kept.take), kept.text()


@pytest.mark.parametrize(
    ("line", "code"), [("true", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -TERM $$", 143), ("no-such-thing", 127)]
)
async def test_the_exit_code_is_as_a_shell_tells_it(line: str, code: int) -> None:
    assert (await ended(line))[0].code == code


async def test_all_output_is_taken_however_much_it_is() -> None:
    kept = Captured()
    async with asyncio.timeout(20):
        await run(launch("head -c 30000000 /dev/zero"), 20, kept.take)
    assert kept.size == 30_000_000


async def test_one_whose_time_is_over_has_no_exit_code() -> None:
    done, said = await ended("echo begun; sleep 1000", limit=0.5)
    assert done.code is None
    assert done.seconds < 5
    assert said == "begun\n"


async def test_one_that_ignores_the_signal_is_killed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "GRACE", 0.05)
    assert (await ended("trap '' TERM; while :; do sleep 1; done", limit=0.2))[0].code is None


async def test_a_program_that_cannot_be_run_is_an_error() -> None:
    with pytest.raises(ToolError, match="cannot be started"):
        await run(Launch(["/no/such/thing"], "/", {}, confined=False), 5, lambda _: None)


async def test_nothing_stays_open() -> None:
    await ended("true")
    before = descriptors(os.getpid())
    for line in ("true", "echo x", "sleep 1000 &"):
        await ended(line)
    await ended("sleep 1000", limit=0.05)
    with pytest.raises(ToolError):
        await run(Launch(["/no/such/thing"], "/", {}, confined=True), 5, lambda _: None)
    assert descriptors(os.getpid()) == before


OUTLIVED = """#!/bin/bash
(sleep 0.5; touch "$3/gone") > /dev/null 2>&1 &
echo "{\\"child-pid\\": $!}" >&"$2"
"""
"""Ends before the first process inside has, as bubblewrap does, which says so in the same way."""


@needs_linux
async def test_t74_the_end_of_a_confined_command_is_the_end_of_the_first_process_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "KILL_SECONDS", 20)
    bubblewrap = tmp_path / "bwrap"
    bubblewrap.write_text(OUTLIVED)
    bubblewrap.chmod(0o700)
    path = {"PATH": "/usr/bin:/bin"}
    await run(Launch([str(bubblewrap), str(tmp_path)], "/", path, confined=True), 20, lambda _: None)
    assert (tmp_path / "gone").exists()


async def test_a_cancel_while_it_is_asked_to_end_kills_it(tmp_path: Path) -> None:
    line = f"trap 'touch {tmp_path}/asked' TERM; touch {tmp_path}/up; while :; do sleep 0.01; done; echo $$"
    async with asyncio.timeout(10):
        call = asyncio.ensure_future(ended(line, limit=0.3))
        while not (tmp_path / "asked").exists():  # noqa: ASYNC110 (another process: nothing tells)
            await asyncio.sleep(0.005)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_t76_the_pipe_is_not_waited_for_when_somebody_else_holds_it() -> None:
    """Without its supervisor a command leaves a process behind that could write still."""
    kept = Captured()
    alone = Launch(["/bin/sh", "-c", "sleep 1000 & echo $!"], "/", {"PATH": "/usr/bin:/bin"}, confined=False)
    async with asyncio.timeout(5):
        done = await run(alone, 5, kept.take)
    os.kill(int(kept.text()), signal.SIGKILL)
    assert done.code == 0
    assert done.seconds < 2
