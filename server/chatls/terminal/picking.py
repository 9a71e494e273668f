"""Which parts of a change the user takes: one after the other, back and forth, and all of them once more at the end.

Pure state; `choosing.py` has its keys and `panel.py` draws it.
"""

from collections.abc import Sequence

from chatls.terminal.approval import Part


class Picking:
    """The parts of one change. `verdicts` has for each whether it is taken, None while that is not known."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.verdicts: list[bool | None] = [None] * len(parts)
        self.index = 0
        """The part that is looked at; beyond the last one all are looked at together."""

    @property
    def is_complete(self) -> bool:
        """Whether all that is left is to confirm."""
        return self.index == len(self.parts)

    @property
    def taken(self) -> tuple[str, ...]:
        """The ids of the parts that are taken."""
        return tuple(part.id for part, verdict in zip(self.parts, self.verdicts, strict=True) if verdict)

    def judge(self, *, takes: bool) -> None:
        """Take the part that is looked at, or leave it out, and look at the next."""
        if not self.is_complete:
            self.verdicts[self.index] = takes
            self.index += 1

    def go_back(self) -> None:
        self.index = max(self.index - 1, 0)

    def go_on(self) -> None:
        """Look at the next part, if this one was judged."""
        if not self.is_complete and self.verdicts[self.index] is not None:
            self.index += 1
