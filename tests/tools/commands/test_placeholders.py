"""Empty folders in the place of what must not appear: there while they are needed, and gone after."""

import fcntl
import os
import signal
import subprocess
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from chatls.tools.base import ToolError
from chatls.tools.commands import placeholders
from chatls.tools.commands.placeholders import PLACES, standing
from tests.support.process_facts import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="commands are confined on Linux only")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def stand_in(folder: Path) -> AbstractAsyncContextManager[None]:
    return standing(str(folder), folder.stat())


async def test_they_stand_and_are_taken_back(tmp_path: Path) -> None:
    async with stand_in(tmp_path):
        assert names(tmp_path) == set(PLACES)
    assert names(tmp_path) == set()


async def test_what_was_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".chatls.toml").write_text("x")
    (tmp_path / ".git").symlink_to("nowhere")
    async with stand_in(tmp_path):
        assert (tmp_path / ".chatls.toml").read_text() == "x"
    assert names(tmp_path) == {".vscode", ".chatls.toml", ".git"}


async def test_the_last_of_several_takes_them_back(tmp_path: Path) -> None:
    async with stand_in(tmp_path):
        async with stand_in(tmp_path):
            pass
        assert names(tmp_path) == set(PLACES)
    assert names(tmp_path) == set()


async def test_those_that_were_left_behind_are_taken_back_next_time(tmp_path: Path) -> None:
    async with stand_in(tmp_path):
        left = tmp_path.parent / "left"
        left.mkdir()
        status = (tmp_path / ".vscode").stat()
        (left / ".vscode").mkdir()
        os.utime(left / ".vscode", ns=(status.st_mtime_ns, status.st_mtime_ns))
    async with stand_in(left):
        pass
    assert names(left) == set()


async def test_one_that_came_to_hold_something_is_left(tmp_path: Path) -> None:
    async with stand_in(tmp_path):
        (tmp_path / ".vscode" / "settings.json").write_text("the user's")
    assert (tmp_path / ".vscode" / "settings.json").read_text() == "the user's"


async def test_another_folder_in_the_same_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with pytest.raises(FileNotFoundError):
        async with standing(str(tmp_path / "a"), (tmp_path / "b").stat()):
            pytest.fail("it was taken")
    assert names(tmp_path / "a") == set()


async def test_where_nothing_can_be_made_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.mkdir", refuse)
    async with stand_in(tmp_path):
        assert names(tmp_path) == set()


async def test_a_lock_of_another_program_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placeholders, "LOCK_SECONDS", 0.05)
    locked = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(locked, fcntl.LOCK_EX)
        with pytest.raises(ToolError, match="Another program holds a lock"):
            async with stand_in(tmp_path):
                pytest.fail("it was taken")
    finally:
        os.close(locked)
    async with stand_in(tmp_path):
        assert names(tmp_path) == set(PLACES)


SERVER = """
import asyncio, os, sys
from chatls.tools.commands.placeholders import standing
async def stand():
    async with standing(sys.argv[1], os.stat(sys.argv[1])):
        sys.stdout.write("up")
        sys.stdout.flush()
        sys.stdin.read()
asyncio.run(stand())
"""


async def test_t68_they_go_when_the_server_is_killed(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", SERVER, str(tmp_path)], stdin=pipe, stdout=pipe) as server:  # noqa: ASYNC220
        assert server.stdout is not None
        assert server.stdout.read(2) == b"up"
        assert names(tmp_path) == set(PLACES)
        server.send_signal(signal.SIGKILL)
    await until(lambda: names(tmp_path) == set())
