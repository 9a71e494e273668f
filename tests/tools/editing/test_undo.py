import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from chatls.chat.approvals import Answer, Question
from chatls.chat.events import ToolCall, ToolText
from chatls.chat.ports import OpenDocument, TextChange
from chatls.chat.undo import FileChange, TurnChanges, Undone
from chatls.errors import FilesChanged
from chatls.tools.editing import images, states
from tests.support.changing import TEXT, TWO, Changing, edit
from tests.support.undoing import refused, undo
from tests.support.workspaces import quiet_run

ONE_TO_TWO = edit("1", "2")


async def later(desk: Changing, tool: str, **arguments: object) -> None:
    """A call in the turn "u"."""
    desk.kept.turns.setdefault("u", TurnChanges())
    assert isinstance(await desk.tools.run(ToolCall("call-2", tool, arguments), quiet_run("s", "u")), ToolText)


# -- on the disk ---------------------------------------------------------------------------------------------------


async def test_an_edited_file_is_what_it_was_byte_for_byte(desk: Changing) -> None:
    before = "\ufeff1\r\nü\r\n".encode("utf-16")
    (desk.folder / "a.txt").write_bytes(before)
    (desk.folder / "a.txt").chmod(0o754)
    await desk.done("edit_file", path="a.txt", edits=ONE_TO_TWO)
    await desk.done("edit_file", path="a.txt", edits=edit("2", "3"))
    assert await undo(desk) == Undone((desk.uri("a.txt"),), (), ("1 file is as it was before: a.txt.",))
    assert desk.read("a.txt") == before
    assert stat.S_IMODE((desk.folder / "a.txt").stat().st_mode) == 0o754


async def test_a_deleted_file_comes_back_with_its_mode(desk: Changing) -> None:
    (desk.folder / "run.bin").write_bytes(b"\0\x01\xff")
    (desk.folder / "run.bin").chmod(0o751)
    await desk.done("delete_file", path="run.bin")
    await undo(desk)
    assert desk.read("run.bin") == b"\0\x01\xff"
    assert stat.S_IMODE((desk.folder / "run.bin").stat().st_mode) == 0o751


async def test_a_file_that_was_made_anew_gets_its_mode_back_and_a_changed_mode_of_the_users_stays(
    desk: Changing,
) -> None:
    desk.write({"a.sh": "1\n", "b.sh": "1\n"})
    (desk.folder / "a.sh").chmod(0o755)
    await desk.done("delete_file", path="a.sh")
    await desk.done("edit_file", path="a.sh", content="2\n")
    await desk.done("edit_file", path="b.sh", edits=ONE_TO_TWO)
    (desk.folder / "b.sh").chmod(0o700)
    await undo(desk)
    assert [desk.read(name) for name in ("a.sh", "b.sh")] == [b"1\n", b"1\n"]
    assert [stat.S_IMODE((desk.folder / name).stat().st_mode) for name in ("a.sh", "b.sh")] == [0o755, 0o700]


async def test_a_created_file_goes_and_the_folders_made_for_it_where_they_are_empty(desk: Changing) -> None:
    desk.write({"old/keep.py": "x"})
    await desk.done("edit_file", path="new/deep/a.py", content="x\n")
    await desk.done("edit_file", path="other/b.py", content="x\n")
    await desk.done("edit_file", path="old/c.py", content="x\n")
    desk.write({"other/mine.py": "mine"})
    assert sorted((await undo(desk)).files) == [desk.uri(name) for name in ("new/deep/a.py", "old/c.py", "other/b.py")]
    assert desk.names() == ["old", "other"]
    assert desk.read("other/mine.py") == b"mine"


