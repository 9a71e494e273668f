"""What the server knows of the editor: its open documents and its folders, however their URIs are spelled."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.connection import Connection, connection


def open_document(server: Connection, uri: str, text: str = "x") -> None:
    document = {"uri": uri, "languageId": "x", "version": 3, "text": text}
    server.notify("textDocument/didOpen", {"textDocument": document})


@pytest.mark.parametrize(
    ("opened", "asked"),
    [
        ("file:///ws/a.py", "file:///ws/a.py"),
        ("file:///ws/a%20b.py", "file:///ws/a b.py"),
        ("file:///ws/a b.py", "file:///ws/a%20b.py"),
        ("file:///ws/%C3%A9.py", "file:///ws/é.py"),
        ("file:///c%3A/a.py", "file:///C:/a.py"),
        ("file:///C:/a.py", "file:///c%3a/a.py"),
        ("untitled:Untitled-1", "untitled:Untitled-1"),
    ],
)
async def test_a_document_is_the_same_however_its_uri_is_spelled(opened: str, asked: str) -> None:
    async with connection() as server:
        open_document(server, opened)
        found = server.editor.document(asked)
        assert found is not None
        assert (found.version, found.text) == (3, "x")


@pytest.mark.parametrize("asked", ["file:///ws/b.py", "file:///ws/A.py", "file:///ws", "untitled:a.py", ""])
async def test_what_is_not_open_is_not_found(asked: str) -> None:
    async with connection() as server:
        open_document(server, "file:///ws/a.py")
        assert server.editor.document(asked) is None


async def test_a_document_that_exists_on_disk_alone_is_not_open(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("disk")
    async with connection() as server:
        assert server.editor.document((tmp_path / "a.py").as_uri()) is None


async def test_all_open_documents_are_listed_until_they_are_closed() -> None:
    async with connection() as server:
        for name in ("a", "b"):
            open_document(server, f"file:///ws/{name}", name)
        server.notify("textDocument/didClose", {"textDocument": {"uri": "file:///ws/a"}})
        assert [(document.uri, document.text) for document in server.editor.documents()] == [("file:///ws/b", "b")]


@pytest.mark.parametrize(
    ("params", "folders"),
    [
        ({"workspaceFolders": [{"uri": "file:///a/b%20c", "name": ""}]}, [("b c", "file:///a/b%20c")]),
        ({"workspaceFolders": [{"uri": "file:///a", "name": "My A"}], "rootUri": "file:///z"}, [("My A", "file:///a")]),
        ({"rootUri": "file:///a/b"}, [("b", "file:///a/b")]),
        ({"rootUri": "file:///"}, [("file:///", "file:///")]),
        ({"rootPath": "/a/b"}, [("b", "file:///a/b")]),
        ({}, []),
        ({"workspaceFolders": None}, []),
    ],
    ids=["unnamed", "folders over root", "root", "root of all", "old rootPath", "none", "null"],
)
async def test_folders_have_a_name_and_a_uri(params: dict[str, Any], folders: list[tuple[str, str]]) -> None:
    async with connection(initialize=False) as server:
        await server.initialize(**params)
        assert list(server.editor.folders()) == folders


@pytest.mark.parametrize("uri", ["file:///a/b c", "file:///a/b%20c", "file:///a/b%20c/", "file:///a/%62%20c"])
async def test_a_workspace_is_the_same_however_its_folder_is_spelled(uri: str) -> None:
    async with connection(initialize=False) as server:
        await server.initialize(workspaceFolders=[{"uri": uri, "name": "x"}])
        assert server.editor.workspace() == ("file:///a/b%20c",)
