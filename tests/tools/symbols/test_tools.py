"""The tools find_symbol and outline_file, called as a model calls them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.tools.symbols import process as symbols_process
from chatls.tools.symbols import tools as symbols
from chatls.tools.symbols.tools import symbol_tools
from tests.support.workspaces import Workspace, workspace

QUEUES = """\
class Buffer:
    limit = 3

    def put(self, item: str) -> None:
        self.items.append(item)


def put(item): ...
"""


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with the tools that know definitions."""
    made = workspace(tmp_path, tools=symbol_tools)
    yield made
    made.roots.close()


async def test_what_is_open_in_the_editor_wins_and_unsaved_files_count(known: Workspace) -> None:
    known.write({"a.py": "def old(): ..."})
    known.open("a.py", "\n\ndef new(): ...")
    assert await known.text("find_symbol", name="new") == "a.py:3: function new | def new():"
    assert "No definition of old found." in await known.text("find_symbol", name="old")
    assert await known.text("outline_file", path="a.py") == "3: function new"


@pytest.mark.parametrize("name", ["", "()", "::"])
async def test_a_name_that_is_none_is_refused_with_an_example(known: Workspace, name: str) -> None:
    failure = await known.failure("find_symbol", name=name)
    assert failure.code == "invalid_arguments"
    assert "Session.run" in failure.message


async def test_an_outline_is_nested_as_the_file_is(known: Workspace) -> None:
    known.write({"chat/queues.py": QUEUES, "m.lua": "local M = {}\nfunction M.open() end"})
    assert (await known.text("outline_file", path="chat/queues.py")).splitlines() == [
        "1: class Buffer",
        "2:   field limit",
        "4:   method put",
        "8: function put",
    ]
    assert await known.text("outline_file", path="m.lua") == "1: variable M\n2: function M.open"


async def test_an_outline_says_what_it_cannot_do(known: Workspace) -> None:
    known.write({"a.md": "# title", "empty.py": "", "sub/a.py": ""})
    assert (await known.failure("outline_file", path="a.md")).code == "unsupported_language"
    assert (await known.failure("outline_file", path="b.py")).code == "not_found"
    assert (await known.failure("outline_file", path="sub")).code == "unsupported_language"
    assert await known.text("outline_file", path="empty.py") == "empty.py defines nothing."


async def test_a_file_that_cannot_be_parsed_in_time_has_no_outline(
    known: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symbols_process, "FILE_SECONDS", 0.3)
    known.write({"a.lua": "x = [[" * 100_000})
    assert (await known.failure("outline_file", path="a.lua")).code == "timeout"


async def test_an_outline_shows_as_much_as_a_result_holds(known: Workspace) -> None:
    known.write({"a.py": "".join(f"def run{number}(): ...\n" for number in range(symbols.MAX_LINES + 5))})
    text = await known.text("outline_file", path="a.py")
    assert text.endswith("more are not shown]")


async def test_titles_say_what_is_looked_for(known: Workspace) -> None:
    specs = {spec.name: spec.kind for spec in known.tools.specs()}
    assert specs == {"find_symbol": "search", "outline_file": "read"}
