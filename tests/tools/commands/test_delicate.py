"""What is found to be read-only or masked."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from chatls.tools.commands import delicate
from chatls.tools.commands.delicate import find_delicate
from chatls.tools.work import Deadline
from tests.support.workspaces import Workspace, workspace


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    made = workspace(tmp_path)
    yield made
    made.roots.close()


def found(ws: Workspace) -> Mapping[str, str]:
    known = find_delicate(ws.roots, ws.roots.folders[0], Deadline(10)).found
    return {"/".join(path.parts): delicacy for path, delicacy in known}


def test_files_and_folders_are_found_at_any_depth_by_what_they_are(ws: Workspace) -> None:
    names = [".git/config", "a/.vscode/x", "a/b/AGENTS.md", ".env", "a/.env.local", "a/.ssh/id", "a/plain", "a/x.pem"]
    ws.write(dict.fromkeys(names, ""))
    assert found(ws) == {
        ".git": "protected",
        "a/.vscode": "protected",
        "a/b/AGENTS.md": "protected",
        ".env": "secret file",
        "a/.env.local": "secret file",
        "a/.ssh": "secret folder",
        "a/x.pem": "secret file",
    }


def test_a_folder_that_is_called_like_a_listed_file_is_an_ordinary_one(ws: Workspace) -> None:
    ws.write({"src/head/index.ts": "", ".env/bin/python": "", ".env/.vscode/x": ""})
    assert found(ws) == {".env/.vscode": "protected"}


def test_a_worktrees_own_file_is_found(ws: Workspace) -> None:
    ws.write({".git": "gitdir: ../elsewhere", "sub/.GIT": ""})
    assert found(ws) == {".git": "protected", "sub/.GIT": "protected"}


def test_links_are_named_but_not_entered(ws: Workspace) -> None:
    ws.write({"a/.vscode/x": "", "a/.env": ""})
    (ws.folder / "b").symlink_to("a")
    (ws.folder / ".idea").symlink_to("a")
    (ws.folder / ".env").symlink_to("a/.env")
    (ws.folder / "loop").symlink_to(".")
    assert found(ws) == {
        ".idea": "protected link",
        "a": "link target",
        "a/.vscode": "protected",
        "a/.env": "secret file",
    }


def test_packages_are_not_searched(ws: Workspace) -> None:
    ws.write({"node_modules/x/.env": "", ".venv/lib/x/.vscode/y": "", "lib/site-packages/x.pem": ""})
    assert found(ws) == {}


def test_what_is_near_the_top_is_found_first_where_there_is_too_much(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws.write({f"a/{number}": "" for number in range(50)} | {"a/b/.env": "", "z/.env": "", ".env": ""})
    monkeypatch.setattr(delicate, "MAX_ENTRIES", 55)
    known = find_delicate(ws.roots, ws.roots.folders[0], Deadline(10))
    assert not known.complete
    assert [path.parts for path, _ in known.found] == [(".env",), ("z", ".env")]


def test_a_deadline_that_has_passed_ends_the_search(ws: Workspace) -> None:
    ws.write({".env": ""})
    known = find_delicate(ws.roots, ws.roots.folders[0], Deadline(0))
    assert not known.complete
    assert known.found == []
