"""Names as file systems may take them: one file can be called in more ways than one.

Pure. Lists of names that matter (`tools/guard/protected.py`, `tools/guard/secrets.py`, Git's own folder in
`tools/guard/ignore.py`) are compared through here, so that no spelling gets past one of them.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable
from fnmatch import translate

_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties): some file systems compare names without them."""

_DEFAULT_STREAM = re.compile(r"::\$\w+$")  # NTFS: a name with it is the same file
_WILD = re.compile(r"[*?\[]")


def plain(name: str) -> str:
    """The name without what a file system may pass over: case, compatibility forms, characters that do not show, a
    dot or space behind.
    """
    text = name if name.isascii() else _IGNORABLE.sub("", unicodedata.normalize("NFKC", name))
    return _DEFAULT_STREAM.sub("", text.casefold()).rstrip(". ")


class Names:
    """A list of names, some with wildcards as in `fnmatch`, in lower case. `name in names` for every spelling."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._listed = tuple(patterns)
        self._known = functools.lru_cache(maxsize=4096)(self._compare)  # the same folders come again and again

    def __contains__(self, name: str) -> bool:
        return self._known(name)

    # Compiled when a name is first compared: the lists are long, and no start has to wait for them.

    @functools.cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(pattern for pattern in self._listed if not _WILD.search(pattern))

    @functools.cached_property
    def _wild(self) -> "re.Pattern[str]":
        wild = [translate(pattern) for pattern in self._listed if _WILD.search(pattern)]
        return re.compile("|".join(wild) or r"(?!)")

    @functools.cached_property
    def _short(self) -> "re.Pattern[str]":
        return re.compile("|".join(map(_short, self._listed)) or r"(?!)")

    def _compare(self, name: str) -> bool:
        known = plain(name)
        if known in self._exact or self._wild.match(known):
            return True
        return "~" in known and self._short.fullmatch(known) is not None


def _short(pattern: str) -> str:
    """What Windows may call such a file in eight letters and three: the first six and a number (VSCODE~1), the first
    two and four hexadecimal digits where many begin alike.
    """
    stem, _, end = pattern.rpartition(".")
    if not stem.strip("."):
        stem, end = pattern, ""
    base = stem.replace(".", "")
    begins = "|".join({_begin(base, 6), _begin(base, 5), _begin(base, 2) + "[0-9a-f]{4}"})
    ends = r"(?:\..*)?" if pattern.endswith("*") else rf"\.{_begin(end, 3)}" if end else ""
    return rf"(?:{begins})~[0-9]+{ends}"


def _begin(glob: str, letters: int) -> str:
    """The first letters of a pattern, as a regular expression; up to a wildcard, if one comes sooner."""
    fixed = _WILD.split(glob, maxsplit=1)[0]
    return re.escape(fixed[:letters]) + ("[^.]*" if len(fixed) < letters and fixed != glob else "")
