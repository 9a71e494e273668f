"""Git's status in a repository runs something else only where its settings say so; only tame ones are let through."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from chatls.tools.approval.plain_repository import MAX_CONFIG, is_plain_repository
from tests.support.commands import execs

ENV = {
    "PATH": "/usr/bin:/bin",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    subprocess.run(command, cwd=folder, env=ENV, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    folder.mkdir()
    git(folder, "init")
    git(folder, "remote", "add", "origin", "https://example.org/a;b.git")
    git(folder, "config", "user.name", "A B; C")
    (folder / "a.txt").write_text("a\n")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    git(folder, "config", "branch.main.remote", "origin")
    return folder


def test_an_ordinary_repository_is_plain(repository: Path) -> None:
    assert is_plain_repository(str(repository))


def test_what_is_no_repository_is_not(tmp_path: Path, repository: Path) -> None:
    assert not is_plain_repository(str(tmp_path))
    (repository / "src").mkdir()
    assert not is_plain_repository(str(repository / "src"))


def _config(text: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        with (folder / ".git" / "config").open("a") as file:
            file.write(text)

    return change


def _file(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / ".git" / name).write_bytes(content)


def _submodule(folder: Path) -> None:
    """Nothing but an entry in the index, as somebody's archive may hold it."""
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")


def _link(folder: Path) -> None:
    (folder / ".git").rename(folder / "g")
    (folder / ".git").symlink_to("g")


def _worktree(folder: Path) -> None:
    git(folder, "worktree", "add", "../tree")
    shutil.move(folder / ".git", folder.parent / "moved")
    shutil.copy(folder.parent / "tree" / ".git", folder / ".git")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_config("[core]\n\tfsmonitor = touch PWNED\n"), id="T64-fsmonitor"),
        pytest.param(_config("[CORE]\n\tFsMonitor=touch PWNED\n"), id="T64-other-case"),
        pytest.param(_config("[core] fsmonitor = touch PWNED\n"), id="T64-on-the-same-line"),
        pytest.param(_config('[core]\nbare = "\\\n[remote "x"]\nfsmonitor = x\n'), id="T64-continued-line"),
        pytest.param(_config("[core]\n\tworktree = /\n"), id="worktree"),
        pytest.param(_config("[core]\n\tfsmonitor\n"), id="without-value"),
        pytest.param(_config('[filter "x"]\n\tclean = touch PWNED\n'), id="T65-filter"),
        pytest.param(_config("[filter.x]\n\tclean = touch PWNED\n"), id="T65-old-spelling"),
        pytest.param(_config("[diff]\n\texternal = touch PWNED\n"), id="T65-diff"),
        pytest.param(_config("[include]\n\tpath = ../evil\n"), id="include"),
        pytest.param(_config("[extensions]\n\tworktreeConfig = true\n"), id="extensions"),
        pytest.param(_config("#" * MAX_CONFIG), id="long"),
        pytest.param(_config("\n\0"), id="not-a-setting"),
        pytest.param(_file("config", b"\xff"), id="not-text"),
        pytest.param(_file("config", b""), id="no-settings"),
        pytest.param(_file("HEAD", b"ref: nowhere\n"), id="head-that-is-none"),
        pytest.param(_file("commondir", b"../evil\n"), id="settings-from-elsewhere"),
        pytest.param(_file("hooks/post-index-change", b""), id="hook"),
        pytest.param(_link, id="link"),
        pytest.param(_file("sharedindex.12", b""), id="split-index"),
        pytest.param(_submodule, id="submodule"),
        pytest.param(_worktree, id="linked-worktree"),
    ],
)
def test_a_repository_that_could_run_something_is_not_plain(repository: Path, change: Callable[[Path], object]) -> None:
    change(repository)
    assert not is_plain_repository(str(repository))


def test_the_status_of_a_plain_repository_runs_git_and_nothing_else(repository: Path) -> None:
    (repository / "a.txt").write_text("changed\n")
    (repository / "new.txt").write_text("new\n")
    (repository / ".gitattributes").write_text("* filter=x diff=x\n")
    assert execs(["git status"], repository) == [[os.path.realpath("/usr/bin/git")]]
