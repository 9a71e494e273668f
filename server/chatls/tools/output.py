"""The lines of a tool's result, as many as a model is shown."""

from chatls.tools.base import MAX_SHOWN

ROOM = MAX_SHOWN - 1024
"""Bytes for lines; the rest is for what is said about them."""


class Lines:
    """Collects lines until there is no room, or `most` are in. `full` once one was refused."""

    def __init__(self, most: int = ROOM) -> None:
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

    def add_part(self, line: str) -> None:
        """Take the beginning of a line that no result has room for."""
        part = line.encode("utf-8", "replace")[: self._room - len("…".encode()) - 1].decode("utf-8", "ignore")
        self._lines.append(part + "…")
        self._room = 0

    def text(self, *notes: str) -> str:
        """All lines, and below them what is to be said, each in brackets."""
        return "\n".join([*self._lines, *(f"[{note}]" for note in notes)])


def shortened(text: str, most: int) -> str:
    """The text, cut with an ellipsis to `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
