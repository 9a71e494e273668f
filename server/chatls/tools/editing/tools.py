"""The workspace tools that change files, together. Called by `rooms.py`."""

from chatls.tools.approval.gate import Gate
from chatls.tools.base import AnyTool
from chatls.tools.editing.changes import Changes
from chatls.tools.editing.delete import delete_file
from chatls.tools.editing.edit import edit_file
from chatls.tools.editing.move import move_file


def changing_tools(changes: Changes, gate: Gate) -> list[AnyTool]:
    """The tools, in the order in which models are told of them."""
    return [edit_file(changes, gate), delete_file(changes, gate), move_file(changes, gate)]
