"""What the editor is asked to do: edits that land exactly or are known not to have, moved and saved documents."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chatls.chat.ports import Diagnostic, OpenDocument, TextChange
from chatls.lsp import editor as editor_module
from tests.support.connection import Connection, connection
from tests.support.model_editor import ModelEditor

Json = dict[str, Any]
URI = "file:///ws/a.py"
VERSIONED: Json = {"workspaceEdit": {"documentChanges": True}}
OPERATIONS: Json = {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["rename", "delete"]}}


@asynccontextmanager
async def client(
    chat: Json | None = None, *, workspace: Json = VERSIONED, encoding: str = "utf-16"
) -> AsyncGenerator[tuple[Connection, ModelEditor]]:
    async with connection(initialize=False) as server:
        general = {"positionEncodings": [encoding]}
        await server.introduce(chat, workspace=workspace, general=general)
        yield server, ModelEditor(server, encoding)


async def apply(server: Connection, *changes: tuple[int, int, str], uri: str = URI) -> bool:
    document = server.editor.document(uri)
    assert document is not None
    async with asyncio.timeout(5):
        return await server.editor.apply(document, [TextChange(*change) for change in changes])


# -- edits ---------------------------------------------------------------------------------------------------------

CASES: Sequence[tuple[str, list[tuple[int, int, str]], str]] = (
    ("one\r\n😀 two\r\nthree", [(7, 10, "2"), (12, 17, "3\r\n")], "one\r\n😀 2\r\n3\r\n"),
    ("a\u2028😀b\nSECOND\n", [(2, 3, "x"), (5, 11, "é漢")], "a\u2028xb\né漢\n"),
    ("", [(0, 0, "new 😀\n")], "new 😀\n"),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize(("text", "changes", "result"), CASES, ids=["CRLF and astral", "U+2028", "empty"])
@pytest.mark.parametrize("strict", [True, False], ids=["strict", "plain"])
async def test_t40_an_edit_is_exact_on_both_sides_in_every_encoding(
    encoding: str, text: str, changes: list[tuple[int, int, str]], result: str, *, strict: bool
) -> None:
    async with client({"strictEdits": strict}, encoding=encoding) as (server, editor):
        editor.open(URI, text)
        assert await apply(server, *changes)
        assert editor.texts[URI] == result
        assert server.editor.document(URI) == OpenDocument(URI, 2, result)


async def test_an_edit_names_its_version_and_one_document_by_the_clients_spelling() -> None:
    spelled = "file:///ws/a%20b.py"
    async with client() as (server, editor):
        editor.open(spelled, "a", 7)
        assert await apply(server, (0, 1, "b"), uri="file:///ws/a b.py")
        (change,) = editor.asked[0]["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": spelled, "version": 7}


async def test_a_client_without_versions_gets_plain_changes() -> None:
    async with client(workspace={}) as (server, editor):
        editor.open(URI, "a")
        assert await apply(server, (0, 1, "b"))
        assert editor.asked[0]["edit"].keys() == {"changes"}


@pytest.mark.parametrize(
    "document",
    [
        OpenDocument(URI, 6, "new"),
        OpenDocument(URI, 7, "old"),
        OpenDocument("file:///ws/other.py", 7, "new"),
    ],
    ids=["T38 an older version", "T38 another text", "not open"],
)
async def test_an_edit_of_what_a_document_was_is_never_sent(document: OpenDocument) -> None:
    async with client() as (server, editor):
        editor.open(URI, "new", 7)
        assert not await server.editor.apply(document, [TextChange(0, 1, "x")])
        assert editor.asked == []


@pytest.mark.parametrize("changes", [[(0, 2, "x"), (1, 3, "y")], [(2, 1, "x")], [(0, 9, "x")]], ids=["T41"] * 3)
async def test_t41_changes_that_are_none_are_never_sent(changes: list[tuple[int, int, str]]) -> None:
    async with client() as (server, editor):
        editor.open(URI, "abc")
        assert not await apply(server, *changes)
        assert editor.asked == []


async def test_t38_an_edit_that_the_user_was_faster_than_is_refused_and_the_text_is_the_users() -> None:
    async with client({"strictEdits": True}) as (server, editor):
        editor.open(URI, "a\n")
        editor.types = True
        assert not await apply(server, (0, 1, "b"))
        assert editor.texts[URI] == "typed\na\n"


async def test_a_change_that_changes_nothing_is_done_without_asking() -> None:
    async with client() as (server, editor):
        editor.open(URI, "abc")
        assert await apply(server, (0, 1, "a"))
        assert editor.asked == []


# -- did it happen? ------------------------------------------------------------------------------------------------


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for what will not come."""
    monkeypatch.setattr(editor_module, "CHANGE_SECONDS", 0.05)
    monkeypatch.setattr(editor_module, "REPLY_SECONDS", 0.05)
    monkeypatch.setattr(editor_module, "SAVE_SECONDS", 0.05)


