"""Folders and files for the user alone."""

import os
from pathlib import Path

import pytest

from chatls.store import private


def test_a_set_of_folders_has_one_name_whatever_their_order() -> None:
    assert private.name_of(["file:///a", "file:///b"]) == private.name_of(["file:///b", "file:///a"])
    assert private.name_of(["file:///a"]) != private.name_of(["file:///a", "file:///b"])
    assert private.name_of(["file:///\ud800"]).isalnum()


def test_what_is_made_is_the_users_alone_whatever_the_umask(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "chatls" / "sessions"
    before = os.umask(0)
    try:
        private.make_folder(folder)
        private.make_file(folder / "x.db")
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in (folder.parent, folder, folder / "x.db")]
    assert modes == [0o700, 0o700, 0o600]


def test_a_folder_that_is_there_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir(mode=0o755)
    private.make_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("make", [private.make_folder, private.make_file])
def test_a_link_is_not_followed(tmp_path: Path, make: object) -> None:
    elsewhere = tmp_path / "elsewhere"
    link = tmp_path / "link"
    link.symlink_to(elsewhere)
    assert callable(make)
    with pytest.raises(OSError, match="link"):
        make(link)
    assert not elsewhere.exists()


def test_what_everybody_can_write_to_is_not_trusted(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(OSError, match="everybody"):
        private.make_folder(folder)


def test_what_belongs_to_somebody_else_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(OSError, match="another user"):
        private.make_file(tmp_path / "x.db")


def test_a_state_folder_in_the_workspace_is_refused_also_through_a_link(tmp_path: Path) -> None:
    workspace = tmp_path / "ws"
    (workspace / "state").mkdir(parents=True)
    (tmp_path / "state").symlink_to(workspace / "state")
    for folder in (workspace / "state", tmp_path / "state", workspace):
        with pytest.raises(OSError, match="lies in the workspace"):
            private.check_outside(folder, [workspace.as_uri()])
    private.check_outside(tmp_path / "ws2", [workspace.as_uri(), "vscode-remote://host/x"])
