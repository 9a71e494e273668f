import pytest

from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import Entry
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.reading.view import View
from chatls.tools.reading.walk import Walk
from chatls.tools.work import Deadline
from tests.support.workspaces import Workspace


def walked(made: Workspace, path: str = ".", *, limit: int = 1000, seconds: float = 60) -> tuple[list[str], bool]:
    view = View(made.roots, made.editor)
    walk = Walk(view, Deadline(seconds), limit=limit)
    names = [made.roots.shown(found.path) for start in view.starts(path) for found in walk.below(start)]
    return names, walk.complete


def test_files_come_in_the_order_of_their_names_folders_among_them(guarded: Workspace) -> None:
    guarded.write(dict.fromkeys(["b", "a/z", "a/b/c", "a.py", "A"], ""))
    assert walked(guarded) == (["A", "a/b/c", "a/z", "a.py", "b"], True)


def test_t20_a_link_to_a_folder_is_not_entered(guarded: Workspace) -> None:
    guarded.write({"a/b": ""})
    (guarded.folder / "up").symlink_to(guarded.outside)
    (guarded.folder / "a" / "loop").symlink_to("..")
    assert walked(guarded) == (["a/b", "a/loop", "up"], True)


def test_a_walk_may_begin_at_a_link_to_a_folder_or_at_a_file(guarded: Workspace) -> None:
    guarded.write({"a/b": ""})
    (guarded.folder / "link").symlink_to("a")
    assert walked(guarded, "link") == (["a/b"], True)
    assert walked(guarded, "a/b") == (["a/b"], True)


def test_a_walk_ends_at_its_limit_and_says_so(guarded: Workspace) -> None:
    guarded.write({f"{folder}/{number}": "" for folder in range(5) for number in range(5)})
    names, complete = walked(guarded, limit=12)
    assert len(names) < 12
    assert not complete


def test_a_walk_ends_with_its_time_and_says_so(guarded: Workspace) -> None:
    guarded.write({"a": ""})
    assert walked(guarded, seconds=0) == ([], False)


def test_t20_a_folder_that_became_a_link_since_it_was_named_is_not_entered(
    guarded: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded.write({"a/x": "", "b/y": ""})
    scan = guarded.roots.scan

    def swapping(path: WorkspacePath, limit: int, *, follow: bool = True) -> tuple[list[Entry], WorkspacePath]:
        found = scan(path, limit, follow=follow)
        if not path.parts:
            (guarded.folder / "a").rename(guarded.outside / "a")
            (guarded.folder / "a").symlink_to("b")
        return found

    monkeypatch.setattr(guarded.roots, "scan", swapping)
    assert walked(guarded) == (["b/y"], True)


def test_a_folder_that_cannot_be_read_is_passed_over(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ws.write({"a/x": "", "b/x": ""})
    scan = ws.roots.scan

    def refusing(path: WorkspacePath, limit: int, *, follow: bool = True) -> tuple[list[Entry], WorkspacePath]:
        if path.parts == ("a",):
            raise ToolError("permission_denied", "a may not be read by this user.")
        return scan(path, limit, follow=follow)

    monkeypatch.setattr(ws.roots, "scan", refusing)
    assert walked(ws) == (["b/x"], True)


def test_folders_nested_deeper_than_a_stack_of_calls_are_walked(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def bottomless(path: WorkspacePath, _limit: int, *, follow: bool = True) -> tuple[list[Entry], WorkspacePath]:
        assert not follow
        return [Entry("d", "folder") if len(path.parts) < 1100 else Entry("end", "file")], path

    monkeypatch.setattr(ws.roots, "scan", bottomless)
    assert walked(ws, limit=5000) == (["d/" * 1100 + "end"], True)
