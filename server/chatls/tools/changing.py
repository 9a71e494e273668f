"""The workspace tools that change files, together. Called by `rooms.py`."""

from chatls.tools.base import AnyTool
from chatls.tools.changes import Changes
from chatls.tools.delete import delete_file
from chatls.tools.edit import edit_file
from chatls.tools.gate import Gate
from chatls.tools.move import move_file


def changing_tools(changes: Changes, gate: Gate) -> list[AnyTool]:
    """The tools, in the order in which models are told of them."""
    return [edit_file(changes, gate), delete_file(changes, gate), move_file(changes, gate)]
