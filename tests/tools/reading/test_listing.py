import os
from pathlib import Path

import pytest

from chatls.chat.events import ToolText
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.listing import MAX_LINES, list_directory
from chatls.tools.toolset import Toolset
from tests.support.workspaces import ListedEditor, Workspace, called


async def test_folders_end_with_a_slash_and_files_have_their_size(guarded: Workspace) -> None:
    guarded.write({"b.py": "x" * 1234, "a/deep/c": "", ".hidden": ""})
    result = await guarded.call("list_directory")
    assert result == ToolText(".hidden  (0 bytes)\na/\nb.py  (1,234 bytes)", uris=(guarded.folder.as_uri(),))


async def test_deeper_levels_are_indented(guarded: Workspace) -> None:
    guarded.write({"b": "", "a/deep/c": "", "a/z": "12"})
    assert await guarded.text("list_directory", depth=3) == (
        "a/\n  deep/\n    c  (0 bytes)\n  z  (2 bytes)\nb  (0 bytes)"
    )
    assert await guarded.text("list_directory", path="a") == "deep/\nz  (2 bytes)"


async def test_t20_links_are_named_and_not_entered(guarded: Workspace) -> None:
    (guarded.folder / "up").symlink_to("..")
    (guarded.folder / "loop").symlink_to(".")
    os.mkfifo(guarded.folder / "pipe")
    assert await guarded.text("list_directory", depth=3) == (
        "loop  (symbolic link)\npipe  (not a regular file)\nup  (symbolic link)"
    )


async def test_an_empty_folder_is_called_empty(ws: Workspace) -> None:
    assert await ws.text("list_directory") == "[empty folder]"


async def test_a_file_is_no_folder(ws: Workspace) -> None:
    ws.write({"a": ""})
    assert (await ws.failure("list_directory", path="a")).code == "not_a_folder"


async def test_a_long_listing_is_cut_and_says_so(ws: Workspace) -> None:
    ws.write({f"{number:05}": "" for number in range(MAX_LINES + 1)})
    result = await ws.call("list_directory")
    assert isinstance(result, ToolText)
    lines = result.text.split("\n")
    assert lines[-1] == f"[cut after {MAX_LINES:,} entries: list a folder further down]"
    assert lines[:-1] == [f"{number:05}  (0 bytes)" for number in range(MAX_LINES)]
    assert result.truncated


async def test_a_listing_that_takes_too_long_says_so(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatls.tools.reading.listing.SECONDS", 0.0)
    ws.write({"a": ""})
    assert await ws.text("list_directory") == "[not complete: it took too long]"


async def test_a_name_cannot_forge_a_line(ws: Workspace) -> None:
    ws.write({"a\nb  (1 bytes)": ""})
    assert await ws.text("list_directory") == r"a\nb  (1 bytes)  (0 bytes)"


async def test_several_folders_are_listed_under_their_names(tmp_path: Path) -> None:
    for name in ("app", "lib"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text("")
    roots = Roots([(name, str(tmp_path / name)) for name in ("app", "lib")])
    tools = Toolset([list_directory(roots, ListedEditor())])
    result = await called(tools, "list_directory")
    assert isinstance(result, ToolText)
    assert result.text == "app/\n  a  (0 bytes)\nlib/\n  a  (0 bytes)"
    assert result.uris == tuple((tmp_path / name).as_uri() for name in ("app", "lib"))
    roots.close()
