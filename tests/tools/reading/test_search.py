"""The tool `search_text`: every case with ripgrep and without, and the same result is asked of both."""

import asyncio
import gzip
import os
import zipfile
from pathlib import Path

import pytest

from chatls.chat.events import ToolCall, ToolText
from chatls.tools.base import MAX_SHOWN
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.search import MAX_FILE, MAX_HITS, search_text
from chatls.tools.toolset import Toolset
from tests.support.workspaces import SECRET, ListedEditor, Workspace, called, workspace

FILES = {
    "src/app.py": "import os\n\ndef main():\n    return os.name\n",
    "src/deep/util.ts": "export function main() {\r\n  return 'Main';\r\n}\r\n",
    "README.md": "# main\n",
    ".hidden": "main\n",
}


PYTHON = "src/app.py:3: def main():"
SCRIPT = "src/deep/util.ts:1: export function main() {"


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"pattern": "main"}, [".hidden:1: main", "README.md:1: # main", PYTHON, SCRIPT]),
        ({"pattern": "^def \\w+\\(\\):$"}, [PYTHON]),
        ({"pattern": "{$"}, [SCRIPT]),
        ({"pattern": "main()", "literal": True}, [PYTHON, SCRIPT]),
        ({"pattern": "'MAIN'", "ignore_case": True}, ["src/deep/util.ts:2:   return 'Main';"]),
        ({"pattern": "main", "glob": "*.py"}, [PYTHON]),
        ({"pattern": "main", "glob": "src/**/*.{ts,js}"}, [SCRIPT]),
        ({"pattern": "main", "glob": "deep/*", "path": "src"}, [SCRIPT]),
        ({"pattern": "main", "path": "src/app.py"}, [PYTHON]),
        (
            {"pattern": "return", "path": "src/deep", "context": 1},
            [SCRIPT.replace(":", "-"), "src/deep/util.ts:2:   return 'Main';", "src/deep/util.ts-3- }"],
        ),
    ],
)
async def test_lines_that_match_are_found(searched: Workspace, arguments: dict[str, object], found: list[str]) -> None:
    searched.write(FILES)
    result = await searched.call("search_text", **arguments)
    assert isinstance(result, ToolText)
    assert result.text.split("\n") == found
    files = dict.fromkeys(line.split(":")[0] for line in found if ": " in line)
    assert result.uris == tuple((searched.folder / name).as_uri() for name in files)


async def test_nothing_found_is_said(searched: Workspace) -> None:
    searched.write(FILES)
    assert await searched.call("search_text", pattern="nowhere") == ToolText("No matches.", uris=())


async def test_what_the_editor_has_open_is_searched_as_it_is_there(searched: Workspace) -> None:
    searched.write({"a": "saved\n", "b": "saved\n"})
    searched.open("b", "first\nunsaved\n")
    searched.open("sub/new", "unsaved")
    assert await searched.text("search_text", pattern="saved") == "a:1: saved\nb:2: unsaved\nsub/new:1: unsaved"
    assert await searched.text("search_text", pattern="unsaved", path="b") == "b:2: unsaved"
    assert await searched.text("search_text", pattern="^saved", glob="b") == "No matches."


async def test_ignored_files_stay_out(searched: Workspace) -> None:
    searched.write(
        {
            ".gitignore": "*.log\n/build\n",
            "a.log": "hit",
            "build/a": "hit",
            ".git/config": "hit",
            "sub/.gitignore": "x\n!y.log\n",
        }
        | {"sub/x": "hit", "sub/y.log": "hit", ".ignore": "shown\n", "shown": "hit"}
    )
    assert await searched.text("search_text", pattern="hit") == "shown:1: hit\nsub/y.log:1: hit"


async def test_rules_above_the_workspace_are_not_read(searched: Workspace) -> None:
    (searched.outside / ".gitignore").write_text("*\n")
    searched.write({"a": "hit"})
    assert await searched.text("search_text", pattern="hit") == "a:1: hit"


async def test_t20_nothing_is_found_through_links(searched: Workspace) -> None:
    searched.write({"a/b": "inside"})
    (searched.folder / "up").symlink_to(searched.outside)
    (searched.folder / "l").symlink_to("../secret")
    (searched.folder / "a" / "loop").symlink_to("..")
    async with asyncio.timeout(5):
        assert await searched.text("search_text", pattern=f"{SECRET}|inside") == "a/b:1: inside"
    assert (await searched.failure("search_text", pattern=SECRET, path="up")).code == "outside_workspace"


async def test_t28_a_pattern_made_to_be_slow_is_not(searched: Workspace) -> None:
    searched.write({"a": "a" * 10_000 + "b\n"})
    async with asyncio.timeout(5):
        assert await searched.text("search_text", pattern="(a+)+$") == "No matches."


@pytest.mark.parametrize("pattern", [r"(a)\1", "x" * 1_000_000, "((x{1000}){1000}){1000}", "a\nb"])
async def test_t29_what_cannot_be_searched_for_is_told(searched: Workspace, pattern: str) -> None:
    searched.write({"a": "aa"})
    assert (await searched.failure("search_text", pattern=pattern)).code == "unsupported_pattern"