async def test_a_moved_file_goes_back_as_the_very_same_file(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    before = (desk.folder / "a.py").stat()
    await desk.done("move_file", source="a.py", target="new/b.py")
    await desk.done("move_file", source="new/b.py", target="c.py")
    assert sorted((await undo(desk)).files) == [desk.uri("a.py"), desk.uri("c.py")]
    after = (desk.folder / "a.py").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert desk.names() == ["a.py"]


async def test_a_file_that_was_moved_and_then_edited_is_back_whole(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    await desk.done("move_file", source="a.py", target="b.py")
    await desk.done("edit_file", path="b.py", edits=TWO)
    await undo(desk)
    assert (desk.names(), desk.read("a.py")) == (["a.py"], TEXT.encode())


async def test_two_files_that_changed_places_change_back(desk: Changing) -> None:
    desk.write({"a.py": "a\n", "b.py": "b\n"})
    for source, target in (("a.py", "t.py"), ("b.py", "a.py"), ("t.py", "b.py")):
        await desk.done("move_file", source=source, target=target)
    await undo(desk)
    assert (desk.names(), desk.read("a.py"), desk.read("b.py")) == (["a.py", "b.py"], b"a\n", b"b\n")


async def test_undone_twice_there_is_nothing_to_do(desk: Changing) -> None:
    desk.write({"a.py": "1\n", "b.py": "1\n"})
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    await desk.done("delete_file", path="b.py")
    await undo(desk)
    assert await undo(desk) == Undone()
    assert (desk.read("a.py"), desk.read("b.py")) == (b"1\n", b"1\n")


# -- what the user has changed ---------------------------------------------------------------------------------------


async def test_a_file_that_the_user_changed_since_is_named_and_nothing_is_undone(desk: Changing) -> None:
    desk.write({"a.py": "1\n", "b.py": "1\n", "gone.py": "1\n"})
    for name in ("a.py", "b.py", "gone.py"):
        await desk.done("edit_file", path=name, edits=ONE_TO_TWO)
    await desk.done("edit_file", path="new.py", content="new\n")
    desk.write({"a.py": "2\nmine\n", "new.py": "new\nmine\n"})
    (desk.folder / "gone.py").unlink()
    assert await refused(desk) == ["a.py", "gone.py", "new.py"]


async def test_a_change_of_the_users_between_two_edits_is_not_lost(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    desk.write({"a.py": "2\nmine\n"})
    await desk.done("edit_file", path="a.py", edits=edit("2", "3"))
    assert await refused(desk) == ["a.py"]


async def test_what_the_user_put_back_already_is_left_alone(desk: Changing) -> None:
    desk.write({"a.py": "1\n", "b.py": "1\n"})
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    await desk.done("edit_file", path="b.py", edits=ONE_TO_TWO)
    desk.write({"a.py": "1\n"})
    assert (await undo(desk)).files == (desk.uri("b.py"),)


async def test_a_turn_is_undone_when_the_later_ones_that_changed_the_same_file_were(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    await later(desk, "edit_file", path="a.py", edits=edit("2", "3"))
    await later(desk, "edit_file", path="b.py", content="b\n")
    assert await refused(desk) == ["a.py"]
    assert sorted((await undo(desk, "u")).files) == [desk.uri("a.py"), desk.uri("b.py")]
    assert (await undo(desk)).files == (desk.uri("a.py"),)
    assert (desk.names(), desk.read("a.py")) == (["a.py"], b"1\n")


@pytest.mark.parametrize("kind", ["link", "folder link", "folder"])
async def test_what_became_something_else_is_not_followed(desk: Changing, kind: str) -> None:
    desk.write({"src/a.py": "1\n", "else/a.py": "2\n"})
    await desk.done("edit_file", path="src/a.py", edits=ONE_TO_TWO)
    if kind == "folder link":
        (desk.folder / "src").rename(desk.folder / "was")
        (desk.folder / "src").symlink_to("else")
    else:
        (desk.folder / "src/a.py").unlink()
        (desk.folder / "src/a.py").symlink_to("../else/a.py") if kind == "link" else desk.write({"src/a.py/b": ""})
    assert await refused(desk) == ["src/a.py"]


# -- in the editor -----------------------------------------------------------------------------------------------


async def test_an_open_document_is_restored_in_the_editor_and_saved_as_it_was(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    desk.open("a.py", TEXT)
    await desk.done("edit_file", path="a.py", edits=TWO)
    await desk.changes.finish("t")
    assert b"three" in desk.read("a.py")
    assert (await undo(desk)).notes == ("1 file is as it was before: a.py.",)
    assert (desk.buffer("a.py"), desk.read("a.py")) == (TEXT, TEXT.encode())
    assert desk.acting.applied == [desk.uri("a.py")] * 2


async def test_what_the_user_had_not_saved_before_the_turn_comes_back_unsaved(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    desk.open("a.py", "1\nunsaved\n")
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    await desk.changes.finish("t")
    assert (await undo(desk)).notes[1:] == ("Not saved yet in the editor: a.py.",)
    assert (desk.buffer("a.py"), desk.read("a.py")) == ("1\nunsaved\n", b"1\n")


async def test_a_document_that_the_user_typed_in_since_is_named(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    desk.open("a.py", "1\n")
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    await desk.changes.finish("t")
    desk.typed("a.py", "2\ntyped\n")
    assert await refused(desk) == ["a.py"]


async def test_a_document_that_was_closed_since_is_restored_on_the_disk_with_its_coding(desk: Changing) -> None:
    before = b"\xef\xbb\xbf1\n"
    (desk.folder / "a.py").write_bytes(before)
    desk.open("a.py", "1\n")
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    desk.editor.open.clear()
    (desk.folder / "a.py").write_bytes(b"\xef\xbb\xbf2\n")  # saved by the editor
    assert (await undo(desk)).files == (desk.uri("a.py"),)
    assert desk.read("a.py") == before


async def test_a_document_that_was_closed_without_saving_needs_nothing(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    desk.open("a.py", "1\n")
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    desk.editor.open.clear()
    assert await undo(desk) == Undone()


async def test_a_file_that_was_opened_since_is_restored_in_the_editor(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    desk.open("a.py", "2\n")
    await undo(desk)
    assert (desk.buffer("a.py"), desk.read("a.py")) == ("1\n", b"1\n")


@pytest.mark.parametrize("can", [True, False])
async def test_moves_and_deletions_in_the_editor_are_undone(desk: Changing, *, can: bool) -> None:
    desk.write({"a.py": "1\n", "b.py": "1\n"})
    desk.open("a.py", "1\n")
    desk.open("b.py", "1\n")
    desk.acting.operations = {"rename", "delete"} if can else set()
    await desk.done("move_file", source="a.py", target="c.py")
    await desk.done("delete_file", path="b.py")
    await undo(desk)
    assert (desk.names(), desk.read("a.py"), desk.read("b.py")) == (["a.py", "b.py"], b"1\n", b"1\n")
    assert desk.buffer("a.py") == "1\n"


async def test_a_created_file_that_is_open_by_now_goes(desk: Changing) -> None:
    await desk.done("edit_file", path="new.py", content="x\n")
    desk.open("new.py", "x\n")
    await undo(desk)
    assert desk.names() == []


async def test_what_a_formatter_made_of_it_when_it_was_saved_is_no_change_of_the_users(desk: Changing) -> None:
    async def format_and_save(uris: Sequence[str]) -> frozenset[str]:
        desk.typed("a.py", "2  # formatted\n")
        (desk.folder / "a.py").write_text(desk.buffer("a.py"))
        return frozenset(uris)

    desk.write({"a.py": "1\n"})
    desk.open("a.py", "1\n")
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    desk.acting.save = format_and_save
    await desk.changes.finish("t")
    desk.editor.open.clear()
    assert (await undo(desk)).files == (desk.uri("a.py"),)
    assert desk.read("a.py") == b"1\n"


async def test_an_editor_that_keeps_to_its_own_line_ends_is_not_taken_for_the_user(desk: Changing) -> None:
    apply = desk.acting.apply

    async def with_its_own(document: OpenDocument, changes: Sequence[TextChange]) -> bool:
        done = await apply(document, changes)
        desk.typed("a.py", desk.buffer("a.py").replace("\n", "\r\n"))
        return done

    desk.write({"a.py": "1\n"})
    desk.open("a.py", "1\n")
    desk.acting.apply = with_its_own
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    desk.acting.apply = apply
    await undo(desk)
    assert desk.buffer("a.py") == "1\n"


# -- what cannot be undone -------------------------------------------------------------------------------------------


async def test_a_file_too_large_to_be_kept_is_named_before_after_and_in_the_end(
    desk: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "MAX_KEPT", 10)
    monkeypatch.setattr(images, "MAX_KEPT", 10)
    desk.write({"big.bin": "x" * 11, "a.py": "1\n"})
    await desk.done("edit_file", path="a.py", edits=ONE_TO_TWO)
    result = await desk.done("delete_file", path="big.bin")
    lost = "big.bin is too large to be kept: undoing this turn does not bring it back."
    assert result.text == f"Deleted big.bin. {lost}"
    assert lost in desk.acting.asked[-1].detail
    undone = await undo(desk)
    assert (undone.files, undone.kept) == ((desk.uri("a.py"),), (desk.uri("big.bin"),))
    assert undone.notes[-1] == "Not put back, since what was there was too large, or is kept no longer: big.bin."


async def test_a_large_file_that_was_moved_is_moved_back(desk: Changing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "MAX_KEPT", 10)
    desk.write({"big.bin": "x" * 11})
    await desk.done("move_file", source="big.bin", target="b.bin")
    await desk.done("edit_file", path="big.bin", content="small\n")
    await undo(desk)
    assert (desk.names(), desk.read("big.bin")) == (["big.bin"], b"x" * 11)


async def test_the_last_copy_of_what_nobody_looked_at_is_not_taken_away(
    desk: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "MAX_KEPT", 10)
    monkeypatch.setattr(states, "MAX_LOOKED_AT", 10)
    desk.write({"big.bin": "x" * 11})
    await desk.done("move_file", source="big.bin", target="b.bin")
    undone = await undo(desk)
    assert (undone.files, set(undone.kept)) == ((), {desk.uri("big.bin"), desk.uri("b.bin")})
    assert desk.names() == ["b.bin"]


async def test_a_secret_is_not_brought_back(desk: Changing) -> None:
    desk.kept.contents["d"] = b"x"
    desk.kept.turns["t"] = TurnChanges([FileChange(desk.uri(".env"), "d", None)])
    assert await refused(desk) == [".env"]


async def test_what_lies_outside_by_now_is_not_touched(desk: Changing, tmp_path: Path) -> None:
    desk.kept.turns["t"] = TurnChanges([FileChange((tmp_path / "secret").as_uri(), None, "d")])
    with pytest.raises(FilesChanged, match="secret changed after"):
        await undo(desk)


async def test_many_names_are_not_all_said(desk: Changing) -> None:
    for number in range(12):
        await desk.done("edit_file", path=f"{number:02}.py", content="x\n")
    (note,) = (await undo(desk)).notes
    assert note.startswith("12 files are as they were before: 00.py, 01.py")
    assert note.endswith("09.py, 2 more.")


async def test_a_protected_file_that_the_user_let_change_is_put_back_unasked(desk: Changing) -> None:
    desk.write({".vscode/settings.json": "{}\n"})
    await desk.done("edit_file", path=".vscode/settings.json", edits=edit("{}", "{1}"))
    asked: list[Question] = []

    def never(question: Question) -> Answer | None:
        asked.append(question)
        return None

    desk.acting.reply = never
    await undo(desk)
    assert (desk.read(".vscode/settings.json"), asked) == (b"{}\n", [])


async def test_a_call_without_a_turn_leaves_nothing_behind(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    call = ToolCall("call-1", "edit_file", {"path": "a.py", "edits": ONE_TO_TWO})
    assert isinstance(await desk.tools.run(call, quiet_run()), ToolText)
    assert desk.read("a.py") == b"2\n"
    assert (desk.kept.turns["t"].changes, desk.kept.contents) == ([], {})
