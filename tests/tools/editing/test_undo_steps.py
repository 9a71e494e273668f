"""All or nothing: what happens where one file of several cannot be put back."""

import os
import stat
from typing import Any

import pytest

from chatls.errors import FilesChanged
from chatls.tools.base import ToolError
from chatls.tools.editing.undo import TurnUndo
from chatls.tools.guard.places import WorkspacePath
from tests.support.changing import Changing, edit
from tests.support.undoing import refused, undo

ONE_TO_TWO = edit("1", "2")


async def test_an_editor_that_does_not_take_it_leaves_everything_as_it_was(desk: Changing) -> None:
    desk.write({"a.py": "1\n", "b.py": "1\n", "moved.py": "m\n", "z.py": "1\n"})
    desk.open("z.py", "1\n")
    await desk.done("move_file", source="moved.py", target="there.py")
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    await desk.done("delete_file", path="b.py")
    await desk.done("edit_file", path="made.py", content="x\n")
    await desk.done("edit_file", path="z.py", edits=ONE_TO_TWO)
    await desk.changes.finish("t")
    desk.acting.takes_edits = False
    assert await refused(desk) == ["z.py"]
    desk.acting.takes_edits = True
    assert len((await undo(desk)).files) == 6


async def test_what_was_taken_away_and_moved_is_brought_back_where_the_rest_cannot_be_done(
    desk: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = desk.roots.remove

    def only_the_first(path: WorkspacePath, expect: os.stat_result) -> None:
        if path.parts[-1] == "b.py":
            raise ToolError("permission_denied", "b.py may not be changed by this user.")
        remove(path, expect)

    desk.write({"m.py": "m\n"})
    await desk.done("move_file", source="m.py", target="n/m.py")
    for name in ("a.py", "b.py"):
        await desk.done("edit_file", path=name, content=f"{name}\n")
        (desk.folder / name).chmod(0o750)
    monkeypatch.setattr(desk.roots, "remove", only_the_first)
    assert await refused(desk) == ["b.py"]
    assert stat.S_IMODE((desk.folder / "a.py").stat().st_mode) == 0o750
    monkeypatch.undo()
    await undo(desk)
    assert desk.names() == ["m.py"]


async def test_what_could_not_be_taken_back_is_told(desk: Changing, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = desk.roots.write, list[str]()

    def only_once(path: WorkspacePath, data: bytes, **options: Any) -> None:
        written.append(path.parts[-1])
        if len(written) > 1:
            raise ToolError("disk_full", f"{path.parts[-1]} was not written: there is no room on the disk.")
        write(path, data, **options)

    desk.write({"a.py": "1\n", "b.py": "1\n"})
    for name in ("a.py", "b.py"):
        await desk.done("edit_file", path=name, edits=ONE_TO_TWO)
    monkeypatch.setattr(desk.roots, "write", only_once)
    with pytest.raises(FilesChanged) as caught:
        await undo(desk)
    assert written == ["a.py", "b.py", "a.py"]
    assert caught.value.message.startswith("Only these files are as they were before: a.py. b.py cannot be put back: ")
    assert caught.value.files == [desk.uri("b.py"), desk.uri("a.py")]
    monkeypatch.undo()
    assert (await undo(desk)).files == (desk.uri("b.py"),)


async def test_a_file_that_cannot_be_written_is_named_with_the_reason(
    desk: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise ToolError("disk_full", "a.py was not written: there is no room on the disk; nothing has changed.")

    desk.write({"a.py": "1\n"})
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    monkeypatch.setattr(desk.roots, "write", full)
    with pytest.raises(FilesChanged, match="no room on the disk"):
        await undo(desk)


async def test_a_file_that_changes_at_the_last_moment_is_not_written_over(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    held = desk.kept.content

    async def content(digest: str) -> bytes | None:
        desk.write({"a.py": "from somebody else\n"})
        return await held(digest)

    with pytest.raises(FilesChanged, match="at this moment"):
        await TurnUndo(desk.roots, desk.acting, desk.acting, desk.kept).undo(desk.kept.turns["t"], content)
    assert desk.read("a.py") == b"from somebody else\n"