@pytest.mark.usefixtures("hasty")
async def test_t38_a_client_that_says_it_did_what_it_dropped_is_not_believed() -> None:
    async with client() as (server, editor):
        editor.open(URI, "abc")
        editor.lies = True
        assert not await apply(server, (0, 1, "x"))


@pytest.mark.usefixtures("hasty")
async def test_a_client_that_announces_strict_edits_is_believed_also_before_it_tells_the_change() -> None:
    async with client({"strictEdits": True}) as (server, editor):
        editor.open(URI, "abc")
        editor.silent = True
        assert await apply(server, (0, 1, "x"))


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "plain"])
async def test_a_change_that_is_told_after_the_answer_is_waited_for(*, strict: bool) -> None:
    async with client({"strictEdits": strict}) as (server, editor):
        editor.open(URI, "abc")
        editor.silent = True
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            applying = group.create_task(apply(server, (0, 1, "x")))
            await server.asked("workspace/applyEdit")
            await server.settled()
            assert not applying.done()
            _tell(server, 2, "xbc")
        assert applying.result()
        assert server.editor.document(URI) == OpenDocument(URI, 2, "xbc")


async def test_another_change_is_not_taken_for_the_edit() -> None:
    async with client() as (server, editor):
        editor.open(URI, "abc")
        editor.silent = True
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            applying = group.create_task(apply(server, (0, 1, "x")))
            await server.asked("workspace/applyEdit")
            _tell(server, 2, "abc typed")
            await server.settled()
            assert not applying.done()
            _tell(server, 3, "xbc")
            _tell(server, 4, "xbc, and on")
        assert applying.result()


async def test_an_editor_that_keeps_to_its_own_line_ends_has_made_the_edit() -> None:
    async with client() as (server, editor):
        editor.open(URI, "a\r\nb")
        editor.silent = True
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            applying = group.create_task(apply(server, (3, 4, "c\nd")))
            await server.asked("workspace/applyEdit")
            _tell(server, 2, "a\r\nc\r\nd")
        assert applying.result()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "answer",
    [{"applied": False}, {"applied": "true"}, {"applied": 1}, {}, None, [], "yes"],
    ids=["no", "a text", "a number", "nothing", "null", "a list", "text"],
)
async def test_anything_but_a_plain_yes_is_a_no(answer: object) -> None:
    async with client({"strictEdits": True}) as (server, editor):
        editor.open(URI, "abc")
        server.answers["workspace/applyEdit"] = lambda _: answer
        assert not await apply(server, (0, 1, "x"))


@pytest.mark.usefixtures("hasty")
async def test_an_answer_that_does_not_come_is_a_no_and_the_request_is_withdrawn() -> None:
    async with client() as (server, editor):
        editor.open(URI, "abc")
        del server.answers["workspace/applyEdit"]
        assert not await apply(server, (0, 1, "x"))
        asked = await server.asked("workspace/applyEdit")
        assert (await server.asked("$/cancelRequest"))["params"] == {"id": asked["id"]}


def _tell(server: Connection, version: int, text: str) -> None:
    params = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": text}]}
    server.notify("textDocument/didChange", params)


# -- files ---------------------------------------------------------------------------------------------------------


