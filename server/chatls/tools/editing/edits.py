"""Where in a text the edits of a call apply: each `old_text` exactly once, none overlapping another.

Pure. All edits are held against the text as it was before any of them. What does not fit is told so that a model can
put it right: with the lines as they are now, or those where there are several. Used by `tools/editing/plan.py`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from pydantic import Field

from chatls.chat.ports import TextChange
from chatls.tools.base import Arguments, ToolError
from chatls.tools.editing.nearest import nearest, numbered, same_but_for_spaces
from chatls.tools.text import with_plain_ends

MAX_PLACES = 10_000
"""Places that one `replace_all` may change."""
NAMED_PLACES = 10
"""Lines that are named where `old_text` is found more than once."""

_NUMBERS = re.compile(r"(?: *\d+\t.*(?:\n|\Z))+")


class Edit(Arguments):
    old_text: str = Field(description="The text to replace, exactly as it is in the file, without line numbers.")
    new_text: str = Field(description="What stands there afterwards.")
    replace_all: bool = Field(False, description="Replace every place where old_text is found.")


def located(text: str, edits: Sequence[Edit], name: str, *, quote: bool) -> list[TextChange]:
    """The edits as changes of a text with plain line ends, sorted. `quote=False`: no line of the text is told.

    Raises:
        ToolError: `no_match`, `several_matches`, `overlapping_edits` or `invalid_arguments`.
    """
    found: list[tuple[TextChange, int]] = []
    for number, edit in enumerate(edits, 1):
        which = "old_text" if len(edits) == 1 else f"old_text of edit {number}"
        found += [(change, number) for change in _changes(text, edit, f"{which} ", name, quote=quote)]
    found.sort(key=lambda pair: pair[0].start)
    for (change, number), (following, other) in pairwise(found):
        if change.end > following.start:
            first, second = sorted((number, other))
            raise ToolError("overlapping_edits", f"Edits {first} and {second} overlap: make one of them.")
    return [change for change, _ in found]


def _changes(text: str, edit: Edit, which: str, name: str, *, quote: bool) -> list[TextChange]:
    old, new = with_plain_ends(edit.old_text), with_plain_ends(edit.new_text)
    if not old:
        raise ToolError("invalid_arguments", f"{which}is empty, but {name} is not: give the text to replace.")
    if old == new:
        raise ToolError("invalid_arguments", f"{which}and its new_text are the same: nothing would change.")
    if edit.replace_all:
        starts = list(islice(_places(text, old, len(old)), MAX_PLACES + 1))
        if len(starts) > MAX_PLACES:
            raise ToolError("too_large", f"{which}is found more than {MAX_PLACES:,} times in {name}.")
    else:
        starts = list(islice(_places(text, old, 1), NAMED_PLACES + 1))
        if len(starts) > 1:
            raise ToolError("several_matches", which + _several(text, starts, name))
    if not starts:
        raise ToolError("no_match", which + _missing(text, old, name, quote=quote))
    return [TextChange(start, start + len(old), new) for start in starts]


def _places(text: str, old: str, step: int) -> Iterator[int]:
    at = text.find(old)
    while at >= 0:
        yield at
        at = text.find(old, at + step)


def _several(text: str, starts: Sequence[int], name: str) -> str:
    lines: list[int] = []
    line, seen = 1, 0
    for start in starts[:NAMED_PLACES]:
        line += text.count("\n", seen, start)
        seen = start
        lines.append(line)
    times = str(len(starts)) if len(starts) <= NAMED_PLACES else f"more than {NAMED_PLACES}"
    return (
        f"is found {times} times in {name}, at the lines {', '.join(map(str, lines))}: "
        "give more of the text around the right one, or set replace_all."
    )


def _missing(text: str, old: str, name: str, *, quote: bool) -> str:
    if _NUMBERS.fullmatch(old):
        return f"is not in {name}: leave out the line numbers, they are not part of the file."
    first = nearest(text, old)
    if first is None or not quote:
        return f"is not in {name}, nor anything like it: read the file, and give the text exactly as it is now."
    spaces = "Only white space differs. " if same_but_for_spaces(text, old, first) else ""
    lines = numbered(text, max(0, first - 1), old.count("\n") + 3)
    return f"is not in {name}: give the text exactly as it is now. {spaces}The nearest lines are:\n{lines}"
