"""What is done about protected files that a command made."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chatls.tools.base import ToolError
from chatls.tools.commands.aftermath import marks, set_aside
from chatls.tools.commands.delicate import Delicate, find_delicate
from chatls.tools.work import Deadline
from tests.support.workspaces import Workspace, workspace


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    made = workspace(tmp_path)
    yield made
    made.roots.close()


def seen(ws: Workspace) -> Sequence[Delicate]:
    return [find_delicate(ws.roots, ws.roots.folders[0], Deadline(10))]


def test_what_is_new_gets_another_name_and_keeps_what_is_in_it(ws: Workspace) -> None:
    before = marks(seen(ws))
    ws.write({"a/.vscode/tasks.json": "{}", "AGENTS.md": "x", "plain": ""})
    told = set_aside(ws.roots, before, seen(ws))
    assert sorted(told) == [
        "AGENTS.md is protected: it lies as AGENTS.md.set-aside beside it now",
        "a/.vscode is protected: it lies as .vscode.set-aside beside it now",
    ]
    assert (ws.folder / "a/.vscode.set-aside/tasks.json").read_text() == "{}"
    assert seen(ws)[0].found == []


def test_what_was_there_stays_also_where_its_folder_was_moved(ws: Workspace) -> None:
    ws.write({"a/.vscode/x": "", "a/b/.npmrc": ""})
    before = marks(seen(ws))
    (ws.folder / "a").rename(ws.folder / "c")
    assert set_aside(ws.roots, before, seen(ws)) == []


def test_links_are_known_by_what_they_lead_to(ws: Workspace) -> None:
    ws.write({"notes": "", "other": ""})
    for name, target in {"AGENTS.md": "notes", "CLAUDE.md": "nowhere"}.items():
        (ws.folder / name).symlink_to(target)
    before = marks(seen(ws))
    assert set_aside(ws.roots, before, seen(ws)) == []
    (ws.folder / "AGENTS.md").unlink()
    (ws.folder / "AGENTS.md").symlink_to("other")
    assert len(set_aside(ws.roots, before, seen(ws))) == 1
    assert (ws.folder / "AGENTS.md.set-aside").is_symlink()


def test_a_new_name_is_neither_taken_nor_protected(ws: Workspace) -> None:
    before = marks(seen(ws))
    ws.write({"AGENTS.md": "new", "AGENTS.md.set-aside": "mine", ".aider.conf": "x"})
    told = " ".join(set_aside(ws.roots, before, seen(ws)))
    assert "AGENTS.md is protected: it lies as set-aside-1 " in told or "as set-aside-2 " in told
    assert (ws.folder / "AGENTS.md.set-aside").read_text() == "mine"
    assert seen(ws)[0].found == []


def test_what_cannot_be_moved_away_is_an_error(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    before = marks(seen(ws))
    ws.write({"AGENTS.md": "new"})
    monkeypatch.setattr("os.rename", refuse)
    with pytest.raises(ToolError, match="cannot be moved away"):
        set_aside(ws.roots, before, seen(ws))
