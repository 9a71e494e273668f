"""Where a text that is not in a file was most likely meant to be, and the file's lines there.

Pure, and linear in the file: a hostile text costs no more than an honest one. Used by `tools/editing/edits.py` and
`tools/editing/edit.py` to tell a model what the text is now.
"""

import re
from collections import Counter
from collections.abc import Sequence

from chatls.tools.output import shortened

SHOWN_LINES = 20
SHOWN_WIDTH = 300
"""Characters of a line."""

_COMPARED = 50
"""Lines of the text that was looked for."""
_PLACES = 50
"""Lines of the file that one of them is held against."""
_WORDS = 12

_WORD = re.compile(r"\w{3,64}")


def numbered(text: str, first: int, count: int) -> str:
    """So many lines of a text with plain ends from the line `first` (from 0) on, numbered as `read_file` does."""
    lines = text.removesuffix("\n").split("\n")[first : first + min(count, SHOWN_LINES)]
    return "\n".join(f"{number}\t{shortened(line, SHOWN_WIDTH)}" for number, line in enumerate(lines, first + 1))


def nearest(text: str, wanted: str) -> int | None:
    """The line (from 0) where `wanted` most likely was to begin; None if nothing in the text resembles it."""
    lines = [line.strip() for line in text.split("\n")]
    looked_for = [line.strip() for line in wanted.split("\n")[:_COMPARED]]
    places: dict[str, list[int]] = {line: [] for line in looked_for if line}
    for number, line in enumerate(lines):
        if line in places and len(places[line]) < _PLACES:
            places[line].append(number)
    votes = Counter[int]()
    for index, line in enumerate(looked_for):
        for number in places.get(line, ()):
            votes[max(0, number - index)] += len(line)
    return max(votes, key=lambda start: votes[start]) if votes else _most_words(lines, wanted)


def same_but_for_spaces(text: str, wanted: str, first: int) -> bool:
    """Whether the lines from `first` on are those of `wanted`, indentation and spaces at their ends left aside."""
    looked_for = [line.strip() for line in wanted.removesuffix("\n").split("\n")]
    lines = text.split("\n")[first : first + len(looked_for)]
    return [line.strip() for line in lines] == looked_for


def _most_words(lines: Sequence[str], wanted: str) -> int | None:
    """The line that holds the most of the longest words."""
    words = sorted(set(_WORD.findall(wanted[:10_000])), key=lambda word: (-len(word), word))[:_WORDS]
    best, most = None, 0
    for number, line in enumerate(lines):
        held = sum(len(word) for word in words if word in line)
        if held > most:
            best, most = number, held
    return best
