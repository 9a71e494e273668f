"""Which lines a change replaces, and how that is written: unified diffs (as GNU diffutils documents them).

Pure. Where a text changes is known before, so nothing is searched for in all of it and the cost is linear; only
inside what changes are lines compared, and only so many. Used by `tools/editing/plan.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chatls.chat.ports import TextChange
from chatls.tools.editing.plain import applied

CONTEXT = 3
"""Lines shown before and after a change."""
MAX_COMPARED = 40_000
"""Pairs of lines compared for one call (some 10 ms); beyond that, lines are replaced as a whole."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are replaced by others, each with its line end. `line` is the number of the first, from 0, and
    `start` its offset in the text."""

    line: int
    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def after(self) -> int:
        """The number of the line behind it."""
        return self.line + len(self.old)

    @property
    def end(self) -> int:
        return self.start + sum(map(len, self.old))

    @property
    def change(self) -> TextChange:
        """The same without what is equal at its beginning and its end."""
        old, new = "".join(self.old), "".join(self.new)
        head = _common(old, new)
        tail = _common(old[head:][::-1], new[head:][::-1])
        return TextChange(self.start + head, self.start + len(old) - tail, new[head : len(new) - tail])


def blocks(text: str, changes: Sequence[TextChange]) -> list[Block]:
    """The lines that these changes (sorted, not overlapping) replace; those that stay inside a change are left out as
    far as `MAX_COMPARED` allows."""
    found: list[Block] = []
    room = MAX_COMPARED
    for block in _touched(text, changes):
        trimmed = _trimmed(block)
        room -= len(trimmed.old) * len(trimmed.new)
        found += _split(trimmed) if room >= 0 else [trimmed]
    return [block for block in found if block.old != block.new]


def grouped(found: Sequence[Block]) -> list[tuple[Block, ...]]:
    """The blocks of each hunk: those whose context would touch are in one."""
    groups: list[list[Block]] = [[block] for block in found[:1]]
    for block, following in pairwise(found):
        if following.line - block.after > 2 * CONTEXT:
            groups.append([])
        groups[-1].append(following)
    return [tuple(group) for group in groups]


def hunk(text: str, group: Sequence[Block], shift: int) -> str:
    """A hunk from its `@@` on. `shift` is by how many lines the hunks before it made the text longer."""
    start, above = _upwards(text, group[0].start)
    shown: list[str] = []
    at = start
    for block in group:
        shown += [f" {line}" for line in split(text[at : block.start])]
        shown += [*(f"-{line}" for line in block.old), *(f"+{line}" for line in block.new)]
        at = block.end
    shown += [f" {line}" for line in split(text[at : _downwards(text, at)])]
    first = group[0].line - above
    old = sum(line[0] != "+" for line in shown)
    new = sum(line[0] != "-" for line in shown)
    body = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in shown)
    return f"@@ -{_range(first, old)} +{_range(first + shift, new)} @@\n{body}"


def growth(group: Sequence[Block]) -> tuple[int, int]:
    """Lines added and lines removed."""
    return sum(len(block.new) for block in group), sum(len(block.old) for block in group)


def split(text: str) -> list[str]:
    """The lines of a text with plain ends, each with its end."""
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _touched(text: str, changes: Sequence[TextChange]) -> Iterator[Block]:
    """The whole lines that changes touch; changes of the same line together."""
    line = seen = 0
    for together in _sharing_lines(text, changes):
        start = text.rfind("\n", 0, together[0].start) + 1
        after = text.find("\n", together[-1].end)
        end = len(text) if after < 0 else after + 1
        line += text.count("\n", seen, start)
        seen = start
        inside = [TextChange(change.start - start, change.end - start, change.text) for change in together]
        old = text[start:end]
        yield Block(line, start, tuple(split(old)), tuple(split(applied(old, inside))))


def _sharing_lines(text: str, changes: Sequence[TextChange]) -> list[list[TextChange]]:
    groups = [[change] for change in changes[:1]]
    for change, following in pairwise(changes):
        if text.find("\n", change.end, following.start) >= 0:
            groups.append([])
        groups[-1].append(following)
    return groups


def _trimmed(block: Block) -> Block:
    """Without the lines that are equal at its beginning and its end."""
    head = _common(block.old, block.new)
    tail = _common(block.old[head:][::-1], block.new[head:][::-1])
    start = block.start + sum(map(len, block.old[:head]))
    old, new = block.old[head : len(block.old) - tail], block.new[head : len(block.new) - tail]
    return Block(block.line + head, start, old, new)


def _split(block: Block) -> Iterator[Block]:
    """What is left of a block between the lines that stay: a longest common subsequence of old and new lines."""
    line, start, i, j = block.line, block.start, 0, 0
    for same_old, same_new in (*_in_common(block.old, block.new), (len(block.old), len(block.new))):
        old, new = block.old[i:same_old], block.new[j:same_new]
        yield Block(line, start, old, new)
        line += len(old) + 1
        start += sum(map(len, block.old[i : same_old + 1]))
        i, j = same_old + 1, same_new + 1


def _in_common(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        row, below = lengths[i], lengths[i + 1]
        for j in reversed(range(len(new))):
            row[j] = below[j + 1] + 1 if old[i] == new[j] else max(below[j], row[j + 1])
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            yield i, j
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items at the beginning are equal, found by halves: comparing slices is far faster than items."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _upwards(text: str, start: int) -> tuple[int, int]:
    """The offset of the context before a line's beginning, and how many lines it has."""
    for lines in range(CONTEXT):
        if start == 0:
            return 0, lines
        start = text.rfind("\n", 0, start - 1) + 1
    return start, CONTEXT


def _downwards(text: str, end: int) -> int:
    """The offset behind the context that follows."""
    for _ in range(CONTEXT):
        end = text.find("\n", end) + 1
        if end == 0:
            return len(text)
    return end


def _range(first: int, count: int) -> str:
    """Lines as a diff counts them; of none, the line before."""
    start = first + 1 if count else first
    return str(start) if count == 1 else f"{start},{count}"
