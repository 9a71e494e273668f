"""Paths of the workspace for completion: complete, without what is ignored or secret, and never waited for long."""

import asyncio
from pathlib import Path

import pytest

from chatls.chat.workspace import LineRange
from chatls.tools.guard.paths import Roots
from chatls.tools.reading import path_index
from chatls.tools.reading.path_index import FRESH_SECONDS, PathIndex
from tests.support.workspaces import ListedEditor, Workspace

FILES = {"a.py": "", "src/deep/b.py": "", "src/c d.md": "", ".gitignore": "*.log\nbuild/\n", "x.log": "", "build/y": ""}


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def paths(index: PathIndex, typed: str, limit: int = 50) -> list[str]:
    return list((await index.paths(typed, limit)).paths)


async def test_files_and_folders_are_found_that_are_not_ignored(guarded: Workspace) -> None:
    guarded.write(FILES)
    index = PathIndex(guarded.roots, guarded.editor)
    assert await paths(index, "") == [".gitignore", "a.py", "src/"]
    assert await paths(index, "src/") == ["src/", "src/deep/", "src/c d.md", "src/deep/b.py"]
    assert await paths(index, "log") == []
    assert await paths(index, "build") == []


async def test_secrets_and_what_lies_outside_are_not_offered(guarded: Workspace) -> None:
    guarded.write({".env": "", "id_rsa": "", "key.pem": "", "ok.txt": ""})
    (guarded.folder / "out").symlink_to("..")
    assert await paths(PathIndex(guarded.roots, guarded.editor), "") == ["ok.txt", "out"]
    assert await paths(PathIndex(guarded.roots, guarded.editor), "secret") == []


async def test_what_holds_no_text_is_not_offered_nor_a_folder_of_such(ws: Workspace) -> None:
    ws.write({"a.py": "", "__pycache__/a.cpython-311.pyc": "", "img/logo.png": "", "img/logo.svg": ""})
    assert await paths(PathIndex(ws.roots, ws.editor), "") == ["a.py", "img/"]
    assert await paths(PathIndex(ws.roots, ws.editor), "logo") == ["img/logo.svg"]


async def test_what_cannot_be_typed_is_not_offered(ws: Workspace) -> None:
    ws.write({"line\nbreak": "", 'quo"te': "", "fine": ""})
    assert await paths(PathIndex(ws.roots, ws.editor), "") == ["fine"]


async def test_a_new_document_of_the_editor_is_offered_before_it_is_saved(ws: Workspace) -> None:
    ws.open("new/draft.py", "")
    assert await paths(PathIndex(ws.roots, ws.editor), "draft") == ["new/draft.py"]


async def test_a_new_file_is_there_as_soon_as_the_list_is_old(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_index, "AGAIN_SECONDS", 5.0)
    ws.write({"old.py": ""})
    now = Time()
    index = PathIndex(ws.roots, ws.editor, now)
    assert await paths(index, "py") == ["old.py"]
    ws.write({"new.py": ""})
    assert await paths(index, "py") == ["old.py"]
    now.now = FRESH_SECONDS + 1
    assert await paths(index, "py") == ["new.py", "old.py"]


async def test_a_walk_that_takes_long_holds_nobody_up(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ws.write({"old.py": ""})
    now = Time()
    index = PathIndex(ws.roots, ws.editor, now)
    assert (await index.paths("old", 50)).complete
    waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def never(_seconds: float, _work: object) -> asyncio.Future[None]:
        return waiting

    monkeypatch.setattr(path_index, "begun", never)
    now.now = FRESH_SECONDS + 1
    async with asyncio.timeout(5):
        stale = await index.paths("old", 50)
        assert (list(stale.paths), stale.complete) == (["old.py"], False)
        monkeypatch.setattr(path_index, "FIRST_SECONDS", 0.01)
        first = await PathIndex(ws.roots, ws.editor, now).paths("old", 50)
        assert (list(first.paths), first.complete) == ([], False)
    waiting.cancel()


async def test_other_folders_have_other_paths(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").touch()
    roots = Roots([("one", str(tmp_path / "one"))])
    index = PathIndex(roots, ListedEditor())
    assert await paths(index, "py") == ["one.py"]
    roots.replace([("one", str(tmp_path / "one")), ("two", str(tmp_path / "two"))])
    assert await paths(index, "py") == ["one/one.py", "two/two.py"]
    roots.replace([])
    assert await paths(index, "py") == []


async def test_a_workspace_that_is_too_large_is_offered_in_part(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_index, "MAX_PATHS", 3)
    ws.write({f"f{number}": "" for number in range(9)})
    found = await PathIndex(ws.roots, ws.editor).paths("f", 50)
    assert (len(found.paths), found.complete) == (3, False)


async def test_the_folder_that_is_named_is_known_however_large_the_workspace_is(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"z/f7": "", "z/.env": "", "z/out/x": "", ".gitignore": "out"}
    ws.write({f"a/f{number}": "" for number in range(9)} | there)
    monkeypatch.setattr(path_index, "MAX_PATHS", 9)
    found = await PathIndex(ws.roots, ws.editor).paths("z/f7", 3)
    assert (found.paths[0], found.complete) == ("z/f7", False)
    within = await PathIndex(ws.roots, ws.editor).paths("z/", 50)
    assert [path for path in within.paths if path.startswith("z/")] == ["z/f7"]


async def test_the_ranges_of_a_file_are_its_definitions(ws: Workspace) -> None:
    ws.write({"a.py": "def f():\n    pass\n", ".env": "x", "a.txt": "text"})
    index = PathIndex(ws.roots, ws.editor)
    assert await index.ranges("a.py") == [LineRange(1, 2, "function f")]
    for path in ("a.txt", ".env", "none.py", "../secret.py", "\0"):
        assert await index.ranges(path) == []
