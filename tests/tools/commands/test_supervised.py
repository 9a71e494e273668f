"""The supervisor of what is not confined, run as the process it is."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.tools.commands.supervised import supervised
from tests.support.commanding import marked
from tests.support.process_facts import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans come to a supervisor on Linux only")

ORPHANS = "sleep 1000 & (setsid sleep 1000 &); setsid sh -c 'trap \"\" TERM HUP INT; sleep 1000; sleep 1000' &"


class Supervisor:
    """One supervisor around a line of a shell."""

    def __init__(self, line: str) -> None:
        self.mark = uuid.uuid4().hex
        self.process = subprocess.Popen(
            supervised(["/bin/sh", "-c", line]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", "MARK": self.mark},
        )

    def first_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().strip()

    def say(self, letter: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(letter)
        self.process.stdin.flush()

    def let_go(self) -> None:
        """Close its stdin, as the server's death does."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def code(self) -> int:
        return self.process.wait(10)


@pytest.fixture
def made() -> Iterator[list[Supervisor]]:
    supervisors: list[Supervisor] = []
    yield supervisors
    for one in supervisors:
        with one.process:
            one.process.kill()


def start(made: list[Supervisor], line: str) -> Supervisor:
    made.append(Supervisor(line))
    return made[-1]


def test_what_a_command_leaves_behind_ends_with_it(made: list[Supervisor]) -> None:
    one = start(made, f"{ORPHANS} exit 5")
    assert one.code() == 5
    assert marked(one.mark) == []


async def test_t74_everything_ends_when_it_is_let_go(made: list[Supervisor]) -> None:
    one = start(made, f"trap '' TERM; {ORPHANS} echo up; while :; do sleep 1; done")
    assert one.first_line() == "up"
    await until(lambda: len(marked(one.mark)) >= 6)
    one.let_go()
    assert one.code() == 128 + signal.SIGKILL
    assert marked(one.mark) == []


def test_a_letter_asks_all_of_them_to_end(made: list[Supervisor]) -> None:
    one = start(made, "trap 'echo bye; exit 3' TERM; echo up; setsid sleep 1000 & wait")
    assert one.first_line() == "up"
    one.say(b"T")
    assert one.first_line() == "bye"
    assert one.code() == 3


def test_what_python_ignores_is_not_ignored_by_the_command(made: list[Supervisor]) -> None:
    one = start(made, "grep SigIgn /proc/self/status")
    assert one.first_line() == "SigIgn:\t0000000000000000"


def test_the_command_has_no_hold_on_the_servers_pipe(made: list[Supervisor]) -> None:
    one = start(made, "readlink /proc/self/fd/0; ls /proc/self/fd | wc -l")
    assert one.first_line() == "/dev/null"
    assert one.first_line() == "4"


def test_its_own_modules_cannot_be_replaced_by_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "signal.py").write_text("raise SystemExit('PWNED')")
    hold, theirs = os.pipe()
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(supervised(["true"]), cwd=tmp_path, env=env, stdin=hold, check=False)
    os.close(hold)
    os.close(theirs)
    assert done.returncode == 0
