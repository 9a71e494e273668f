"""Whether Git, asked for the status of a folder, would run nothing else: a repository's settings can name programs.

Settings are taken for harmless only where each is on the list here. Reads a few small files, runs nothing. Used by
`tools/approval/allowed_commands.py`.
"""

import os
import re
import stat
from pathlib import Path

MAX_CONFIG = 64 * 1024
"""Bytes of a repository's settings that are read."""

_CORE = (
    *("autocrlf", "bare", "eol", "filemode", "ignorecase", "logallrefupdates", "precomposeunicode"),
    *("repositoryformatversion", "symlinks"),
)
_SETTINGS = {
    "core": frozenset(_CORE),
    "remote": frozenset({"fetch", "prune", "pushurl", "tagopt", "url"}),
    "branch": frozenset({"description", "merge", "rebase", "remote"}),
    "user": frozenset({"email", "name"}),
    "pull": frozenset({"ff", "rebase"}),
    "push": frozenset({"autosetupremote", "default"}),
}
# No backslash anywhere: it would continue a line, or escape a quote.
_NOTHING = re.compile(r"\s*(?:[#;].*)?")
_SECTION = re.compile(r'\[([A-Za-z]+)(?: "[^"\\]*")?\]\s*')
_SETTING = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*=[^\\]*")
_FOLDERS = ("objects", "refs")
_HEAD = re.compile(r"ref: refs/\S+\n|[0-9a-f]{40}\n")
MAX_INDEX = 4 * 1024 * 1024
"""Bytes of a repository's index that are looked through."""

# Settings from another folder, and a program to run when the index was written.
_MORE = ("commondir", "hooks/post-index-change")
# The mode of a submodule in the index, which is asked in turn, with settings of its own (gitformat-index(5)).
_SUBMODULE = bytes.fromhex("0000e000")


def is_plain_repository(folder: str) -> bool:
    """Whether `git status` in this very folder runs no other program, as far as the repository goes."""
    git = Path(folder, ".git")
    # Without these and a head that Git takes for one it would look for another repository, here and further up.
    if git.is_symlink() or not all(os.access(git / name, os.X_OK) and (git / name).is_dir() for name in _FOLDERS):
        return False
    if any((git / name).exists() for name in _MORE) or not _HEAD.fullmatch(_text(git / "HEAD")):
        return False
    return _harmless(_text(git / "config")) and _without_submodules(git)


def _without_submodules(git: Path) -> bool:
    """Nothing is said about an index that is split in two, or large."""
    index = _content(git / "index", MAX_INDEX) if (git / "index").exists() else b""
    return index is not None and _SUBMODULE not in index and not any(git.glob("sharedindex.*"))


def _harmless(config: str) -> bool:
    known: frozenset[str] = frozenset()
    for line in config.split("\n"):
        if section := _SECTION.fullmatch(line):
            known = _SETTINGS.get(section[1].lower(), frozenset())
            continue
        setting = _SETTING.fullmatch(line)
        if not _NOTHING.fullmatch(line) and (setting is None or setting[1].lower() not in known):
            return False
    return bool(config)


def _text(path: Path) -> str:
    """A small file of text; empty if it is none."""
    try:
        return (_content(path, MAX_CONFIG) or b"").decode()
    except UnicodeDecodeError:
        return ""


def _content(path: Path, limit: int) -> bytes | None:
    """What is in a regular file of at most `limit` bytes; None for anything else."""
    try:
        found = path.lstat()
        return path.read_bytes() if stat.S_ISREG(found.st_mode) and found.st_size <= limit else None
    except OSError:
        return None
