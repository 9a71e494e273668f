"""How commands are held, without a command: what is said to whom."""

import asyncio
import json
import os
import signal
import sys

import pytest

from chatls.tools.commands.leash import Confined, Supervised
from tests.support.clock import settle
from tests.support.commanding import needs_linux

pytestmark = pytest.mark.skipif(os.name != "posix", reason="commands are run on POSIX systems only")

SLEEP = (sys.executable, "-c", "import time; time.sleep(1000)")


async def test_bubblewrap_is_told_where_to_say_its_status() -> None:
    leash = Confined()
    (fd,) = leash.passed
    assert leash.command(["bwrap", "--x", "true"]) == ["bwrap", "--json-status-fd", str(fd), "--x", "true"]
    leash.close()


async def test_one_that_has_said_nothing_is_killed_itself() -> None:
    leash = Confined()
    process = await asyncio.create_subprocess_exec(*SLEEP)
    leash.ask(process)
    leash.kill(process)
    async with asyncio.timeout(5):
        assert await process.wait() == -signal.SIGKILL
    assert not leash.started()
    leash.close()


async def test_the_first_process_inside_is_killed_once_it_is_known() -> None:
    leash = Confined()
    inside = await asyncio.create_subprocess_exec(*SLEEP)
    outer = await asyncio.create_subprocess_exec(*SLEEP)
    os.write(leash.passed[0], json.dumps({"child-pid": inside.pid}).encode() + b'\n{ "exit-')
    leash.kill(outer)
    async with asyncio.timeout(5):
        assert await inside.wait() == -signal.SIGKILL
    assert outer.returncode is None
    assert not leash.started()
    os.write(leash.passed[0], b'code": 0 }\n')
    assert leash.started()
    outer.kill()
    await outer.wait()
    leash.close()


@needs_linux
async def test_all_is_gone_when_the_first_process_inside_is() -> None:
    leash = Confined()
    inside = await asyncio.create_subprocess_exec(*SLEEP)
    os.write(leash.passed[0], json.dumps({"child-pid": inside.pid}).encode() + b"\n")
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        gone = group.create_task(leash.gone())
        await settle()
        assert not gone.done()
        inside.kill()
    await inside.wait()
    async with asyncio.timeout(5):
        await leash.gone()
    leash.close()


@needs_linux
async def test_there_is_nothing_to_wait_for_where_nothing_was_started() -> None:
    leash = Confined()
    async with asyncio.timeout(5):
        await leash.gone()
    leash.close()


async def test_nobody_is_killed_by_the_number_of_one_that_has_ended() -> None:
    leash = Confined()
    inside = await asyncio.create_subprocess_exec(*SLEEP)
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await ended.wait()
    os.write(leash.passed[0], json.dumps({"child-pid": inside.pid}).encode() + b"\n")
    leash.ask(ended)
    leash.kill(ended)
    assert inside.returncode is None
    inside.kill()
    assert await inside.wait() == -signal.SIGKILL
    leash.close()


async def test_the_supervisor_hears_a_letter_then_the_end() -> None:
    leash = Supervised()
    process = await asyncio.create_subprocess_exec(*SLEEP)
    leash.ask(process)
    assert os.read(leash.stdin, 10) == b"T"
    leash.kill(process)
    leash.kill(process)
    assert os.read(leash.stdin, 10) == b""
    process.kill()
    await process.wait()
    leash.close()
