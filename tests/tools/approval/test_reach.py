"""Which commands are asked about each time, as no answer for always is offered for them."""

import shlex
from pathlib import Path

import pytest

from chatls.tools.approval.reach import is_far_reaching
from chatls.tools.approval.shell_approval import command_action
from chatls.tools.approval.shell_syntax import understood
from tests.support.commands import place

FAR = [
    *("rm -rf build", "rm -rf ~ && make", "make && sudo make install", "find . -name x -delete", "/bin/rm a"),
    *("git clean -fdx", "git push --force", "git reset --hard", "xargs rm", "sh -c 'rm -rf x'", "env shred a"),
    *("cat ~/.bashrc", "cp a ../b", "cp a src/../../b", "cat /etc/passwd", "echo x > /etc/passwd", "ls ~root"),
    *("cp a $HOME/b", 'cp a "$X"', "make --prefix=/usr/local", "curl https://example.com", "echo x > ~/.profile"),
]
NEAR = [
    *("make test", "pytest -q tests/a.py", "sh build.sh 2>/dev/null", "git status && git diff", "/usr/bin/make test"),
    *("cp a src/../b", "grep -rn 'a b' src | sort", "cargo test --lib", "npm run remove"),
]


def far(line: str, ws: Path) -> bool:
    read = understood(line)
    assert read is not None
    return is_far_reaching(line, read.commands, place(ws))


@pytest.mark.parametrize("line", FAR)
def test_these_reach_outside_or_destroy(line: str, tmp_path: Path) -> None:
    assert far(line, tmp_path)


@pytest.mark.parametrize("line", NEAR)
def test_these_stay_in_the_workspace(line: str, tmp_path: Path) -> None:
    assert not far(line, tmp_path)


def test_a_place_in_the_workspace_is_none_outside_however_it_is_written(tmp_path: Path) -> None:
    assert not far(f"cat {tmp_path}/a.py", tmp_path)


@pytest.mark.parametrize("line", ["rm -rf ~ && make", "cat /etc/passwd", "git clean -fdx"])
@pytest.mark.parametrize("shell", [True, False])
def test_they_are_not_offered_for_always(line: str, shell: bool, tmp_path: Path) -> None:
    found = command_action(line if shell else shlex.split(line), place(tmp_path))
    assert {offer.kind for offer in found.offers} <= {"allow_session"}
