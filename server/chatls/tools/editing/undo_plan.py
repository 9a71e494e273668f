"""In which order files are put back, and which of them cannot be: what was moved is moved back where that is possible,
and the last copy of what is not kept is never taken away.

Pure. Asked by `tools/editing/undo.py` when it has looked at all files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatls.chat.undo import FileHistory
from chatls.tools.editing.states import State
from chatls.tools.editing.targets import Target


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a turn changed, and how it is now."""

    history: FileHistory
    target: Target
    now: State

    @property
    def is_undone(self) -> bool:
        """Whether nothing is left to do; also on the disk, where the editor has a text of a file that was deleted."""
        lost = self.history.removed and self.history.before is not None and self.target.status is None
        return self.now.digest == self.history.before and not lost


@dataclass(frozen=True, slots=True)
class Move:
    """Move a file to where another was."""

    file: Found
    to: Found


@dataclass(frozen=True, slots=True)
class Put:
    """Give a file this content; None: take it away."""

    file: Found
    content: bytes | None


Step = Move | Put


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, in this order, and the files that stay since what they held is not known."""

    steps: Sequence[Step]
    kept: Sequence[Found]


def plan_of(files: Sequence[Found], contents: Mapping[str, bytes]) -> Plan:
    """How to put these files back. `contents` has what is known of what they held, by its digest."""
    todo = [file for file in files if not file.is_undone]
    surplus = [file for file in todo if file.history.before is None]
    moves: list[Move] = []
    puts: list[Put] = []
    kept: list[Found] = []
    for file in todo:
        if file.history.before is None:
            continue
        content = contents.get(file.history.before)
        same = next((other for other in surplus if other.now.digest == file.history.before), None)
        if same is not None and (content is None or file.now.digest is None):
            surplus.remove(same)
            moves.append(Move(same, file))
        elif content is not None:
            puts.append(Put(file, content))
        else:
            kept.append(file)
    in_the_way = [Put(move.to, None) for move in moves if move.to.now.digest is not None]
    return Plan([*in_the_way, *moves, *puts, *(Put(file, None) for file in surplus)], kept)
