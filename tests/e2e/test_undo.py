"""A turn undone over real stdio: files on the disk and in the editor, whoever else has changed them since."""

import stat
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_server import chat_server
from tests.support.lsp_client import LspClient
from tests.support.model_editor import ModelEditor
from tests.support.writing import files

Json = dict[str, Any]
CLIENT: Json = {
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "experimental": {"chatls": {"protocol": 1, "approval": True, "save": True, "strictEdits": True}},
}
SCRIPT = """
[[answer]]
steps = [
    { tool = "edit_file", args = { path = "a.py", edits = [{ old_text = "x = 1", new_text = "x = 2" }] } },
    { tool = "delete_file", args = { path = "tool.sh" } },
    { tool = "move_file", args = { source = "b.py", target = "deep/er/c.py" } },
    { tool = "delegate", args = { agent = "hand", task = "Make it" } },
]
[[answer]]
steps = [{ text = "Changed." }]

[[answer]]
steps = [{ tool = "edit_file", args = { path = "a.py", edits = [{ old_text = "x = 2", new_text = "x = 3" }] } }]
[[answer]]
steps = [{ text = "Changed again." }]
"""
TOUCH = """
[[answer]]
steps = [{ tool = "run_command", args = { command = "touch touched" } }]
[[answer]]
steps = [{ text = "Touched." }]
"""
HAND = """
[[answer]]
steps = [{ tool = "edit_file", args = { path = "made/by/hand.py", content = "made" } }]
[[answer]]
steps = [{ text = "Made." }]
"""
AGENT = {"description": "Makes.", "instructions": "Make.", "model": "scripted/hand"}
CHANGED = ("a.py", "b.py", "deep/er/c.py", "made/by/hand.py", "tool.sh")


@dataclass
class User:
    """A client whose user says yes, its editor, and the workspace."""

    client: LspClient
    workspace: Path
    answers: dict[str, Callable[[Json], object]] = field(default_factory=dict[str, Callable[[Json], object]])

    def __post_init__(self) -> None:
        self.editor = ModelEditor(self)
        self.client.handlers |= {
            "chat/requestApproval": self._approve,
            "workspace/applyEdit": self._apply,
            "chat/saveDocuments": self._save,
        }

    def notify(self, method: str, params: Json) -> None:
        self.client.notify(method, params)

    def uri(self, name: str) -> str:
        return (self.workspace / name).as_uri()

    def open(self, name: str) -> None:
        self.editor.open(self.uri(name), (self.workspace / name).read_text())

    def close(self, name: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(name)}})
        del self.editor.texts[self.uri(name)]

    def read(self, name: str) -> str:
        return (self.workspace / name).read_text()

    async def turn(self, session: str | None = None, model: str = "script") -> Json:
        """One turn; its session and id."""
        more = {"model": f"scripted/{model}", **({} if session is None else {"sessionId": session})}
        result = (await self.client.stream("Go", f"chatls:{len(self.client.received)}", **more))["result"]
        return {key: result[key] for key in ("sessionId", "turnId")}

    async def undo(self, turn: Json, restore: str = "files") -> Json:
        return await self.client.result("chat/undoTurn", {**turn, "restore": restore})

    async def refused(self, turn: Json, restore: str = "files") -> Json:
        return await self.client.error("chat/undoTurn", {**turn, "restore": restore})

    async def _approve(self, params: Json) -> Json:
        return {"optionId": next(option["id"] for option in params["options"] if option["kind"] == "allow_once")}

    async def _apply(self, params: Json) -> object:
        return self.editor.apply(params)

    async def _save(self, params: Json) -> Json:
        for uri in params["uris"]:
            self.workspace.joinpath(uri.rpartition("/")[2]).write_text(self.editor.texts[uri])
        return {"saved": params["uris"], "failed": []}


@asynccontextmanager
async def started(home: Path) -> AsyncGenerator[User]:
    settings = {"agents": {"hand": AGENT}, "model": "scripted/script"}
    scripts = {"script": SCRIPT, "hand": HAND, "touch": TOUCH}
    async with chat_server(home, scripts=scripts, settings=settings, capabilities=CLIENT) as client:
        yield User(client, home / "ws")


@pytest.fixture
def before(tmp_path: Path) -> dict[str, bytes]:
    """The workspace, and all that is in it."""
    workspace = tmp_path / "ws"
    workspace.mkdir()
    for name, text in {"a.py": "x = 1\n", "b.py": "y = 1\n", "tool.sh": "#!/bin/sh\n", "other.py": "z = 1\n"}.items():
        (workspace / name).write_text(text)
    (workspace / "tool.sh").chmod(0o755)
    return files(workspace)


async def test_all_that_a_turn_and_its_subtask_did_is_put_back(tmp_path: Path, before: dict[str, bytes]) -> None:
    async with started(tmp_path) as user:
        turn = await user.turn()
        assert files(user.workspace).keys() == {
            *("a.py", "other.py", "deep", "deep/er", "deep/er/c.py", "made", "made/by", "made/by/hand.py")
        }
        undone = await user.undo(turn)
        assert sorted(undone["files"]) == [user.uri(name) for name in CHANGED]
        assert undone["message"].startswith("5 files are as they were before: ")
        assert files(user.workspace) == before
        assert stat.S_IMODE((user.workspace / "tool.sh").stat().st_mode) == 0o755
        again = await user.undo(turn)
        nothing = "There is nothing to put back: all files are as they were before this turn."
        assert again == {"message": nothing, "files": []}


