"""Unified diffs as a user reads them: what each line is, and how many lines come and go.

The sizes in a hunk's header say where it ends, so a removed line `-- a/x` is not taken for the name of a file. Pure;
`panel.py` and `rows.py` have the colours.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

LineKind = Literal["file", "hunk", "added", "removed", "same"]

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_SIGNS: dict[str, LineKind] = {"+": "added", "-": "removed"}


def kinds(lines: Iterable[str]) -> Iterator[tuple[LineKind, str]]:
    """Each line with what it is. Lines beyond the sizes of their hunk are about a file, unless they have a sign."""
    old = new = 0
    for line in lines:
        kind: LineKind = _SIGNS.get(line[:1], "same")
        if found := _HUNK.match(line):
            old, new = (int(size or 1) for size in found.groups())
            kind = "hunk"
        elif line.startswith("\\"):
            kind = "same"
        elif old <= 0 and new <= 0:
            kind = "file" if kind == "same" or line.startswith(("--- ", "+++ ")) else kind
        else:
            old -= kind != "added"
            new -= kind != "removed"
        yield kind, line


def change(diff: str) -> str:
    """How much a diff changes: "+3 −1"."""
    found = [kind for kind, _ in kinds(diff.split("\n"))]
    return f"+{found.count('added')} −{found.count('removed')}"
