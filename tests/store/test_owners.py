"""Which processes are alive: seen by their locks, not by what they say."""

import subprocess
import sys
from pathlib import Path

from chatls.store.owners import Owner

PROCESS = """
import sys, time
from pathlib import Path
from chatls.store.owners import Owner
owner = Owner(Path(sys.argv[1]))
print(owner.name, flush=True)
time.sleep(600)
"""


def test_a_killed_process_is_dead_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    us = Owner(path)
    with subprocess.Popen([sys.executable, "-c", PROCESS, path], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert us.is_alive(name)
        process.kill()
    assert not us.is_alive(name)
    assert [lock.name for lock in tmp_path.iterdir()] == [f"x.{us.name}.lock"]
    us.close()
    assert list(tmp_path.iterdir()) == []


def test_two_of_one_process_know_each_other_until_one_is_closed(tmp_path: Path) -> None:
    one, two = Owner(tmp_path / "x.db"), Owner(tmp_path / "x.db")
    assert one.is_alive(one.name)
    assert one.is_alive(two.name)
    two.close()
    assert not one.is_alive(two.name)
    one.close()


def test_in_memory_there_is_nobody_else() -> None:
    owner = Owner(None)
    assert owner.is_alive(owner.name)
    assert not owner.is_alive("somebody")
    owner.close()
