import asyncio
import os
from pathlib import Path

import pytest

from chatls.chat.events import ToolFailure, ToolText
from chatls.chat.ports import OpenDocument
from chatls.chat.workspace import Located
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.reader import MAX_ATTACHED, AttachmentReader
from tests.support.workspaces import SECRET, ListedEditor, Workspace


def reader(made: Workspace) -> AttachmentReader:
    return AttachmentReader(made.roots, made.editor)


def uri(made: Workspace, name: str) -> str:
    return (made.folder / name).as_uri()


async def test_an_attached_file_is_its_text_without_numbers(guarded: Workspace) -> None:
    guarded.write({"a b.py": "one\r\ntwo\n"})
    at = uri(guarded, "a b.py")
    assert await reader(guarded).file(at) == ToolText("one\ntwo\n", uris=(at,))


async def test_an_open_document_is_given_as_it_is_there_whatever_its_scheme(ws: Workspace) -> None:
    ws.write({"a": "on disk"})
    ws.open("a", "in the editor")
    assert await reader(ws).file(uri(ws, "a")) == ToolText("in the editor", uris=(uri(ws, "a"),))
    for other in ("untitled:Untitled-1", "vscode-remote://ssh/etc/hostname", Path("/etc/hostname").as_uri()):
        ws.editor.open.append(OpenDocument(other, 1, "typed"))
        assert await reader(ws).file(other) == ToolText("typed", uris=(other,))


@pytest.mark.parametrize(
    ("attached", "code"),
    [
        pytest.param("file://{outside}/secret", "outside_workspace", id="T02"),
        pytest.param("file://{outside}/ws/l", "outside_workspace", id="T04"),
        pytest.param("file://{outside}/ws/%2e%2e/secret", "outside_workspace", id="T08"),
        pytest.param("untitled:/etc/hostname", "outside_workspace", id="T09"),
        pytest.param("a", "outside_workspace", id="a path is no URI"),
        pytest.param("", "outside_workspace", id="T10"),
        pytest.param("file://{outside}/ws/no", "not_found", id="not there"),
        pytest.param("file://{outside}/ws/binary", "binary_file", id="T26"),
    ],
)
async def test_what_cannot_be_attached_is_told(guarded: Workspace, attached: str, code: str) -> None:
    guarded.write({"a": "inside", "binary": b"\0"})
    (guarded.folder / "l").symlink_to("../secret")
    result = await reader(guarded).file(attached.format(outside=guarded.outside))
    assert isinstance(result, ToolFailure)
    assert result.code == code
    assert SECRET not in result.message


