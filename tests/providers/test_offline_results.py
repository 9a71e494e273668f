"""The tools' results, read back: made by the real tools, so that a change of their form is seen here."""

from pathlib import Path

from chatls.chat.events import ToolFailure, ToolText
from chatls.providers.offline_results import Definition, Hit, Result, definitions, hits, numbered, paths
from tests.support.offline_chat import all_tools
from tests.support.workspaces import Workspace, workspace

SOURCE = "LIMIT = 3\n\n\nclass Turn:\n    def run(self): return LIMIT | 4\n"


async def result(ws: Workspace, tool: str, **arguments: object) -> Result:
    """A tool's result as it stands in the conversation (`chat/tool_calls.py`)."""
    outcome = await ws.call(tool, **arguments)
    if isinstance(outcome, ToolFailure):
        return Result(f"Error ({outcome.code}): {outcome.message}")
    assert isinstance(outcome, ToolText)
    return Result(outcome.text)


def harbor(folder: Path) -> Workspace:
    made = workspace(folder, tools=all_tools)
    made.write({"src/a.py": SOURCE, "b: c.py": "turn = 1\n"})
    return made


async def test_definitions_are_read_back(tmp_path: Path) -> None:
    found = definitions(await result(harbor(tmp_path), "find_symbol", name="Turn.run"))
    assert found == [Definition("src/a.py", 5, "method", "Turn.run", "def run(self):")]


async def test_no_definition_and_another_case_are_told_apart(tmp_path: Path) -> None:
    ws = harbor(tmp_path)
    none = await result(ws, "find_symbol", name="nowhere")
    assert definitions(none) == []
    assert none.notes[0].startswith("source files looked at: 2;")
    other = await result(ws, "find_symbol", name="TURN")
    assert len(definitions(other)) == 2
    assert other.notes[0].startswith("nothing is spelled exactly TURN")


async def test_lines_with_a_text_are_read_back(tmp_path: Path) -> None:
    ws = harbor(tmp_path)
    found = hits(await result(ws, "search_text", pattern="LIMIT"))
    assert found == [Hit("src/a.py", 1, "LIMIT = 3"), Hit("src/a.py", 5, "    def run(self): return LIMIT | 4")]
    assert hits(await result(ws, "search_text", pattern="nowhere")) == []


async def test_numbered_lines_are_read_back_without_the_notes(tmp_path: Path) -> None:
    ws = harbor(tmp_path)
    ws.open("src/a.py", "[1]\n\tx\n[2]\n")
    read = await result(ws, "read_file", path="src/a.py", line_count=2)
    assert numbered(read) == [(1, "[1]"), (2, "\tx")]
    assert [note.partition(" ")[0] for note in read.notes] == ["as", "lines"]


async def test_files_are_read_back(tmp_path: Path) -> None:
    ws = harbor(tmp_path)
    assert paths(await result(ws, "find_files", pattern="*.py")) == ["b: c.py", "src/a.py"]
    assert paths(await result(ws, "find_files", pattern="nowhere")) == []


async def test_a_failure_is_told_by_its_code_and_its_words(tmp_path: Path) -> None:
    failed = await result(harbor(tmp_path), "read_file", path="nowhere")
    assert failed.failure == "not_found"
    assert failed.message.startswith("nowhere does not exist")
    assert (failed.lines, failed.notes) == ([], [])
    assert Result("Error: something").failure is None
