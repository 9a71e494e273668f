"""What a command writes, kept within bounds however much that is, and made into text for a model.

The beginning and the end are kept. Sequences that steer a terminal are taken out: nobody is there to be steered, and
they could hide something. Pure. Used by `tools/commands/command.py` and `tools/commands/git.py`.
"""

import re

HEAD = 10 * 1024
TAIL = 20 * 1024
"""Bytes kept of the beginning and of the end."""

# ECMA-48: control sequences (CSI), strings (DCS, OSC, SOS, PM, APC), then the rest. Of a string that does not end on
# its line only the beginning is taken out: what follows is output.
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*(?:[@-~]|\Z)"
    r"|(?:\x1b[PX^_\]]|[\x90\x98\x9d-\x9f])(?:[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c|\Z))?"
    r"|\x1b[ -/]*(?:[0-~]|\Z)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"\r+\n|\r")


class Captured:
    """The output of one command. `size` is all it wrote, in bytes."""

    def __init__(self) -> None:
        self.size = 0
        self._head = bytearray()
        self._tail = bytearray()

    def take(self, piece: bytes) -> None:
        self.size += len(piece)
        room = HEAD - len(self._head)
        self._head += piece[:room]
        self._tail += piece[room:][-TAIL:]
        del self._tail[:-TAIL]

    @property
    def cut(self) -> int:
        """Bytes left out."""
        return self.size - len(self._head) - len(self._tail)

    def text(self) -> str:
        """What is kept, with a line in between that says how much is not."""
        if not self.cut:
            return plain_text(bytes(self._head + self._tail))
        head, tail = _whole_lines(bytes(self._head), bytes(self._tail))
        left_out = self.size - len(head) - len(tail)
        return f"{plain_text(head)}\n[… {left_out:,} bytes left out …]\n{plain_text(tail)}"


def plain_text(raw: bytes) -> str:
    """Bytes as text, without what is no text; lines end with `\\n`, also those that a program wrote over."""
    text = _SEQUENCE.sub("", raw.decode("utf-8", "replace"))
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


def _whole_lines(head: bytes, tail: bytes) -> tuple[bytes, bytes]:
    """Cut at the ends of lines, where lines are short; else between two characters."""
    last, first = head.rfind(b"\n"), tail.find(b"\n")
    head = head[: last + 1] if last > HEAD // 2 else head.decode("utf-8", "ignore").encode()
    return head.rstrip(b"\n"), tail[first + 1 :] if 0 <= first < TAIL // 2 else tail.lstrip(bytes(range(0x80, 0xC0)))
