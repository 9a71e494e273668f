"""The search of find_symbol: what it finds in which files, and where it ends."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.tools.symbols import process as symbols_process
from chatls.tools.symbols import search as symbols_search
from chatls.tools.symbols import tools as symbols
from chatls.tools.symbols.tools import symbol_tools
from tests.support.workspaces import SECRET, Workspace, workspace

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


async def test_a_definition_is_told_with_its_place_kind_and_line(known: Workspace) -> None:
    known.write({"chat/queues.py": QUEUES})
    assert await known.text("find_symbol", name="Buffer") == "chat/queues.py:1: class Buffer | class Buffer:"


async def test_a_qualified_name_leaves_out_its_namesakes(known: Workspace) -> None:
    known.write({"chat/queues.py": QUEUES})
    both = "chat/queues.py:4: method Buffer.put | def put(self, item: str) -> None:\n"
    assert await known.text("find_symbol", name="put") == both + "chat/queues.py:8: function put | def put(item):"
    assert await known.text("find_symbol", name="Buffer.put") == both.strip()


async def test_definitions_in_all_languages_are_found_at_once(known: Workspace) -> None:
    sources = {
        "a.py": "def start(): ...",
        "b.ts": "const start = () => 1;",
        "c.jsx": "function start() { return <b/>; }",
        "d.go": "package d\nfunc (s *Server) start() {}",
        "e.rs": "impl Server { fn start(&self) {} }",
        "f.lua": "function M.start() end",
        "g.c": "int start(void) { return 0; }",
        "h.h": "int start(void);",
    }
    known.write(sources)
    found = (await known.text("find_symbol", name="start")).splitlines()
    assert [line.partition(" |")[0] for line in found] == [
        "a.py:1: function start",
        "b.ts:1: function start",
        "c.jsx:1: function start",
        "d.go:2: method Server.start",
        "e.rs:1: method Server::start",
        "f.lua:1: function M.start",
        "g.c:1: function start",
        "h.h:1: prototype start",
    ]


async def test_a_document_that_was_never_saved_is_looked_at_unless_it_is_ignored(known: Workspace) -> None:
    known.write({".gitignore": "build/\n", "sub/a.py": ""})
    known.open("sub/new.py", "def fresh(): ...")
    known.open("build/new.py", "def fresh(): ...")
    assert await known.text("find_symbol", name="fresh") == "sub/new.py:1: function fresh | def fresh():"
    assert await known.text("find_symbol", name="fresh", path="sub/a.py") == (
        "No definition of fresh found.\n"
        "[source files looked at: 1; known are Python, TypeScript, JavaScript, Go, Rust, Lua and C]"
    )


async def test_another_case_counts_only_where_nothing_is_spelled_so(known: Workspace) -> None:
    known.write({"a.py": "class Buffer: ...\nbuffer = Buffer()"})
    assert await known.text("find_symbol", name="buffer") == "a.py:2: variable buffer | buffer = Buffer()"
    shouted = await known.text("find_symbol", name="BUFFER")
    assert shouted.splitlines() == [
        "a.py:1: class Buffer | class Buffer:",
        "a.py:2: variable buffer | buffer = Buffer()",
        "[nothing is spelled exactly BUFFER; these differ in upper and lower case]",
    ]


async def test_what_is_implemented_for_a_type_is_no_definition_of_it(known: Workspace) -> None:
    known.write({"a.rs": "struct Curve;\nimpl Curve { fn new() {} }\nimpl Debug for Curve {}\n"})
    assert await known.text("find_symbol", name="Curve") == "a.rs:1: struct Curve | struct Curve;"
    assert "impl" not in await known.text("find_symbol", name="Curve::new")


async def test_what_is_nowhere_defined_is_said_to_be_so(known: Workspace) -> None:
    known.write({"a.py": "call(missing)", "b.md": "# missing"})
    text = await known.text("find_symbol", name="missing")
    assert text.splitlines()[0] == "No definition of missing found."
    assert "source files looked at: 1;" in text


async def test_a_path_narrows_the_search_to_a_folder_or_a_file(known: Workspace) -> None:
    known.write({"one/a.py": "def run(): ...", "two/a.py": "def run(): ...", "two/b.py": "def run(): ..."})
    assert (await known.text("find_symbol", name="run", path="two")).count("\n") == 1
    assert await known.text("find_symbol", name="run", path="two/b.py") == "two/b.py:1: function run | def run():"
    assert (await known.failure("find_symbol", name="run", path="three")).code == "not_found"


async def test_prototypes_and_values_come_behind_what_is_defined(known: Workspace) -> None:
    known.write({"a.h": "int size(void);", "b.py": "class A:\n    size = 1", "c.c": "int size(void) { return 1; }"})
    kinds = [line.split()[1] for line in (await known.text("find_symbol", name="size")).splitlines()]
    assert kinds == ["function", "field", "prototype"]


async def test_ignored_files_links_and_what_lies_outside_are_left_alone(known: Workspace) -> None:
    known.write({".gitignore": "build/\n", "build/a.py": "def run(): ...", "a.py": "def walk(): ..."})
    (known.outside / "secret.py").write_text(f"def run(): return '{SECRET}'")
    (known.folder / "link.py").symlink_to(known.outside / "secret.py")
    assert (await known.text("find_symbol", name="run")).startswith("No definition of run found.")
    assert (await known.failure("outline_file", path="link.py")).code == "outside_workspace"
    assert (await known.failure("outline_file", path="../secret.py")).code == "outside_workspace"


async def test_files_that_are_too_large_or_no_text_are_left_out_and_counted(known: Workspace) -> None:
    known.write(
        {"a.py": b"def run(): ...\n\0", "b.py": "def run(): ...\n" + "#" * symbols_search.MAX_FILE, "c.py": "run = 1"}
    )
    assert (await known.text("find_symbol", name="run")).splitlines() == [
        "c.py:1: variable run | run = 1",
        "[left out as too large, not text or too slow to parse: 2]",
    ]


async def test_a_search_ends_after_so_many_files_and_says_so(known: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbols_search, "MAX_FILES", 3)
    known.write({f"{number}.py": f"def run{number}(): ..." for number in range(5)})
    assert "stopped early, source files looked at: 3" in await known.text("find_symbol", name="run4")
    assert "stopped early" in await known.text("find_symbol", name="run1")


async def test_a_search_ends_when_its_time_is_up_and_says_so(known: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbols, "SECONDS", 0.0)
    known.write({"a.py": "def run(): ..."})
    assert "stopped early" in await known.text("find_symbol", name="run")


async def test_a_file_that_takes_too_long_costs_the_search_only_itself(
    known: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symbols_process, "FILE_SECONDS", 0.5)
    known.write({"a.lua": "run = [[" * 100_000, "b.lua": "function run() end"})
    text = await known.text("find_symbol", name="run")
    assert text.splitlines() == [
        "b.lua:1: function run | function run() end",
        "[left out as too large, not text or too slow to parse: 1]",
    ]


async def test_more_definitions_than_fit_are_counted(known: Workspace) -> None:
    known.write({"a.py": "def run(): ...\n" * (symbols_search.MAX_HITS + 7)})
    text = await known.text("find_symbol", name="run")
    assert text.count("function run") == symbols_search.MAX_HITS
    assert text.endswith("[7 more are not shown: narrow the path]")


async def test_a_folder_that_goes_away_is_no_failure_of_the_search(known: Workspace) -> None:
    known.write({"a.py": "def run(): ..."})
    shutil.rmtree(known.folder)
    assert "No definition of run found." in await known.text("find_symbol", name="run")
