"""Where the repository of a further working tree is, and that nothing else is taken for one."""

from pathlib import Path

import pytest

from chatls.tools.commands.worktree import worktree_repository
from chatls.tools.guard.paths import Roots
from tests.support.commanding import git


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A working tree "tree" of the repository in "main"."""
    main = tmp_path / "main"
    main.mkdir()
    git(main, "init", "-q")
    git(main, "commit", "-q", "--allow-empty", "-m", "x")
    git(main, "worktree", "add", "-q", str(tmp_path / "tree"))
    return tmp_path / "tree"


def found(folder: Path) -> str | None:
    roots = Roots([("ws", str(folder))])
    repository = worktree_repository(roots, roots.folders[0])
    roots.close()
    return repository


def test_the_repository_of_a_working_tree_is_found(tree: Path) -> None:
    assert found(tree) == str((tree.parent / "main" / ".git").resolve())


def test_an_ordinary_repository_and_none_are_no_working_trees(tree: Path) -> None:
    assert found(tree.parent / "main") is None
    assert found(tree.parent) is None


def test_a_folder_that_only_claims_to_be_one_is_not(tree: Path) -> None:
    thief = tree.parent / "thief"
    thief.mkdir()
    (thief / ".git").write_text((tree / ".git").read_text())
    assert found(thief) is None


@pytest.mark.parametrize("text", ["", "gitdir: ", "gitdir: /", "gitdir: ..", "gitdir: /etc", "x", "gitdir: a\nb", "\0"])
def test_what_leads_nowhere_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").write_text(text)
    assert found(tmp_path) is None


def test_a_link_in_the_place_of_the_file_is_not_followed(tree: Path) -> None:
    (tree / ".git").rename(tree / "git")
    (tree / ".git").symlink_to("git")
    assert found(tree) is None
