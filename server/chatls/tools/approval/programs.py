"""Which program a command's name stands for, and which files of the workspace a command runs.

What was granted for later is bound to these (`tools/approval/shell_approval.py`): when one of them changes, the user is
asked again. Looks at the disk, runs nothing, shows nothing of what it reads.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from chatls.tools.approval.shell_syntax import Words
from chatls.tools.commands.sandbox import NONE

MAX_FILES = 32
"""Files of one command that are read to know them again."""
MAX_FILE = 8 * 1024 * 1024
"""Bytes of a file that is still read to know it again."""

_BUILTINS = """
    . : [ alias bg break builtin cd command continue dirs disown echo enable eval exec exit export false fc fg
    getopts hash help jobs kill let local logout popd printf pushd pwd read return set shift source suspend test
    times trap true type typeset ulimit umask unalias unset wait
"""
BUILTINS = frozenset(_BUILTINS.split())
"""Names that a shell answers to itself."""

_MOVES = frozenset({"cd", "pushd", "popd"})
# They run what their arguments name: interpreters, shells and wrappers, without the version behind the name.
_RUNNERS = """
    . source eval exec command builtin bash dash fish ksh sh zsh busybox bun cmake deno doas env find flock gmake
    ionice java julia just lua luajit make nice node nodejs nohup npx parallel perl php pipx poetry pwsh python pypy
    r Rscript ruby script setsid stdbuf strace sudo taskset time timeout ts-node tsx uv uvx watch xargs
"""
# What is run by a word of a command line and written down in a file beside it.
_RECIPES = {
    "bun": ("package.json",),
    "gmake": ("GNUmakefile", "makefile", "Makefile"),
    "just": ("justfile", "Justfile", ".justfile"),
    "make": ("GNUmakefile", "makefile", "Makefile"),
    "npm": ("package.json",),
    "npx": ("package.json",),
    "pnpm": ("package.json",),
    "yarn": ("package.json",),
}
# They read what they run where they find no file among their arguments: from a pipe, or by `<`.
_READERS = """
    bash dash fish ksh sh zsh bun deno julia lua luajit node nodejs perl php pypy python r Rscript ruby script
"""
_FROM_STDIN = frozenset(_READERS.split())
_FROM_ARGUMENTS = frozenset({"parallel", "xargs"})
# With these options a recipe is another one than that which is looked for here.
_ELSEWHERE = re.compile(r"-[a-zA-Z]*C|-f.|-d|--(directory|prefix|dir|cwd|working-directory|workspace)\b")
# With these options a program that only reads runs what a file or a word says.
_PROGRAM_FILE = re.compile(r"-[a-zA-Z]*[fE]|--(file|exec)\b")
_BY_PROGRAM_FILE = frozenset({"awk", "gawk", "mawk", "nawk", "sed"})
_GIT_SETTINGS = re.compile(r"-c|--config-env\b|--exec-path\b")
_INSIDE = ("__main__.py", "__init__.py", "index.js", "package.json")
"""What is run of a folder, or of a Python module, that is named."""

RUNS_FILES = frozenset(_RUNNERS.split())
_BY_FILES = RUNS_FILES.union(_RECIPES)
_VERSION = re.compile(r"[-.\d]+$")
_PIECES = re.compile(r"""[^\s'"`;&|<>(){}$=,:]+""")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command would run, and how it would be confined.

    `cwd` and `folders`, those of the workspace, are absolute and free of links; `shown` is `cwd` as the user knows it
    ("src/"). `profile` is the sandbox's (`sandbox.NONE` without one), `path` the PATH that the command will have.
    `readable` says whether the reading tools would show, unasked, what lies at a path relative to `cwd`. `overlooked`:
    what is protected deep in the workspace is not known, because it is too large.
    """

    cwd: str
    shown: str
    profile: str
    path: str
    folders: Sequence[str]
    readable: Callable[[str], bool]
    overlooked: bool = False

    @property
    def confined(self) -> bool:
        return self.profile != NONE

    def holds(self, path: str) -> bool:
        """Whether a path, absolute and free of links, lies in the workspace."""
        return any(Path(path).is_relative_to(folder) for folder in self.folders)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a command line runs: `programs` by their paths, `files` by their path and the digest of their content."""

    programs: tuple[str, ...]
    files: tuple[tuple[str, str], ...]


def program(name: str, place: Place) -> str | None:
    """The file, absolute and free of links, that a name without a slash stands for; None if there is none, or where
    it would depend on the folder that the command is in by then."""
    for folder in place.path.split(os.pathsep):
        if not Path(folder).is_absolute():
            return None
        found = Path(folder, name)
        if found.is_file() and os.access(found, os.X_OK):
            return os.path.realpath(found)
    return None


def identity(commands: Sequence[Words], place: Place, *, shell: bool) -> Identity | None:
    """What all of these commands run together, for `shell` as one line of a shell; None where that cannot be known."""
    if _moves(commands) and any("/" in _name(words) or _kind(words) in _BY_FILES for words in commands):
        return None  # a relative name may stand for another file by then
    programs: list[str] = []
    files: set[str] = set()
    for words in commands:
        found, runs = _program_of(words, place, shell=shell), _files_of(words, place)
        if found is None or runs is None:
            return None
        programs.append(found)
        files.update(runs)
        if place.holds(found) or "/" in _name(words):
            files.add(found)
    if len(files) > MAX_FILES:
        return None
    digests = [(path, _digest(path)) for path in sorted(files)]
    known = tuple((path, digest) for path, digest in digests if digest)
    return Identity(tuple(programs), known) if len(known) == len(digests) else None


def _moves(commands: Sequence[Words]) -> bool:
    return any(piece in _MOVES for words in commands for word in words for piece in _pieces(word))


def _name(words: Words) -> str:
    """What a command begins with; empty where that is not known."""
    return (words[0] if words else None) or ""


def _kind(words: Words) -> str:
    """The name of a command's program, without folder and version ("python" for "/usr/bin/python3.11")."""
    name = _name(words).rpartition("/")[2]
    return name if name in RUNS_FILES else _VERSION.sub("", name)


def _program_of(words: Words, place: Place, *, shell: bool) -> str | None:
    name = _name(words)
    if not name or "\0" in name:
        return None
    if "/" in name:
        return os.path.realpath(Path(place.cwd, name))
    return f"builtin {name}" if shell and name in BUILTINS else program(name, place)


def _files_of(words: Words, place: Place) -> set[str] | None:
    """Files of the workspace that a command runs by its arguments, or by what is written down for it there; None
    where its arguments are not known."""
    kind = _kind(words)
    if _is_elsewhere(kind, words):
        return None
    found = set(_recipes(_RECIPES.get(kind, ()), place))
    if kind not in RUNS_FILES:
        return found
    if None in words:
        return None
    names = {name for word in words[1:] for name in (word or "", *_pieces(word)) if "\0" not in name}
    modules = {name.replace(".", "/") for name in _modules(words)} if kind in ("python", "pypy") else set[str]()
    inside = {f"{name}/{part}" for name in names | modules for part in _INSIDE}
    named = names | inside | {f"{name}.py" for name in modules}
    paths = (os.path.realpath(Path(place.cwd, name)) for name in named)
    return found.union(path for path in paths if place.holds(path) and Path(path).is_file())


def _is_elsewhere(kind: str, words: Words) -> bool:
    """Whether what is run comes from where it is not looked for: a pipe, another folder, a setting."""
    rest = [word or "" for word in words[1:]]
    if kind in _FROM_ARGUMENTS or (kind in _FROM_STDIN and (not _operands(rest) or "-" in rest)):
        return True
    options = _ELSEWHERE if kind in _RECIPES else _PROGRAM_FILE if kind in _BY_PROGRAM_FILE else None
    if kind == "git":
        options = _GIT_SETTINGS
    return options is not None and any(options.match(word) for word in rest)


def _operands(words: Sequence[str]) -> Sequence[str]:
    return [word for word in words if not word.startswith("-")]


def _modules(words: Words) -> Iterator[str]:
    """What `python -m` names."""
    yield from (after for word, after in pairwise(words) if word and after and re.fullmatch("-[a-zA-Z]*m", word))


def _recipes(names: Sequence[str], place: Place) -> Iterator[str]:
    """The nearest file of one of these names, from the command's folder upwards in the workspace."""
    folder = Path(place.cwd)
    while names and place.holds(str(folder)):
        there = [folder / name for name in names if (folder / name).is_file()]
        if there:
            yield os.path.realpath(there[0])
            return
        folder = folder.parent


def _pieces(word: str | None) -> list[str]:
    """What in a word may be a name of its own: `sh -c` takes a whole line for one."""
    return _PIECES.findall(word or "")


def _digest(path: str) -> str | None:
    """SHA-256 of a regular file's content; None for what is no such file, too large, or cannot be read."""
    try:
        # A pipe would block, a terminal would become ours.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_FILE:
                return None
            return hashlib.sha256(file.read(MAX_FILE)).hexdigest()
    except OSError:
        return None
