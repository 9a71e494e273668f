import asyncio
import logging
from collections.abc import Sequence

import pytest

from chatls.chat.ports import OpenDocument, TextChange
from chatls.tools.editing import changes as module
from tests.support.changing import NO, Changing, edit


@pytest.fixture
def opened(desk: Changing) -> Changing:
    """`mine.py` is open as it is on the disk, `yours.py` with changes of the user."""
    desk.write({"mine.py": "1\n", "yours.py": "1\n", "closed.py": "1\n"})
    desk.open("mine.py", "1\n")
    desk.open("yours.py", "1\nunsaved\n")
    return desk


async def changed(desk: Changing, *names: str) -> None:
    for name in names:
        await desk.done("edit_file", path=name, edits=edit("1", "2"))


async def test_a_command_sees_what_was_edited_and_is_told_what_it_does_not_see(opened: Changing) -> None:
    await changed(opened, "mine.py", "yours.py", "closed.py")
    assert await opened.changes.save("t") == ["yours.py"]
    assert [opened.read(name) for name in ("mine.py", "yours.py", "closed.py")] == [b"2\n", b"1\n", b"2\n"]


async def test_the_end_of_a_turn_saves_what_was_edited_in_it(opened: Changing) -> None:
    await changed(opened, "mine.py", "yours.py")
    await opened.changes.finish("t")
    assert opened.read("mine.py") == b"2\n"
    assert opened.read("yours.py") == b"1\n"


async def test_a_document_is_saved_once_for_each_edit(opened: Changing) -> None:
    await changed(opened, "mine.py")
    await opened.changes.save("t")
    await opened.changes.finish("t")
    assert len(opened.acting.saved) == 1
    await opened.changes.save("t")
    assert len(opened.acting.saved) == 1


async def test_what_a_turn_edits_again_after_a_command_is_saved_again(opened: Changing) -> None:
    await changed(opened, "mine.py")
    await opened.changes.save("t")
    await opened.done("edit_file", path="mine.py", edits=edit("2", "3"))
    assert await opened.changes.save("t") == ["yours.py"]
    assert opened.read("mine.py") == b"3\n"


async def test_what_the_user_typed_between_two_turns_is_the_users(opened: Changing) -> None:
    await changed(opened, "mine.py")
    await opened.changes.finish("t")
    opened.typed("mine.py", "2\ntyped\n")
    await opened.done("edit_file", path="mine.py", edits=edit("2", "3"))
    await opened.changes.finish("t")
    assert opened.buffer("mine.py") == "3\ntyped\n"
    assert opened.read("mine.py") == b"2\n"


async def test_another_turn_does_not_save_it(opened: Changing) -> None:
    await changed(opened, "mine.py")
    assert await opened.changes.save("another") == ["mine.py", "yours.py"]
    await opened.changes.finish("another")
    assert opened.read("mine.py") == b"1\n"


async def test_an_edit_that_the_user_rejected_saves_nothing(opened: Changing) -> None:
    opened.acting.reply = NO
    await opened.call("edit_file", path="mine.py", edits=edit("1", "2"))
    await opened.changes.finish("t")
    assert opened.acting.saved == []


async def test_an_edit_that_the_editor_refused_does_not_make_the_document_ours(opened: Changing) -> None:
    opened.acting.takes_edits = False
    await opened.call("edit_file", path="mine.py", edits=edit("1", "2"))
    opened.typed("mine.py", "typed\n")
    await opened.changes.finish("t")
    assert opened.acting.saved == []


async def test_what_the_editor_cannot_be_asked_to_save_is_named(opened: Changing) -> None:
    opened.acting.can_save = False
    await changed(opened, "mine.py")
    assert set(await opened.changes.save("t")) == {"mine.py", "yours.py"}


async def test_a_new_document_that_was_empty_is_saved(opened: Changing) -> None:
    opened.open("new.py", "")
    await opened.done("edit_file", path="new.py", content="x\n")
    await opened.changes.finish("t")
    assert opened.read("new.py") == b"x\n"


async def test_a_document_that_was_moved_is_saved_under_its_new_name(opened: Changing) -> None:
    opened.acting.operations = {"rename"}
    await changed(opened, "mine.py")
    await opened.done("move_file", source="mine.py", target="moved.py")
    await opened.changes.finish("t")
    assert opened.read("moved.py") == b"2\n"


async def test_a_file_that_appeared_or_changed_since_it_was_read_is_not_written(opened: Changing) -> None:
    for name in ("new.py", "closed.py"):
        now = await opened.changes.read(name)
        opened.write({name: "from somebody else\n"})
        assert not await opened.changes.write("t", now, [TextChange(0, 0, "x")])
        assert opened.read(name) == b"from somebody else\n"


async def test_documents_that_cannot_be_compared_are_not_called_unsaved(opened: Changing) -> None:
    opened.write({"binary": b"a\0b", ".env": "x"})
    opened.open("binary", "a?b")
    opened.open(".env", "y")
    opened.editor.open.append(OpenDocument("untitled:x", 1, "typed"))
    opened.editor.open.append(OpenDocument((opened.outside / "secret").as_uri(), 1, "typed"))
    assert await opened.changes.save("t") == ["yours.py"]


async def test_the_end_of_a_turn_waits_for_an_editor_only_so_long(
    opened: Changing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def never(uris: Sequence[str]) -> frozenset[str]:
        await asyncio.Event().wait()
        return frozenset(uris)

    await changed(opened, "mine.py")
    opened.acting.save = never
    monkeypatch.setattr(module, "FINISH_SECONDS", 0.01)
    async with asyncio.timeout(5):
        with caplog.at_level(logging.WARNING):
            await opened.changes.finish("t")
    assert caplog.messages == ["documents were not saved at the end of a turn: TimeoutError"]


async def test_a_cancel_passes_through_the_end_of_a_turn(opened: Changing) -> None:
    waiting = asyncio.Event()

    async def never(uris: Sequence[str]) -> frozenset[str]:
        waiting.set()
        await asyncio.Event().wait()
        return frozenset(uris)

    await changed(opened, "mine.py")
    opened.acting.save = never
    finishing = asyncio.ensure_future(opened.changes.finish("t"))
    await waiting.wait()
    finishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await finishing
