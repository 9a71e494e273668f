"""A process that is killed while it changes files, or while it puts them back: nothing is lost, and undo ends it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chatls.tools.guard.paths import Roots
from tests.support.killed_edit import CALLS, undo
from tests.support.sessions import store
from tests.support.writing import files

BEFORE = {"a.py": "1\n", "b.py": "b\n", "c.py": "c\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "ws"
    found.mkdir()
    for name, text in BEFORE.items():
        (found / name).write_text(text)
    return found


def run(state: Path, folder: Path, what: str, fatal: int = -1) -> None:
    """Change the files, or undo that, until the change of the disk with this number."""
    command = [sys.executable, "-m", "tests.support.killed_edit", str(state), str(folder), what, str(fatal)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == (0 if fatal < 0 else -signal.SIGKILL), done.stderr


async def undone(state: Path, folder: Path) -> int:
    """Undo the turn here; how many files were put back."""
    roots = Roots([("ws", str(folder))])
    try:
        async with store(state) as kept:
            count = await undo(kept, roots)
            assert kept.told == []
            return count
    finally:
        roots.close()


@pytest.mark.parametrize("number", range(len(CALLS)), ids=[name for name, _ in CALLS])
async def test_f61_killed_between_the_image_and_the_change_what_was_done_can_be_undone(
    tmp_path: Path, folder: Path, number: int
) -> None:
    before = files(folder)
    run(tmp_path / "state", folder, "edit", number)
    assert len(files(folder).keys() ^ before.keys()) == (0, 0, 1, 4)[number]
    files_of = (0, 1, 2, 4)
    assert await undone(tmp_path / "state", folder) == files_of[number]
    assert files(folder) == before


@pytest.mark.parametrize("number", range(4))
async def test_f61_killed_while_it_undoes_a_turn_the_rest_is_undone_by_the_next(
    tmp_path: Path, folder: Path, number: int
) -> None:
    before = files(folder)
    run(tmp_path / "state", folder, "edit")
    assert files(folder) != before
    run(tmp_path / "state", folder, "undo", number)
    await undone(tmp_path / "state", folder)
    assert files(folder) == before
    assert await undone(tmp_path / "state", folder) == 0
