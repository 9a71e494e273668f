"""The parts of a source by their lines."""

from chatls.chat.workspace import LineRange
from chatls.tools.reading.view import View
from chatls.tools.symbols.line_ranges import line_ranges
from chatls.tools.work import Deadline
from tests.support.workspaces import Workspace

SOURCE = """import os

LIMIT = 3


class Box:
    size = 1

    def open(self):
        return 1

    def close(self):
        return 2


def run():
    pass
"""


def ranges(ws: Workspace, path: str, deadline: Deadline | None = None) -> list[LineRange]:
    return line_ranges(View(ws.roots, ws.editor), path, deadline or Deadline(10))


def test_a_definition_ends_before_the_next_that_is_no_part_of_it(ws: Workspace) -> None:
    ws.write({"a.py": SOURCE})
    assert ranges(ws, "a.py") == [
        LineRange(6, 13, "class Box"),
        LineRange(9, 10, "method Box.open"),
        LineRange(12, 13, "method Box.close"),
        LineRange(16, 17, "function run"),
    ]


def test_unsaved_text_counts(ws: Workspace) -> None:
    ws.write({"a.py": SOURCE})
    ws.open("a.py", "\n\ndef new(): ...")
    assert ranges(ws, "a.py") == [LineRange(3, 3, "function new")]


def test_a_file_of_no_known_language_has_none(ws: Workspace) -> None:
    ws.write({"a.txt": SOURCE})
    assert ranges(ws, "a.txt") == []


def test_a_file_that_takes_too_long_has_none(ws: Workspace) -> None:
    ws.write({"a.py": SOURCE * 5000})
    over = Deadline(0)
    assert ranges(ws, "a.py", over) == []
