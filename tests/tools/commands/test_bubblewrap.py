"""Whether bubblewrap is there and works, and what is said where it does not."""

import sys
from pathlib import Path

import pytest

from chatls.tools.commands.bubblewrap import Trouble, examine, find
from tests.support.install import program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="commands are confined on Linux only")


def fake(folder: Path, script: str) -> str:
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_the_real_one_works() -> None:
    assert examine(program("bwrap", "bubblewrap")) is None


def test_one_that_is_missing_is_told(tmp_path: Path) -> None:
    assert find(str(tmp_path)) == Trouble("bubblewrap is not installed", "Install it (`apt install bubblewrap`).")


def test_one_that_came_with_the_workspace_counts_as_missing(tmp_path: Path) -> None:
    path = fake(tmp_path, "")
    assert find(str(tmp_path)) == path
    assert isinstance(find(str(tmp_path), [str(tmp_path)]), Trouble)


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ("bwrap: Unknown option --disable-userns", "Update bubblewrap"),
        ("bwrap: setting up uid map: Permission denied", "AppArmor"),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "AppArmor"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "container"),
        ("bwrap: No permissions to create new namespace, likely because the kernel...", "User namespaces are off"),
        ("bwrap: something new", "run unconfined"),
    ],
)
def test_one_that_does_not_work_is_told_with_what_helps(tmp_path: Path, said: str, mend: str) -> None:
    trouble = examine(fake(tmp_path, f'echo "{said}" >&2; exit 1'))
    assert trouble is not None
    assert said.removeprefix("bwrap: ") in trouble.text
    assert mend in trouble.mend


def test_one_that_cannot_be_run_or_does_not_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert examine(str(tmp_path / "none")) is not None
    monkeypatch.setattr("chatls.tools.commands.bubblewrap.PROBE_SECONDS", 0.1)
    assert examine(fake(tmp_path, "exec sleep 60")) is not None


def test_elsewhere_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert find() == Trouble("commands can be confined on Linux only", "")