async def test_after_a_restart_the_conversation_goes_back_too(tmp_path: Path, before: dict[str, bytes]) -> None:
    async with started(tmp_path) as user:
        turn = await user.turn()
        user.client.process.kill()
        user.client.may_be_cut = True
        await user.client.process.wait()
    async with started(tmp_path) as user:
        undone = await user.undo(turn, "both")
        assert (len(undone["files"]), undone["turns"]) == (5, 1)
        assert files(user.workspace) == before
        found = await user.client.result("chat/getSession", {"sessionId": turn["sessionId"]})
        assert found["turns"] == []
        assert files(user.workspace) == before
        await user.turn(turn["sessionId"])
        assert user.read("a.py") == "x = 2\n"


async def test_what_the_user_changed_since_is_named_and_nothing_is_undone(
    tmp_path: Path, before: dict[str, bytes]
) -> None:
    async with started(tmp_path) as user:
        turn = await user.turn()
        (user.workspace / "a.py").write_text("import os\nx = 2\n")
        (user.workspace / "deep/er/c.py").write_text("mine\n")
        left = files(user.workspace)
        error = await user.refused(turn, "both")
        assert (error["code"], error["data"]["reason"]) == (-32803, "files_changed")
        assert error["data"]["files"] == [user.uri("a.py"), user.uri("deep/er/c.py")]
        assert "a.py, deep/er/c.py changed after this turn" in error["message"]
        assert files(user.workspace) == left
        assert len((await user.client.result("chat/getSession", {"sessionId": turn["sessionId"]}))["turns"]) == 1
        (user.workspace / "a.py").write_text("x = 2\n")
        (user.workspace / "deep/er/c.py").write_text("y = 1\n")
        await user.undo(turn)
        assert files(user.workspace) == before


async def test_open_documents_are_put_back_in_the_editor_and_closed_ones_on_the_disk(
    tmp_path: Path, before: dict[str, bytes]
) -> None:
    async with started(tmp_path) as user:
        user.open("a.py")
        user.open("other.py")
        turn = await user.turn()
        assert (user.editor.texts[user.uri("a.py")], user.read("a.py")) == ("x = 2\n", "x = 2\n")
        asked = len(user.editor.asked)
        await user.undo(turn)
        (edit,) = (change for params in user.editor.asked[asked:] for change in params["edit"]["documentChanges"])
        assert edit["textDocument"] == {"uri": user.uri("a.py"), "version": 2}
        assert user.editor.texts[user.uri("a.py")] == "x = 1\n"
        assert files(user.workspace) == before


async def test_a_document_that_was_edited_open_and_is_closed_by_now(tmp_path: Path, before: dict[str, bytes]) -> None:
    async with started(tmp_path) as user:
        user.open("a.py")
        turn = await user.turn()
        user.close("a.py")
        await user.undo(turn)
        assert files(user.workspace) == before
        assert user.editor.texts == {}


async def test_what_the_user_types_in_an_open_document_is_not_lost(tmp_path: Path, before: dict[str, bytes]) -> None:
    async with started(tmp_path) as user:
        user.open("a.py")
        turn = await user.turn()
        user.editor.type(user.uri("a.py"), "typed\n")
        left = files(user.workspace)
        error = await user.refused(turn)
        assert error["data"]["files"] == [user.uri("a.py")]
        assert (files(user.workspace), user.editor.texts[user.uri("a.py")]) == (left, "typed\nx = 2\n")
    assert before.keys() - left.keys() == {"b.py", "tool.sh"}


async def test_turns_are_undone_from_the_last_to_the_first(tmp_path: Path, before: dict[str, bytes]) -> None:
    async with started(tmp_path) as user:
        first = await user.turn()
        second = await user.turn(first["sessionId"])
        assert (await user.refused(first))["data"]["files"] == [user.uri("a.py")]
        assert (await user.undo(second, "both"))["files"] == [user.uri("a.py")]
        assert len((await user.undo(first))["files"]) == 5
        assert files(user.workspace) == before


@pytest.mark.usefixtures("before")
@pytest.mark.skipif(sys.platform == "win32", reason="commands are not run there")
async def test_what_a_command_did_stays_and_that_is_said(tmp_path: Path) -> None:
    async with started(tmp_path) as user:
        turn = await user.turn(model="touch")
        said = "This turn changed no files by itself. What its commands changed stays."
        assert await user.undo(turn) == {"message": said, "files": []}
        assert (user.workspace / "touched").exists()


async def test_a_fork_undoes_what_it_has_in_common_with_the_session_it_came_from(
    tmp_path: Path, before: dict[str, bytes]
) -> None:
    async with started(tmp_path) as user:
        turn = await user.turn()
        fork = await user.client.result("chat/forkSession", turn)
        await user.client.result("chat/deleteSession", {"sessionId": turn["sessionId"]})
        (copied,) = (await user.client.result("chat/getSession", fork))["turns"]
        undone = await user.undo({**fork, "turnId": copied["turnId"]}, "both")
        assert (len(undone["files"]), undone["turns"]) == (5, 1)
        assert files(user.workspace) == before
        assert (await user.refused(turn))["data"]["reason"] == "session_not_found"