async def test_t32_nothing_is_decompressed(searched: Workspace) -> None:
    searched.write({"a.gz": gzip.compress(b"needle\n" * 1000)})
    with zipfile.ZipFile(searched.folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", "needle\n" * 1000)
    assert await searched.text("search_text", pattern="needle", glob="*.gz") == "No matches."
    assert await searched.text("search_text", pattern="needle") == "No matches."


async def test_binary_files_are_passed_over_and_old_encodings_searched(searched: Workspace) -> None:
    searched.write({"binary": b"\0hit", "late": b"x\n" * 9000 + b"\0\nhit", "utf16": "hit é\r\n".encode("utf-16")})
    searched.write({"latin1": b"// \xe9 hit\n", "cr": b"one\rhit\rthree"})
    assert await searched.text("search_text", pattern="^.*hit") == (
        "cr:2: hit\nlate:9002: hit\nlatin1:1: // é hit\nutf16:1: hit é"
    )


async def test_very_large_files_are_passed_over_and_named(searched: Workspace) -> None:
    line = "a line of text\n"
    searched.write({"large.log": line * (MAX_FILE // len(line) + 1), "small": line, "sparse": "x" * 9000})
    os.truncate(searched.folder / "sparse", 1 << 40)
    searched.write({"video": b"\0" * 10})
    os.truncate(searched.folder / "video", 1 << 40)
    async with asyncio.timeout(5):
        text = await searched.text("search_text", pattern="line")
    assert text == "small:1: a line of text\n[not searched, over 8 MiB: large.log, sparse]"
    assert await searched.text("search_text", pattern="line", glob="sm*") == "small:1: a line of text"


@pytest.mark.parametrize("more", [0, 1])
async def test_more_matches_than_are_shown_are_said(searched: Workspace, more: int) -> None:
    searched.write({"a": "hit\n" * (MAX_HITS // 2), "b": "hit\n" * (MAX_HITS // 2), "c": "hit\n" * more, "d": "no\n"})
    result = await searched.call("search_text", pattern="hit")
    assert isinstance(result, ToolText)
    lines = result.text.split("\n")
    assert len([line for line in lines if line.endswith(": hit")]) == MAX_HITS
    assert (lines[-1] == "[cut: there are more matches; narrow the pattern, the path or the glob]") == bool(more)
    assert bool(result.truncated) == bool(more)


async def test_what_is_shown_is_bounded_however_long_the_lines_are(searched: Workspace) -> None:
    searched.write({"a": ("é" * 5000 + "hit" + "é" * 5000 + "\n") * 200})
    text = await searched.text("search_text", pattern="hit", context=5)
    assert len(text.encode()) <= MAX_SHOWN
    assert text.startswith("a:1: …é")
    assert text.endswith("[cut: there are more matches; narrow the pattern, the path or the glob]")


async def test_a_search_that_takes_too_long_says_so(searched: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatls.tools.reading.search.SECONDS", 0.0)
    searched.write({"a": "hit"})
    text = await searched.text("search_text", pattern="hit")
    assert text == "No matches.\n[not everything was searched: it is too much for one search, narrow the path]"


async def test_several_folders_are_searched_each_under_its_name(tmp_path: Path) -> None:
    for name in ("app", "lib"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text("hit\n")
    roots = Roots([(name, str(tmp_path / name)) for name in ("app", "lib")])
    tools = Toolset([search_text(roots, ListedEditor())])
    for arguments, found in (
        ({}, "app/a:1: hit\nlib/a:1: hit"),
        ({"path": "lib"}, "lib/a:1: hit"),
        ({"glob": "lib/*"}, "lib/a:1: hit"),
    ):
        result = await called(tools, "search_text", pattern="hit", **arguments)
        assert isinstance(result, ToolText)
        assert result.text == found
    roots.close()


async def test_a_folder_that_was_moved_is_searched_where_it_is(searched: Workspace) -> None:
    searched.write({"a": "inside"})
    searched.folder.rename(searched.outside / "moved")
    searched.folder.mkdir()
    searched.write({"a": SECRET})
    assert await searched.text("search_text", pattern=".+") == "a:1: inside"


async def test_what_ripgrep_names_is_opened_through_the_guard_only(tmp_path: Path) -> None:
    """A program in ripgrep's place names the secret, links, an ignored file and one that is not there."""
    liar = tmp_path / "liar"
    liar.write_text("#!/bin/sh\nprintf './../secret\\0./up/secret\\0./l\\0./in\\0./ignored\\0./gone\\0./a\\0'\n")
    liar.chmod(0o755)
    made = workspace(tmp_path, tools=lambda roots, editor: [search_text(roots, editor, lambda _: str(liar))])
    made.write({"a": "inside", ".gitignore": "ignored\n", "ignored": "inside"})
    (made.folder / "up").symlink_to("..")
    (made.folder / "l").symlink_to("../secret")
    (made.folder / "in").symlink_to("a")
    assert await made.text("search_text", pattern=f"{SECRET}|inside") == "a:1: inside"
    made.roots.close()


def test_a_call_is_described_by_its_pattern(searched: Workspace) -> None:
    described = [
        searched.tools.describe(ToolCall("1", "search_text", arguments))
        for arguments in ({"pattern": "a"}, {"pattern": "a", "path": "src"})
    ]
    assert described == [("search", "Search for a"), ("search", "Search for a in src")]
