"""A process that changes files in a turn, or undoes one, until it is killed at a moment that the test chooses.

`python -m tests.support.killed_edit STATE FOLDER edit|undo NUMBER`: killed right before the change of the disk with
this number, counted from 0. `tests/faults/test_undo_killed.py` looks at what is left.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from chatls.chat.events import ToolCall, ToolText
from chatls.chat.sessions import Asked, NewTurn, Session
from chatls.store.conversations import Conversations
from chatls.tools.approval.gate import Gate
from chatls.tools.editing.changes import Changes
from chatls.tools.editing.tools import changing_tools
from chatls.tools.editing.undo import TurnUndo
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.toolset import Toolset
from tests.support.acting_editor import ActingEditor
from tests.support.changing import YES, edit
from tests.support.grants import MemoryGrants
from tests.support.workspaces import quiet_run

WS = ("file:///ws",)
SESSION = "s1"
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("edit_file", {"path": "a.py", "edits": edit("1", "2")}),
    ("delete_file", {"path": "b.py"}),
    ("move_file", {"source": "c.py", "target": "deep/c.py"}),
    ("edit_file", {"path": "new/d.py", "content": "d\n"}),
)


class Fatal(Roots):
    """Kills its process before the change with the number `fatal`."""

    def __init__(self, folder: Path, fatal: int) -> None:
        super().__init__([("ws", os.fspath(folder))])
        self._left = fatal

    def write(self, *arguments: Any, **options: Any) -> None:
        self._live_on()
        super().write(*arguments, **options)

    def remove(self, path: WorkspacePath, expect: os.stat_result) -> None:
        self._live_on()
        super().remove(path, expect)

    def move(self, old: WorkspacePath, new: WorkspacePath) -> None:
        self._live_on()
        super().move(old, new)

    def _live_on(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


async def change(kept: Conversations, roots: Roots) -> None:
    """A turn that makes all these calls."""
    editor = ActingEditor(reply=YES)
    gate = Gate(editor, MemoryGrants(), lambda: WS, print)
    tools = Toolset(changing_tools(Changes(roots, editor, editor, kept), gate))
    turn = NewTurn(Asked({"content": "Go"}, "Go"), "chat")
    running = await kept.begin(Session(WS, SESSION), turn)
    for name, arguments in CALLS:
        outcome = await tools.run(ToolCall("c", name, arguments), quiet_run(SESSION, turn.turn_id))
        assert isinstance(outcome, ToolText), outcome
    running.release()


async def undo(kept: Conversations, roots: Roots) -> int:
    """Undo the session's only turn; how many files that were."""
    session = await kept.find(WS, SESSION)
    ((turn,), _) = await kept.turns(session, None, 1)
    editor = ActingEditor()
    async with kept.held(session):
        changes = await kept.changes(session, turn.turn_id)
        undoing = TurnUndo(roots, editor, editor, kept)
        return len((await undoing.undo(changes, lambda digest: kept.content(session, digest))).files)


async def main(state: Path, folder: Path, what: str, fatal: int) -> None:
    kept = Conversations(state, print)
    await (change if what == "edit" else undo)(kept, Fatal(folder, fatal))
    kept.close(5)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