async def test_a_large_file_is_cut_with_its_size(ws: Workspace) -> None:
    ws.write({"a": "é" * MAX_ATTACHED})
    ws.open("b", "é" * MAX_ATTACHED)
    for name in ("a", "b"):
        result = await reader(ws).file(uri(ws, name))
        assert isinstance(result, ToolText)
        text, _, note = result.text.rpartition("\n")
        assert text == "é" * (MAX_ATTACHED // 2)
        assert note == f"[cut: {MAX_ATTACHED:,} of {2 * MAX_ATTACHED:,} bytes shown]"
        assert result.truncated


async def test_t24_of_a_huge_file_only_the_beginning_is_read(ws: Workspace) -> None:
    ws.write({"a": "text\n" * 100_000})
    os.truncate(ws.folder / "a", 1 << 40)
    async with asyncio.timeout(5):
        result = await reader(ws).file(uri(ws, "a"))
    assert isinstance(result, ToolText)
    assert result.text.endswith(f"[cut: {MAX_ATTACHED:,} of {1 << 40:,} bytes shown]")


async def test_what_the_user_attaches_may_be_ignored_by_git(ws: Workspace) -> None:
    ws.write({".gitignore": "*.log\nbuild\n", "a.log": "text", "build/out": "12"})
    result = await reader(ws).file(uri(ws, "a.log"))
    assert isinstance(result, ToolText)
    assert result.text == "text"
    assert isinstance(await reader(ws).folder(uri(ws, "build")), ToolText)


async def test_an_attached_folder_is_its_listing(guarded: Workspace) -> None:
    guarded.write({"sub/a": "12", "sub/deep/b": "", "sub/deep/er/c": ""})
    at = uri(guarded, "sub")
    assert await reader(guarded).folder(at) == ToolText("a  (2 bytes)\ndeep/\n  b  (0 bytes)\n  er/", uris=(at,))
    for outside in (guarded.outside.as_uri(), "untitled:x"):
        result = await reader(guarded).folder(outside)
        assert isinstance(result, ToolFailure)
        assert result.code == "outside_workspace"


def test_a_file_has_a_name_only_inside_the_workspace(ws: Workspace) -> None:
    names = [reader(ws).name(at) for at in (uri(ws, "src/a.py"), ws.outside.as_uri(), "untitled:a", "a")]
    assert names == ["src/a.py", None, None, None]


async def test_without_a_workspace_only_documents_can_be_attached(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(SECRET)
    alone = AttachmentReader(Roots([]), ListedEditor(("untitled:a", "typed")))
    assert await alone.file("untitled:a") == ToolText("typed", uris=("untitled:a",))
    result = await alone.file((tmp_path / "a").as_uri())
    assert isinstance(result, ToolFailure)
    assert result.code == "no_workspace"


async def test_lines_of_a_file_are_read_wherever_they_are(guarded: Workspace) -> None:
    line = "line {:06}\n"
    guarded.write({"long": "".join(line.format(number) for number in range(1, 60_001))})
    guarded.open("open", "one\r\ntwo\r\nthree")
    for name, lines, text in [
        ("long", (50_000, 50_001), line.format(50_000) + line.format(50_001)),
        ("long", (60_000, 99_999), line.format(60_000)),
        ("long", (60_001, 60_002), ""),
        ("open", (2, 3), "two\nthree"),
    ]:
        at = uri(guarded, name)
        assert await reader(guarded).file(at, lines) == ToolText(text, uris=(at,))


async def test_lines_that_are_too_long_are_cut_with_a_note(ws: Workspace) -> None:
    ws.write({"a": "one\n" + "x" * (3 * MAX_ATTACHED)})
    ws.open("b", "one\n" + "x" * (3 * MAX_ATTACHED))
    for name in ("a", "b"):
        result = await reader(ws).file(uri(ws, name), (2, 2))
        assert isinstance(result, ToolText)
        text, _, note = result.text.rpartition("\n")
        assert text == "x" * MAX_ATTACHED
        assert note == f"[cut: {MAX_ATTACHED:,} bytes of these lines shown]"


async def test_t24_a_line_that_is_too_far_is_given_up(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatls.tools.reading.reader.SECONDS", 0.2)
    ws.write({"a": "text\n" * 20_000})
    os.truncate(ws.folder / "a", 1 << 40)
    result = await reader(ws).file(uri(ws, "a"), (5_000_000, 5_000_001))
    assert isinstance(result, ToolFailure)
    assert result.code == "timeout"


async def test_what_a_path_names_is_told_without_reading_it(guarded: Workspace) -> None:
    guarded.write({"src/a.py": "", "my file": ""})
    guarded.open("draft.py", "typed")
    (guarded.folder / "l").symlink_to("../secret")
    for path, kind in [
        ("src/a.py", "file"),
        ("src", "folder"),
        ("src/", "folder"),
        ("./", "folder"),
        ("draft.py", "file"),
    ]:
        located = await reader(guarded).locate(path)
        assert located is not None
        assert (located.kind, located.uri) == (kind, uri(guarded, path).rstrip("/"))
    assert await reader(guarded).locate(str(guarded.folder / "my file")) == Located("file", uri(guarded, "my file"))
    for path in ("../secret", "/etc/hostname", "l", "src/../../secret"):
        assert await reader(guarded).locate(path) == Located("outside")
    for path in ("none.py", "", "\0", "x" * 9000, "src/a.py/b", "untitled:a"):
        located = await reader(guarded).locate(path)
        assert located is None or located.kind != "file"
