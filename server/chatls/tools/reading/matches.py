"""The lines of a text that a pattern matches, as `search_text` shows them."""

from collections.abc import Iterator
from dataclasses import dataclass

from chatls.tools.output import shortened
from chatls.tools.patterns import Pattern
from chatls.tools.work import Deadline

MAX_LINE = 300
"""Bytes shown of a line that matches, characters of one beside it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that matches: its number from 1, and where it and the match in it begin and end, in bytes."""

    number: int
    line: tuple[int, int]
    match: tuple[int, int]


def hits(text: bytes, pattern: Pattern, deadline: Deadline) -> Iterator[Hit]:
    """Every line of a text (UTF-8, lines ended by `\\n`) that the pattern matches by itself.

    The whole text is searched at once, and what a match touches looked at line by line: no line before the first
    byte of the next match in the whole text can match alone.
    """
    position, number, counted = 0, 1, 0
    while position < len(text) and not deadline.passed and (found := pattern.search(text, position)):
        begin, end = _line_around(text, found.start())
        if begin >= len(text):
            return
        if alone := pattern.search(text[begin:end]):
            number += text.count(b"\n", counted, begin)
            counted = begin
            yield Hit(number, (begin, end), (begin + alone.start(), begin + alone.end()))
        position = end + 1


def shown(name: str, text: bytes, found: list[Hit], context: int) -> Iterator[str]:
    """The hits of one file as lines of a result, each with `context` lines before and after it."""
    matching = {hit.number: hit for hit in found}
    lines = _with_context(text, found, context)
    for number in sorted(lines):
        hit = matching.get(number)
        raw = text[slice(*lines[number])]
        if hit is None:
            yield f"{name}-{number}- {shortened(_decoded(raw), MAX_LINE)}"
        else:
            yield f"{name}:{number}: {_around(text, hit)}"


def _with_context(text: bytes, found: list[Hit], context: int) -> dict[int, tuple[int, int]]:
    lines = {hit.number: hit.line for hit in found}
    for hit in found:
        begin, end = hit.line
        for number in range(hit.number - 1, max(0, hit.number - 1 - context), -1):
            begin, _ = lines[number] = _line_around(text, begin - 1)
        for number in range(hit.number + 1, hit.number + 1 + context):
            if end + 1 >= len(text):
                break
            _, end = lines[number] = _line_around(text, end + 1)
    return lines


def _line_around(text: bytes, position: int) -> tuple[int, int]:
    """Begin and end of the line that a byte lies in, or that it ends."""
    end = text.find(b"\n", position)
    return text.rfind(b"\n", 0, position) + 1, len(text) if end < 0 else end


def _around(text: bytes, hit: Hit) -> str:
    """The line of a hit; of a long one, the part around the match."""
    begin, end = hit.line
    if end - begin <= MAX_LINE:
        return _decoded(text[begin:end])
    from_byte = max(begin, min(hit.match[0] - MAX_LINE // 3, end - MAX_LINE))
    to_byte = min(end, from_byte + MAX_LINE)
    part = text[from_byte:to_byte].decode("utf-8", "ignore")
    return ("…" if from_byte > begin else "") + part + ("…" if to_byte < end else "")


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
