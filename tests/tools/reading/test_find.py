import asyncio

import pytest

from chatls.chat.events import ToolText
from chatls.tools.reading.find import MAX_LINES
from tests.support.workspaces import Workspace

FILES = ["src/app.py", "src/deep/util.ts", "src/deep/App.tsx", "README.md", "app.txt"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"pattern": "**/*.py"}, ["src/app.py"]),
        ({"pattern": "*.{ts,tsx}"}, ["src/deep/App.tsx", "src/deep/util.ts"]),
        ({"pattern": "src/*"}, ["src/app.py"]),
        ({"pattern": "app"}, ["app.txt", "src/app.py", "src/deep/App.tsx"]),
        ({"pattern": "APP.*"}, ["app.txt", "src/app.py", "src/deep/App.tsx"]),
        ({"pattern": "deep/u"}, ["src/deep/util.ts"]),
        ({"pattern": "*.py", "path": "src"}, ["src/app.py"]),
        ({"pattern": "deep/*", "path": "src"}, ["src/deep/App.tsx", "src/deep/util.ts"]),
        ({"pattern": "src/deep/*", "path": "src"}, ["src/deep/App.tsx", "src/deep/util.ts"]),
        ({"pattern": "app", "path": "src/app.py"}, ["src/app.py"]),
    ],
)
async def test_files_are_found(guarded: Workspace, arguments: dict[str, str], found: list[str]) -> None:
    guarded.write(dict.fromkeys(FILES, ""))
    result = await guarded.call("find_files", **arguments)
    assert isinstance(result, ToolText)
    assert result.text.split("\n") == found
    assert result.uris == tuple((guarded.folder / name).as_uri() for name in found)


async def test_nothing_found_is_said(ws: Workspace) -> None:
    assert await ws.call("find_files", pattern="*.py") == ToolText("No files found.", uris=())


async def test_a_link_counts_if_it_leads_to_a_file_inside(guarded: Workspace) -> None:
    guarded.write({"a/agents.md": ""})
    for name, target in (("claude.md", "a/agents.md"), ("out.md", "../secret"), ("folder.md", "a"), ("gone.md", "no")):
        (guarded.folder / name).symlink_to(target)
    assert await guarded.text("find_files", pattern="*.md") == "a/agents.md\nclaude.md"


async def test_many_files_are_cut_with_the_number_left_out(ws: Workspace) -> None:
    ws.write({f"{number:05}.py": "" for number in range(MAX_LINES + 7)})
    result = await ws.call("find_files", pattern="*.py")
    assert isinstance(result, ToolText)
    assert result.text.split("\n")[-1] == "[7 more are not shown: narrow the pattern or the path]"
    assert result.truncated


@pytest.mark.parametrize("pattern", ["**/**/**/**/*", "{a,b}" * 20, "{a,{b," * 20, "*a" * 100, "[" * 500, "{" * 500])
async def test_t30_no_pattern_takes_long(ws: Workspace, pattern: str) -> None:
    ws.write({f"{folder}/{'a' * 100}{number}": "" for folder in "ab" for number in range(100)})
    async with asyncio.timeout(5):
        assert await ws.text("find_files", pattern=pattern)


async def test_t30_a_search_that_takes_too_long_ends_and_says_so(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatls.tools.reading.find.SECONDS", 0.0)
    ws.write({"a": ""})
    text = await ws.text("find_files", pattern="a")
    assert text == "No files found.\n[not the whole workspace was looked at: it is too large, narrow the path]"
