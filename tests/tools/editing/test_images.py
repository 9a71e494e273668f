from collections.abc import Sequence

import pytest

from chatls.chat.events import ToolCall, ToolText
from chatls.chat.undo import FileChange, digest_of
from tests.support.changing import Changing, edit
from tests.support.workspaces import quiet_run
from tests.support.writing import files

ONE, TWO = b"1\n", b"2\n"
Changes = list[tuple[str, str | None, str | None]]


def told(desk: Changing) -> Changes:
    """What was written down: names, and digests before and after."""
    found = desk.kept.turns["t"].changes
    return [(change.uri.removeprefix(f"{desk.folder.as_uri()}/"), change.before, change.after) for change in found]


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("edit_file", {"path": "a.py", "edits": edit("1", "2")}, [("a.py", digest_of(ONE), digest_of(TWO))]),
        ("edit_file", {"path": "x/y/b.py", "content": "2\n"}, [("x/y/b.py", None, digest_of(TWO))]),
        ("delete_file", {"path": "a.py"}, [("a.py", digest_of(ONE), None)]),
        (
            "move_file",
            {"source": "a.py", "target": "x/b.py"},
            [("a.py", digest_of(ONE), None), ("x/b.py", None, digest_of(ONE))],
        ),
    ],
    ids=["edit", "create", "delete", "move"],
)
async def test_a_change_is_written_down_before_anything_changes(
    desk: Changing, tool: str, arguments: dict[str, object], expected: Changes
) -> None:
    seen: list[dict[str, bytes]] = []
    desk.write({"a.py": "1\n"})
    before = files(desk.folder)
    desk.kept.on_record = lambda _: seen.append(files(desk.folder))
    await desk.done(tool, **arguments)
    assert seen == [before]
    assert told(desk) == expected
    assert desk.kept.contents == ({digest_of(ONE): ONE} if expected[0][1] else {})
    mode = desk.kept.turns["t"].changes[0].mode
    assert mode is not None if expected[0][1] else mode is None


async def test_an_edit_in_the_editor_is_written_down_before_it_is_asked_for(desk: Changing) -> None:
    applied: list[int] = []
    desk.write({"a.py": "1\n"})
    desk.open("a.py", "1\nunsaved\n")
    desk.kept.on_record = lambda _: applied.append(len(desk.acting.applied))
    await desk.done("edit_file", path="a.py", edits=edit("1", "2"))
    assert applied == [0]
    assert told(desk) == [("a.py", digest_of(b"1\nunsaved\n"), digest_of(b"2\nunsaved\n"))]


async def test_what_cannot_be_written_down_is_not_done(desk: Changing) -> None:
    def broken(_changes: Sequence[FileChange]) -> None:
        raise OSError

    desk.write({"a.py": "1\n"})
    desk.kept.on_record = broken
    for tool, arguments in (("edit_file", {"edits": edit("1", "2")}), ("delete_file", {})):
        assert (await desk.failure(tool, path="a.py", **arguments)).code == "internal"
    assert desk.read("a.py") == ONE


async def test_the_folders_that_are_made_are_counted(desk: Changing) -> None:
    desk.write({"a.py": "1\n", "there/b.py": ""})
    await desk.done("edit_file", path="x/y/b.py", content="2\n")
    await desk.done("edit_file", path="x/y/c.py", content="2\n")
    await desk.done("move_file", source="a.py", target="there/new/a.py")
    assert [change.folders for change in desk.kept.turns["t"].changes] == [2, 0, 0, 1]


async def test_a_document_that_is_reached_through_a_link_is_written_down_as_the_file_it_is(desk: Changing) -> None:
    desk.write({"src/a.py": "1\n"})
    (desk.folder / "link").symlink_to("src")
    desk.open("link/a.py", "1\n")
    await desk.done("edit_file", path="link/a.py", edits=edit("1", "2"))
    await desk.changes.finish("t")
    assert told(desk) == [("src/a.py", digest_of(ONE), digest_of(TWO))]


async def test_what_the_user_types_while_it_is_saved_is_not_written_down_as_ours(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    desk.open("a.py", "1\n")
    await desk.done("edit_file", path="a.py", edits=edit("1", "2"))
    desk.typed("a.py", "2\ntyped\n")
    await desk.changes.finish("t")
    assert told(desk) == [("a.py", digest_of(ONE), digest_of(TWO))]


async def test_a_command_is_noted_for_its_turn_alone(desk: Changing) -> None:
    await desk.changes.before_command("call-1")
    assert not desk.kept.turns["t"].commands
    await desk.changes.before_command("t")
    assert desk.kept.turns["t"].commands


async def test_nothing_is_read_again_for_a_call_without_a_turn(desk: Changing) -> None:
    def never(_changes: Sequence[FileChange]) -> None:
        pytest.fail("a call without a turn was written down")

    desk.kept.on_record = never
    desk.write({"a.py": "1\n"})
    for tool, arguments in (("move_file", {"source": "a.py", "target": "b.py"}), ("delete_file", {"path": "b.py"})):
        assert isinstance(await desk.tools.run(ToolCall("call-1", tool, arguments), quiet_run()), ToolText)
