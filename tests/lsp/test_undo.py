"""`chat/undoTurn` as a client meets it: what is asked of whom, in which order, and what it is told."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chatls.chat.events import Token, ToolCall, ToolText
from chatls.chat.ports import ToolRun
from chatls.chat.undo import Content, FileChange, TurnChanges, Undone, digest_of
from chatls.errors import FilesChanged
from tests.support.connection import Connection, connection
from tests.support.heart import END, FakeProvider, FakeToolset, Step, call
from tests.support.schemas import check_value

Json = dict[str, Any]
WAS = b"as it was\n"
EDIT = FileChange("file:///ws/a.py", digest_of(WAS), "after", 0o644, 0, WAS)
NOTHING = Undone()
CHANGING: Sequence[Step] = [call(path="a"), END]


class Files:
    """Stands for the tools that change files and put them back."""

    def __init__(self, undone: Undone = NOTHING, *, changes: Sequence[FileChange] = (EDIT,), command: bool = False):
        self.undone = undone
        self.changes = changes
        self.command = command
        self.contents: list[bytes | None] = []
        self.error: FilesChanged | None = None
        self.asked, self.waits = asyncio.Event(), asyncio.Event()
        self.waits.set()
        self.server: Connection

    async def change(self, _call: ToolCall, run: ToolRun) -> ToolText:
        assert run.turn_id is not None
        await self.server.sessions.record(run.turn_id, self.changes)
        if self.command:
            await self.server.sessions.record_command(run.turn_id)
        return ToolText("done")

    async def undo(self, turn: TurnChanges, content: Content) -> Undone:
        self.asked.set()
        await self.waits.wait()
        if self.error is not None:
            raise self.error
        self.contents = [await content(change.before) for change in turn.changes if change.before is not None]
        return self.undone


@asynccontextmanager
async def changed(files: Files, *more: Sequence[Step]) -> AsyncGenerator[tuple[Connection, Json]]:
    """A server with one turn that changed these files; the turn's names."""
    provider = FakeProvider(CHANGING, [Token("Done"), END], *more)
    async with connection(provider, toolset=FakeToolset({"look": files.change})) as server:
        files.server = server
        server.undo = files.undo
        result = (await server.turn("One"))["result"]
        yield server, {key: result[key] for key in ("sessionId", "turnId")}


async def undo(server: Connection, names: Json, restore: object) -> Json:
    """The answer, as its schema has it; or the error."""
    response = await server.request("chat/undoTurn", {**names, "restore": restore}, f"undo {len(server.received)}")
    if "result" in response:
        check_value("chat_undoTurn.result", response["result"])
        return response["result"]
    if response["error"]["code"] == -32803:
        check_value("error_data", response["error"]["data"])
    return response["error"]


async def contents(server: Connection, names: Json) -> list[str]:
    params = {"sessionId": names["sessionId"]}
    response = await server.request("chat/getSession", params, f"get {len(server.received)}")
    return [turn["message"]["content"] for turn in response["result"]["turns"]]


async def test_files_are_put_back_with_what_the_store_has_of_them() -> None:
    files = Files(Undone(("file:///ws/a.py",), (), ("1 file is as it was before: a.py.",)))
    async with changed(files) as (server, names):
        said = "1 file is as it was before: a.py."
        assert await undo(server, names, "files") == {"message": said, "files": ["file:///ws/a.py"]}
        assert files.contents == [WAS]
        assert await contents(server, names) == ["One"]


async def test_the_conversation_goes_back_and_the_files_stay() -> None:
    files = Files()
    async with changed(files, [Token("Two"), END], [Token("Three"), END]) as (server, names):
        await server.turn("Two", "u", 2, sessionId=names["sessionId"])
        found = {"message": "2 turns have left the conversation.", "turns": 2}
        assert await undo(server, names, "conversation") == found
        assert not files.asked.is_set()
        assert await contents(server, names) == []
        await server.turn("Three", "v", 3, sessionId=names["sessionId"])
        assert server.said(3) == [("user", "Three")]
        found = {"message": "This turn has left the conversation before.", "turns": 0}
        assert await undo(server, names, "conversation") == found