async def test_only_operations_that_the_client_announced_can_be_asked_for() -> None:
    async with client(workspace=OPERATIONS) as (server, _):
        assert [server.editor.can_operate(each) for each in ("create", "rename", "delete")] == [False, True, True]
    async with client(workspace={}) as (server, _):
        assert not server.editor.can_operate("rename")


async def test_a_file_is_moved_and_deleted_by_the_editor() -> None:
    async with client(workspace=OPERATIONS) as (server, _):
        server.answers["workspace/applyEdit"] = lambda _: {"applied": True}
        assert await server.editor.rename(URI, "file:///ws/b.py")
        assert await server.editor.delete("file:///ws/b.py")
        asked = [(await server.asked("workspace/applyEdit", number))["params"]["edit"] for number in (1, 2)]
        assert [edit["documentChanges"][0]["kind"] for edit in asked] == ["rename", "delete"]
        server.answers["workspace/applyEdit"] = lambda _: {"applied": False}
        assert not await server.editor.delete(URI)


async def test_documents_are_saved_by_a_client_that_announces_it_and_those_that_were_are_told() -> None:
    async with client({"save": True}) as (server, _):
        server.answers["chat/saveDocuments"] = lambda _: {"saved": ["file:///ws/a b.py", "x"], "failed": [URI]}
        assert await server.editor.save(["file:///ws/a%20b.py", URI]) == {"file:///ws/a%20b.py"}
        assert (await server.asked("chat/saveDocuments"))["params"] == {"uris": ["file:///ws/a%20b.py", URI]}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("answer", [None, [], {"saved": URI, "failed": []}, {"failed": []}, {"saved": [1]}])
async def test_an_odd_answer_means_that_nothing_was_saved(answer: object) -> None:
    async with client({"save": True}) as (server, _):
        server.answers["chat/saveDocuments"] = lambda _: answer
        assert await server.editor.save([URI]) == frozenset()


@pytest.mark.usefixtures("hasty")
async def test_saving_ends_also_where_the_client_never_answers() -> None:
    async with client({"save": True}) as (server, _), asyncio.timeout(5):
        assert await server.editor.save([URI]) == frozenset()


async def test_nobody_is_asked_to_save_nothing_or_who_cannot() -> None:
    async with client({"save": True}) as (server, _):
        assert await server.editor.save([]) == frozenset()
        assert "chat/saveDocuments" not in server.methods()
    async with client({}) as (server, _):
        assert await server.editor.save([URI]) == frozenset()
        assert "chat/saveDocuments" not in server.methods()


# -- diagnostics ---------------------------------------------------------------------------------------------------


async def test_diagnostics_are_those_of_the_file_asked_for_or_of_all() -> None:
    place = {"line": 2, "character": 4}
    found = {"range": {"start": place, "end": place}, "severity": 2, "message": "unused", "source": "ruff"}
    items = [{"uri": "file:///ws/%61.py", "diagnostics": [found]}, {"uri": "file:///ws/b.py", "diagnostics": [found]}]
    async with client({"diagnostics": True}) as (server, _):
        server.answers["chat/getDiagnostics"] = lambda _: {"items": items}
        own = Diagnostic("file:///ws/%61.py", 3, 5, "warning", "unused", "ruff")
        assert await server.editor.diagnostics(URI) == [own]
        assert len(await server.editor.diagnostics() or ()) == 2
        asked = [(await server.asked("chat/getDiagnostics", number))["params"] for number in (1, 2)]
        assert asked == [{"uri": URI}, {}]


@pytest.mark.usefixtures("hasty")
async def test_a_client_that_cannot_tell_diagnostics_tells_none() -> None:
    async with client({}) as (server, _):
        assert await server.editor.diagnostics() is None
        assert "chat/getDiagnostics" not in server.methods()
    async with client({"diagnostics": True}) as (server, _):
        assert await server.editor.diagnostics() is None
        server.answers["chat/getDiagnostics"] = lambda _: [1]
        assert await server.editor.diagnostics() is None


async def test_the_user_is_told_what_nobody_asked_for() -> None:
    async with client() as (server, _):
        server.editor.warn("Grants could not be read.")
        shown = (await server.asked("window/showMessage"))["params"]
        assert shown == {"type": 2, "message": "chatls: Grants could not be read."}
