"""The lines of a tool's result, as many as a model is shown."""

from chatls.tools.base import MAX_SHOWN

ROOM = MAX_SHOWN - 1024
"""Bytes for lines; the rest is for what is said about them."""


class Lines:
    """Collects lines until there is no room. `full` once one did not fit, or the most allowed are in."""

    def __init__(self, most: int) -> None:
        self.full = False
        self._most = most
        self._room = ROOM
        self._lines: list[str] = []

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: str) -> bool:
        """Take one more line; False where it found no room."""
        size = len(line.encode("utf-8", "replace")) + 1
        if self.full or size > self._room or len(self._lines) >= self._most:
            self.full = True
            return False
        self._room -= size
        self._lines.append(line)
        return True

    def text(self, *notes: str) -> str:
        """All lines, and below them what is to be said, each in brackets."""
        return "\n".join([*self._lines, *(f"[{note}]" for note in notes)])


def shortened(text: str, most: int) -> str:
    """The text, cut with an ellipsis to `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
