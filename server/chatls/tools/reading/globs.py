"""File patterns (`src/**/*.py`, `*.{ts,tsx}`) as regular expressions, and the test of a path against one.

Pure. A pattern is translated piece by piece and never expanded, so braces cannot multiply. Used by
`tools/reading/find.py` and `tools/reading/search.py`.
"""

import re
from collections.abc import Callable, Sequence

from chatls.tools.patterns import compiled, escaped

Filter = Callable[[Sequence[str]], bool]
"""Whether one of several names for the same file is wanted."""

_PIECE = re.compile(
    r"(?P<deep>(?:(?<=/)|^)(?:\*\*/)+)|(?P<star>\*+)|(?P<set>\[!?\]?[^\]]*\])|\\(?P<bare>.)|(?P<one>.)", re.S
)
_GLOB = re.compile(r"[*?\[{]")


def named(pattern: str) -> Filter:
    """Files that a glob matches, or whose name has the pattern in it where that is no glob. Case does not count.

    A pattern with a slash looks at the whole path, one without at the name.

    Raises:
        ToolError: `unsupported_pattern`.
    """
    wanted = pattern.strip().removeprefix("./").removeprefix("/")
    if _GLOB.search(wanted):
        return matching(wanted)
    text = wanted.casefold()
    whole = "/" in text
    return lambda names: any(text in (name if whole else name.rpartition("/")[2]).casefold() for name in names)


def matching(glob: str) -> Filter:
    """Files that a glob matches. Raises as `named`."""
    wanted = glob.strip().removeprefix("./").removeprefix("/")
    pattern = compiled(
        r"(?s)\A" + ("" if "/" in wanted else "(?:.*/)?") + _translated(wanted) + r"\z", ignore_case=True
    )
    return lambda names: any(pattern.fullmatch(name.encode()) for name in names)


def _translated(glob: str) -> str:
    closes = _matched_braces(glob)
    out: list[str] = []
    depth = 0
    for piece in _PIECE.finditer(glob):
        text = piece[0]
        if text == "{" and piece.start() in closes:
            depth += 1
            out.append("(?:")
        elif text == "}" and piece.start() in closes:
            depth -= 1
            out.append(")")
        elif text == "," and depth:
            out.append("|")
        else:
            out.append(_plain(piece))
    return "".join(out)


def _plain(piece: "re.Match[str]") -> str:
    match piece.lastgroup:
        case "deep":
            return "(?:.*/)?"
        case "star":
            return ".*" if len(piece[0]) > 1 else "[^/]*"
        case "set":
            inner = piece[0][1:-1].replace("\\", "\\\\").replace("[", "\\[")
            return "[" + ("^/" + inner[1:] if inner.startswith("!") else inner) + "]"
        case _:
            text = piece["bare"] or piece[0]
            return "[^/]" if text == "?" and not piece["bare"] else escaped(text)


def _matched_braces(glob: str) -> set[int]:
    """Where braces stand that have a partner; the others mean themselves."""
    open_at: list[int] = []
    matched: set[int] = set()
    for piece in _PIECE.finditer(glob):
        if piece[0] == "{":
            open_at.append(piece.start())
        elif piece[0] == "}" and open_at:
            matched |= {open_at.pop(), piece.start()}
    return matched
