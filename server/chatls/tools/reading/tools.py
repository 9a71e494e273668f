"""The workspace tools that read, together. Called by `rooms.py`."""

from chatls.chat.ports import Editor
from chatls.tools.approval.gate import Gate
from chatls.tools.base import AnyTool
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.find import find_files
from chatls.tools.reading.listing import list_directory
from chatls.tools.reading.read import read_file
from chatls.tools.reading.search import search_text


def reading_tools(roots: Roots, editor: Editor, gate: Gate | None = None) -> list[AnyTool]:
    """The tools over these folders, in the order in which models are told of them. The gate is asked before what is
    ignored is read."""
    return [
        read_file(roots, editor, gate),
        list_directory(roots, editor),
        find_files(roots, editor),
        search_text(roots, editor),
    ]