async def test_both_are_done_and_files_that_changed_keep_the_conversation_too() -> None:
    files = Files(Undone(("file:///ws/a.py",), ("file:///ws/b",), ("Put back.", "Not put back: b.")))
    async with changed(files) as (server, names):
        files.error = FilesChanged(["file:///ws/a.py"], "Nothing was undone: a.py changed after this turn.", hint="Do.")
        refused = await undo(server, names, "both")
        assert refused["message"] == "Nothing was undone: a.py changed after this turn."
        assert refused["data"] == {
            "reason": "files_changed",
            "retryable": False,
            "hint": "Do.",
            "files": ["file:///ws/a.py"],
        }
        assert await contents(server, names) == ["One"]
        files.error = None
        assert await undo(server, names, "both") == {
            "message": "Put back. Not put back: b. 1 turn has left the conversation.",
            "files": ["file:///ws/a.py"],
            "kept": ["file:///ws/b"],
            "turns": 1,
        }


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (Files(), "There is nothing to put back: all files are as they were before this turn."),
        (Files(changes=()), "This turn changed no files."),
        (
            Files(changes=(), command=True),
            "This turn changed no files by itself. What its commands changed stays.",
        ),
        (
            Files(Undone(("file:///ws/a.py",), (), ("Put back.",)), command=True),
            "Put back. What its commands changed stays.",
        ),
    ],
    ids=["undone before", "changed nothing", "ran a command", "changed files and ran a command"],
)
async def test_what_there_is_to_say_is_said(files: Files, message: str) -> None:
    async with changed(files) as (server, names):
        found = await undo(server, names, "files")
        assert (found["message"], found["files"]) == (message, list(files.undone.files))


async def test_f65_nothing_is_undone_while_a_turn_runs_and_no_turn_begins_meanwhile() -> None:
    files = Files()
    release = asyncio.Event()
    async with changed(files, [Token("Two"), release, END]) as (server, names):
        server.begin("chat/stream", {"message": {"content": "Two"}, "sessionId": names["sessionId"]}, 2)
        await server.settled()
        assert (await undo(server, names, "files"))["data"]["reason"] == "session_busy"
        release.set()
        await server.response(2)
        files.waits.clear()
        server.begin("chat/undoTurn", {**names, "restore": "both"}, 3)
        await files.asked.wait()
        params = {"message": {"content": "Three"}, "sessionId": names["sessionId"]}
        assert (await server.request("chat/stream", params, 4))["error"]["data"]["reason"] == "session_busy"
        assert (await undo(server, names, "files"))["data"]["reason"] == "session_busy"
        files.waits.set()
        result = (await server.response(3))["result"]
        assert result["turns"] == 2
        assert result["message"].endswith("2 turns have left the conversation; what the later ones did to files stays.")


async def test_a_cancel_comes_too_late_for_what_was_begun() -> None:
    files = Files()
    async with changed(files) as (server, names):
        files.waits.clear()
        server.begin("chat/undoTurn", {**names, "restore": "both"}, 3)
        await files.asked.wait()
        server.notify("$/cancelRequest", {"id": 3})
        await server.settled()
        files.waits.set()
        assert (await server.response(3))["result"]["turns"] == 1


async def test_what_is_not_there_and_what_makes_no_sense_is_refused() -> None:
    async with changed(Files()) as (server, names):
        assert (await undo(server, {**names, "turnId": "nosuch"}, "both"))["data"]["reason"] == "not_found"
        assert (await undo(server, {**names, "sessionId": "x"}, "files"))["data"]["reason"] == "session_not_found"
        assert (await undo(server, names, "all"))["data"]["field"] == "restore"
        assert await undo(server, names, "files")


async def test_a_turn_of_another_session_is_not_found() -> None:
    async with changed(Files(), [Token("Two"), END]) as (server, names):
        other = (await server.turn("Two", "u", 2))["result"]
        crossed = {"sessionId": other["sessionId"], "turnId": names["turnId"]}
        assert (await undo(server, crossed, "files"))["data"]["reason"] == "not_found"
