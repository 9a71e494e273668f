"""From bytes to lines, in pieces: which encoding a file has, and where its lines end.

Pure, and bounded by its caller: nothing here holds more than one piece. Lines end at `\\n`, `\\r\\n` and `\\r`, as in
LSP, and nowhere else; they come out ended by `\\n`. Used by `tools/reading/view.py` and the tools.
"""

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PROBE = 8 * 1024
"""A NUL byte among the first so many bytes makes a file binary, as Git has it."""

_MARKS = (
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF8, "utf-8-sig", None),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec of Python, and how to call it for a reader where it is not UTF-8."""

    codec: str
    name: str | None


def encoding_of(head: bytes, *, whole: bool) -> Encoding | None:
    """The encoding of a file that begins with `head`, or is `head`; None if it is binary.

    UTF-32 counts as binary: no tool reads it.
    """
    if head.startswith(codecs.BOM_UTF32_LE):  # begins with the mark of UTF-16
        return None
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, name)
    if b"\0" in head[:PROBE]:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        return Encoding("latin-1", "Latin-1 (it is not valid UTF-8)")
    return Encoding("utf-8", None)


def decoded(pieces: Iterable[bytes], encoding: Encoding) -> Iterator[str]:
    """Text for bytes, piece by piece, every line end as `\\n`. What cannot be decoded becomes U+FFFD."""
    inner = codecs.getincrementaldecoder(encoding.codec)(errors="replace")
    decoder = io.IncrementalNewlineDecoder(inner, translate=True)
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def with_plain_ends(text: str) -> str:
    """The text with every line end as `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def lines_of(text: str) -> list[str]:
    """The lines of a text with plain ends; a line end at the very end begins no further line."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def window(pieces: Iterable[str], first: int, last: int, limit: int) -> str:
    """Lines `first` to `last` (1-based, inclusive) of a text with plain ends, their ends included; of more than `limit`
    characters the first ones, at least one more than `limit`. Nothing where the text ends before."""
    kept: list[str] = []
    room, line = limit, 1
    for piece in pieces:
        start, line = _start_of_line(piece, line, first)
        if start < 0:
            continue
        end, line = _start_of_line(piece, line, last + 1, start)
        part = piece[start:] if end < 0 else piece[start:end]
        kept.append(part)
        room -= len(part)
        if end >= 0 or room < 0:
            break
    return "".join(kept)


def _start_of_line(piece: str, line: int, wanted: int, position: int = 0) -> tuple[int, int]:
    """Where line `wanted` begins in a piece, -1 if it begins behind it, and the line that was come to from `line`."""
    ends = piece.count("\n", position)
    if line + ends < wanted:
        return -1, line + ends
    while line < wanted:
        position = piece.index("\n", position) + 1
        line += 1
    return position, line
