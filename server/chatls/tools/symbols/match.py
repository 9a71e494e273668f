"""Names of definitions as people and models write them, and which definitions one of them means.

Pure. Called by `tools/symbols/tools.py`.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chatls.tools.symbols.parse import Definition
from chatls.tools.symbols.rules import VALUES, Kind

Spelling = Literal["exact", "other_case"]

_SEPARATOR = re.compile(r"::|->|[.:#/\\]")
_ITSELF = frozenset({"self", "cls", "this", "crate", "super"})
_AS_FOLDER = frozenset({"__init__", "__main__", "mod", "lib", "main", "index", "init"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name to look for, and what it is said to lie in, outermost first: `Class.method`, `module::name`."""

    name: str
    within: tuple[str, ...]

    def may_be_in(self, text: str) -> Spelling | None:
        """Whether a source can hold it at all: what cannot need not be parsed."""
        if self.name in text and _word(self.name).search(text):
            return "exact"
        lower = self.name.lower()
        return "other_case" if lower in text.lower() and _word(lower).search(text.lower()) else None

    def means(self, definition: Definition, path: Sequence[str], *, exact: bool) -> bool:
        """Whether it names this definition in the file with these path parts. Parts between may be left out."""
        names = [part for name in definition.names for part in parts_of(name)]
        return bool(names) and _ordered((*self.within, self.name), [*_modules(path), *names], exact=exact)


def wanted(name: str) -> Wanted | None:
    """The name as somebody wrote it, brackets, quotes and type arguments left out; None if nothing is left."""
    bare = re.split(r"[(<\[]", name.strip().strip("`'\"*&"), maxsplit=1)[0]
    parts = [part for part in parts_of(bare) if part not in _ITSELF]
    return Wanted(parts[-1], tuple(parts[:-1])) if parts else None


def parts_of(name: str) -> list[str]:
    return [part for part in (part.strip(" !") for part in _SEPARATOR.split(name)) if part]


def rank(kind: Kind) -> int:
    """What is shown first: what most people mean by "defined"."""
    return 2 if kind == "prototype" else 1 if kind in VALUES else 0


@functools.cache
def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _modules(path: Sequence[str]) -> list[str]:
    """The names that a file's path gives to what it holds."""
    stem = path[-1].partition(".")[0] if path else ""
    return [*path[:-1], *([] if stem in _AS_FOLDER else [stem])]


def _ordered(parts: Sequence[str], names: Sequence[str], *, exact: bool) -> bool:
    """Whether `parts` stand among `names` in this order, the last of both the same."""
    left = list(parts) if exact else [part.lower() for part in parts]
    for name in reversed(names if exact else [name.lower() for name in names]):
        if left and left[-1] == name:
            left.pop()
        elif len(left) == len(parts):
            return False
    return not left
