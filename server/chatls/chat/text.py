"""Text of models and tools: made whole, cut to a size, and grown by small pieces without an object for each of them.

Pure. Used by `chat/answer.py`, `chat/delegation.py` and `tools/toolset.py`.
"""

JOINED = 256
"""So many pieces become one."""


class GrowingText:
    """Append pieces; `str()` is all of it."""

    __slots__ = ("_joined", "_pieces")

    def __init__(self) -> None:
        self._joined: list[str] = []
        self._pieces: list[str] = []

    def append(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
        if len(self._pieces) >= JOINED:
            self._joined.append("".join(self._pieces))
            self._pieces.clear()

    def __bool__(self) -> bool:
        return any(self._joined) or bool(self._pieces)

    def __str__(self) -> str:
        self._joined = ["".join((*self._joined, *self._pieces))]
        self._pieces.clear()
        return self._joined[0]


def clean(text: str) -> str:
    """The text with lone surrogates, which no encoding can carry, as U+FFFD."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def shortened(text: str, limit: int) -> str:
    """The text, if it is clean and has no more bytes of UTF-8 than that; else its beginning, and a note."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    note = f"\n[cut: {limit:,} of {len(raw):,} bytes shown]"
    return raw[: limit - len(note)].decode("utf-8", "ignore") + note


def one_line(text: str, limit: int) -> str:
    """The text, clean and on one line of at most so many characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
