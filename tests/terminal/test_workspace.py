"""Which folder is the workspace."""

from pathlib import Path

import pytest

from chatls.terminal.workspace import workspace_folder


def test_the_root_of_the_repository_around_here(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert workspace_folder(None, tmp_path / "a" / "b") == tmp_path.resolve()


def test_here_where_there_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    found = workspace_folder(None, tmp_path / "a")
    assert found == (tmp_path / "a").resolve() or (found / ".git").exists()


def test_the_folder_that_is_named(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a").mkdir()
    assert workspace_folder(str(tmp_path / "a"), tmp_path) == (tmp_path / "a").resolve()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nowhere is not a folder"):
        workspace_folder("nowhere", tmp_path)
