"""What protected links lead to: protected too, unless that would take everything with it, or show a secret."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.tools.guard.link_targets import linked_reason, target_of
from chatls.tools.guard.places import WorkspacePath
from tests.support.workspaces import Workspace, workspace


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    made = workspace(tmp_path)
    yield made
    made.roots.close()


def at(ws: Workspace, path: str) -> WorkspacePath:
    return ws.roots.resolve(path)


@pytest.mark.parametrize("target", [".", "..", "nowhere", "keys/.ssh", "keys/.env", "/etc"])
def test_some_targets_do_not_count(ws: Workspace, target: str) -> None:
    ws.write({"keys/.ssh/a": "", "keys/.env": "", "sub/a": ""})
    (ws.folder / ".vscode").symlink_to(target)
    assert target_of(ws.roots, at(ws, ".vscode")) is None
    assert linked_reason(ws.roots, at(ws, "sub/a")) is None


def test_a_link_further_down_counts_for_what_lies_beside_it_and_below(ws: Workspace) -> None:
    ws.write({"a/b/editor/c": "", "editor/c": ""})
    (ws.folder / "a" / "b" / ".vscode").symlink_to("editor")
    reason = linked_reason(ws.roots, at(ws, "a/b/editor/new/d"))
    assert reason is not None
    assert "an editor reads it" in reason
    assert linked_reason(ws.roots, at(ws, "editor/c")) is None
