"""The few commands that nobody is asked about, in the sandbox: they only tell what the reading tools would show too.

The list is data: a program with the flags that are known not to write, to run anything, or to lead outside. What is
not on it is asked about. Used by `tools/approval/shell_approval.py`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatls.tools.approval.plain_repository import is_plain_repository
from chatls.tools.approval.programs import BUILTINS, Place, program

_NUMBER = re.compile(r"\d{1,9}")
_NAME = re.compile(r"[A-Za-z0-9]+")
_COLOR = re.compile("never|auto|always")
_LS_FLAGS = """
    all almost-all classify directory full-time group-directories-first human-readable inode numeric-uid-gid
    recursive reverse size
"""
_RG_FLAGS = """
    case-sensitive column count count-matches files-with-matches files-without-match fixed-strings heading
    ignore-case invert-match line-number line-regexp no-filename no-heading no-line-number only-matching smart-case
    stats trim with-filename word-regexp
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """What may follow a program. `letters` may stand together after one dash; `values` and `long_values` are flags
    with the values they may have. Of the operands, paths but for the first `texts`, at most `most` are taken."""

    letters: str = ""
    long: frozenset[str] = frozenset()
    values: Mapping[str, re.Pattern[str]] | None = None
    long_values: Mapping[str, re.Pattern[str]] | None = None
    texts: int = 0
    most: int = 100
    files: bool = False
    """Whether paths must be named, and be files: in a folder the program chooses by rules of its own what it shows."""
    free: bool = False
    """Whatever follows is only shown."""
    when: Callable[[str], bool] | None = None
    """What must be true of the folder it runs in."""


ALLOWED: Mapping[tuple[str, ...], Rule] = {
    ("echo",): Rule(free=True),
    ("pwd",): Rule(letters="LP", most=0),
    ("ls",): Rule(
        letters="1aABcCdFghiklmnopqrRsStuUvxX",
        long=frozenset(_LS_FLAGS.split()),
        long_values={"color": _COLOR, "sort": _NAME, "time": _NAME, "time-style": re.compile("iso|long-iso|full-iso")},
    ),
    ("rg",): Rule(
        letters="cFHiIlnNoSsvwx",
        long=frozenset(_RG_FLAGS.split()),
        values={"A": _NUMBER, "B": _NUMBER, "C": _NUMBER, "m": _NUMBER, "t": _NAME, "T": _NAME},
        long_values={
            **dict.fromkeys(("after-context", "before-context", "context", "max-columns", "max-count"), _NUMBER),
            **dict.fromkeys(("max-depth", "threads"), _NUMBER),
            **dict.fromkeys(("type", "type-not"), _NAME),
            "color": _COLOR,
            "sort": re.compile("path|modified|none"),
        },
        texts=1,
        files=True,
    ),
    ("git", "status"): Rule(
        letters="bsz",
        long=frozenset({"branch", "long", "no-renames", "porcelain", "short", "show-stash"}),
        long_values={"porcelain": re.compile("v1|v2"), "untracked-files": re.compile("all|no|normal")},
        most=0,
        when=is_plain_repository,
    ),
}
"""Everything that runs unasked. No flag that follows links, and for `rg` none that shows what `.gitignore` hides."""


def is_allowed(words: Sequence[str], place: Place, *, shell: bool) -> bool:
    """Whether a command of these words may run unasked: in a sandbox, its program where the user has it, not in the
    workspace (or, for `shell`, built into it), each flag on the list, each path one that may be read unasked."""
    begin = next((begin for begin in (tuple(words[:2]), tuple(words[:1])) if begin in ALLOWED), None)
    if begin is None or not place.confined:
        return False
    rule = ALLOWED[begin]
    if not _safe_program(begin[0], place, shell=shell):
        return False
    if rule.when is not None and not rule.when(place.cwd):
        return False
    return rule.free or _fits(rule, words[len(begin) :], place)


def _safe_program(name: str, place: Place, *, shell: bool) -> bool:
    if shell and name in BUILTINS:
        return True
    found = program(name, place)
    return found is not None and not place.holds(found)


def _fits(rule: Rule, words: Sequence[str], place: Place) -> bool:
    operands = _operands(rule, words)
    if operands is None or not rule.texts + rule.files <= len(operands) <= rule.most:
        return False
    paths = operands[rule.texts :] or ["."]
    return rule.most == 0 or all(_may_show(rule, path, place) for path in paths)


def _may_show(rule: Rule, path: str, place: Place) -> bool:
    return _inside(path) and place.readable(path) and (not rule.files or Path(place.cwd, path).is_file())


def _inside(path: str) -> bool:
    """Whether a path, as it is written, leads downwards. Where its links lead is for `Place.readable` to say."""
    return path != "" and not path.startswith(("/", "~", "-")) and ".." not in path.split("/") and "\0" not in path


def _operands(rule: Rule, words: Sequence[str]) -> list[str] | None:
    """The words that are no flags; None if one is a flag that is not known, or has a value that is not."""
    operands: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            return [*operands, *rest]
        if word.startswith("--"):
            known = _long_flag(rule, word[2:])
        elif word.startswith("-"):
            known = _letters(rule, word[1:], rest)
        else:
            operands.append(word)
            known = True
        if not known:
            return None
    return operands


def _long_flag(rule: Rule, flag: str) -> bool:
    name, equals, value = flag.partition("=")
    if not equals:
        return name in rule.long
    pattern = (rule.long_values or {}).get(name)
    return pattern is not None and pattern.fullmatch(value) is not None


def _letters(rule: Rule, letters: str, rest: Iterator[str]) -> bool:
    for place, letter in enumerate(letters):
        if pattern := (rule.values or {}).get(letter):
            value = letters[place + 1 :] or next(rest, "")
            return pattern.fullmatch(value) is not None
        if letter not in rule.letters:
            return False
    return letters != ""
