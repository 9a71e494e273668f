"""Text that grows by small pieces, without an object for each of them: ten thousand tokens are fifty kilobytes then.

Pure. Used by `chat/answer.py`.
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
