import asyncio
import codecs
from collections.abc import Callable, Sequence

import pytest

from chatls.chat.approvals import Answer, Question
from chatls.chat.events import ToolCall, ToolText
from chatls.chat.ports import OpenDocument, TextChange
from tests.support.acting_editor import choosing
from tests.support.changing import NO, TEXT, TWO, Changing, edit
from tests.support.workspaces import quiet_run


def no_answer(_: Question) -> Answer | None:
    return None


async def test_a_file_is_changed_and_the_difference_told(desk: Changing) -> None:
    desk.write({"src/a.py": TEXT})
    result = await desk.done("edit_file", path="src/a.py", edits=TWO)
    assert desk.read("src/a.py").decode() == TEXT.replace("line 3\n", "three\n").replace("line 20\n", "twenty\n20\n")
    assert result.text == "Edited src/a.py: +3 -2 lines."
    assert result.diff == desk.question.diff
    assert result.uris == ((desk.folder / "src/a.py").as_uri(),)


async def test_the_user_is_asked_with_the_difference_and_its_parts(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    await desk.done("edit_file", path="a.py", edits=TWO)
    asked = desk.question
    assert (asked.tool, asked.kind, asked.title, asked.detail) == (
        "edit_file",
        "edit",
        "Edit a.py",
        "+3 -2 lines in 2 hunks",
    )
    assert asked.diff is not None
    assert [hunk.id for hunk in asked.hunks] == ["1", "2"]
    assert {hunk.uri for hunk in asked.hunks} == {(desk.folder / "a.py").as_uri()}
    assert asked.hunks[0].diff == (
        "--- a/a.py\n+++ b/a.py\n@@ -1,6 +1,6 @@\n line 1\n line 2\n-line 3\n+three\n line 4\n line 5\n line 6\n"
    )
    assert [option.label for option in asked.options] == [
        "Allow once",
        "Allow edits of ordinary files in this session",
        "Always allow edits of ordinary files in this workspace",
        "Reject",
        "Always reject: Edit a.py",
    ]


async def test_only_the_accepted_hunks_are_applied_and_the_others_are_told(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    desk.acting.reply = choosing("allow_once", ["2"])
    result = await desk.done("edit_file", path="a.py", edits=TWO)
    assert desk.read("a.py").decode() == TEXT.replace("line 20\n", "twenty\n20\n")
    assert result.text == (
        "Edited a.py: +2 -1 lines.\nNot applied, for the user rejected it:\nhunk 1 of 2:\n"
        "@@ -1,6 +1,6 @@\n line 1\n line 2\n-line 3\n+three\n line 4\n line 5\n line 6"
    )
    assert "three" not in (result.diff or "")


@pytest.mark.parametrize("reply", [NO, choosing("allow_once", []), choosing("reject_always"), no_answer])
async def test_nothing_is_written_when_all_is_rejected(
    desk: Changing, reply: Callable[[Question], Answer | None]
) -> None:
    desk.write({"a.py": TEXT})
    desk.acting.reply = reply
    assert (await desk.failure("edit_file", path="a.py", edits=TWO)).code == "rejected"
    assert desk.read("a.py").decode() == TEXT
    assert (await desk.failure("edit_file", path="new.py", content="x")).code == "rejected"
    assert desk.names() == ["a.py"]


async def test_nothing_is_written_when_the_call_is_cancelled_while_the_user_thinks(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    asked = asyncio.Event()

    async def ask(question: Question) -> Answer | None:
        asked.set()
        await asyncio.Event().wait()
        return None

    desk.acting.ask = ask
    async with asyncio.TaskGroup() as group:
        call = group.create_task(desk.call("edit_file", path="a.py", edits=TWO))
        await asked.wait()
        call.cancel()
    assert desk.read("a.py").decode() == TEXT


async def test_a_file_is_created_with_the_folders_above_it(desk: Changing) -> None:
    result = await desk.done("edit_file", path="src/new/b.py", content="one\r\ntwo")
    assert desk.read("src/new/b.py") == b"one\r\ntwo"
    assert result.text == "Created src/new/b.py: +2 lines."
    assert desk.question.title == "Create src/new/b.py"
    assert desk.question.diff == (
        "--- /dev/null\n+++ b/src/new/b.py\n@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n"
    )


async def test_an_empty_file_is_created_and_then_filled(desk: Changing) -> None:
    assert (await desk.done("edit_file", path="__init__.py", content="")).text == "Created __init__.py: empty."
    assert desk.read("__init__.py") == b""
    await desk.done("edit_file", path="__init__.py", edits=edit("", "x = 1\n"))
    assert desk.read("__init__.py") == b"x = 1\n"


async def test_a_file_that_is_there_is_not_written_over(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    failure = await desk.failure("edit_file", path="a.py", content="all new")
    assert failure.code == "already_there"
    assert failure.message == "a.py is there already, with 30 lines: change it with `edits`."
    assert desk.read("a.py").decode() == TEXT


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a\u2028b\nSECOND\n".encode(), "a\u2028b\nX\n".encode(), id="T40 U+2028"),
        pytest.param(b"a\x0cb\rc\r\nSECOND", b"a\x0cb\rc\r\nX", id="T40 mixed line ends"),
        pytest.param(codecs.BOM_UTF8 + b"SECOND\r\n", codecs.BOM_UTF8 + b"X\r\n", id="T26 mark of UTF-8"),
        pytest.param(
            codecs.BOM_UTF16_LE + "ä\r\nSECOND\r\n".encode("utf-16-le"),
            codecs.BOM_UTF16_LE + "ä\r\nX\r\n".encode("utf-16-le"),
            id="T26 UTF-16",
        ),
        pytest.param(b"caf\xe9 SECOND\n", b"caf\xe9 X\n", id="T26 Latin-1"),
    ],
)
async def test_a_file_keeps_its_encoding_and_line_ends(desk: Changing, before: bytes, after: bytes) -> None:
    desk.write({"a": before})
    await desk.done("edit_file", path="a", edits=edit("SECOND", "X"))
    assert desk.read("a") == after


async def test_t26_a_character_that_a_file_cannot_hold_is_refused(desk: Changing) -> None:
    desk.write({"a": b"caf\xe9\n"})
    failure = await desk.failure("edit_file", path="a", edits=edit("caf", "€"))
    assert failure.code == "not_encodable"
    assert desk.read("a") == b"caf\xe9\n"


async def test_a_file_keeps_its_mode(desk: Changing) -> None:
    desk.write({"run.sh": "echo 1\n"})
    (desk.folder / "run.sh").chmod(0o750)
    await desk.done("edit_file", path="run.sh", edits=edit("1", "2"))
    assert (desk.folder / "run.sh").stat().st_mode & 0o777 == 0o750


async def test_an_open_document_is_changed_in_the_editor_alone_and_as_little_as_can_be(desk: Changing) -> None:
    desk.write({"a.py": "old\r\n"})
    desk.open("a.py", "def f():\r\n    return 1\r\n\r\ndef g():\r\n    return 2\r\n")
    seen: list[TextChange] = []
    apply = desk.acting.apply

    async def watched(document: OpenDocument, changes: Sequence[TextChange]) -> bool:
        seen.extend(changes)
        return await apply(document, changes)

    desk.acting.apply = watched
    await desk.done("edit_file", path="a.py", edits=edit("def g():\n    return 2", "def g():\n    return 22"))
    assert seen == [TextChange(48, 48, "2")]
    assert desk.buffer("a.py").endswith("def g():\r\n    return 22\r\n")
    assert desk.read("a.py") == b"old\r\n"


@pytest.mark.parametrize("opened", ["link.py", "real.py"])
@pytest.mark.parametrize("asked", ["link.py", "real.py", "sub/../real.py"])
async def test_t38_a_file_is_found_in_the_editor_however_it_is_spelled(desk: Changing, opened: str, asked: str) -> None:
    desk.write({"real.py": "a\n"})
    (desk.folder / "link.py").symlink_to("real.py")
    desk.open(opened, "a\nunsaved\n")
    await desk.done("edit_file", path=asked, edits=edit("unsaved", "changed"))
    assert desk.buffer(opened) == "a\nchanged\n"
    assert desk.read("real.py") == b"a\n"


async def test_a_link_inside_the_workspace_stays_one(desk: Changing) -> None:
    desk.write({"real.py": "a\n"})
    (desk.folder / "link.py").symlink_to("real.py")
    result = await desk.done("edit_file", path="link.py", edits=edit("a", "b"))
    assert result.text == "Edited real.py: +1 -1 lines."
    assert desk.read("real.py") == b"b\n"
    assert (desk.folder / "link.py").is_symlink()


async def test_a_new_document_of_the_editor_is_filled_there(desk: Changing) -> None:
    desk.open("new.py", "")
    await desk.done("edit_file", path="new.py", content="x = 1\n")
    assert desk.buffer("new.py") == "x = 1\n"
    assert not desk.is_there("new.py")


async def test_a_grant_for_the_session_covers_further_ordinary_edits(desk: Changing) -> None:
    desk.write({"a.py": "1\n"})
    desk.acting.reply = choosing("allow_session")
    await desk.done("edit_file", path="a.py", edits=edit("1", "2"))
    desk.acting.reply = NO
    await desk.done("edit_file", path="b.py", content="x")
    assert len(desk.acting.asked) == 1
    elsewhere = quiet_run("another session", "t")
    refused = await desk.tools.run(ToolCall("c", "edit_file", {"path": "c.py", "content": "x"}), elsewhere)
    assert not isinstance(refused, ToolText)
