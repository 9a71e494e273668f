"""What of the workspace tools do not show: what `.gitignore` names, and Git's own folder.

The rules are read here as Git documents them (gitignore(5)); no Git program is run, for a repository's settings can
make it execute anything. Patterns come from the repository, so they are matched in linear time (RE2). Used by
`tools/reading/view.py` and `tools/reading/walk.py`.
"""

import functools
import re
from typing import TYPE_CHECKING

from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import Parts
from chatls.tools.guard.names import Names
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import Folder, WorkspacePath
from chatls.tools.patterns import MAX_PATTERN, failure

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    _Rules = tuple[tuple[int, GitIgnoreSpec], ...]

MAX_RULES = 256 * 1024
"""Bytes read of one file of rules."""

_CHUNK = 200  # patterns matched together: more do not fit RE2's memory
_GIT = Names([".git"])


class IgnoreRules:
    """The rules as they are during one call: every file of rules is read once, when a path first needs it."""

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self._read: dict[tuple[Folder, Parts], _Rules] = {}

    def check(self, path: WorkspacePath, *, folder: bool = False, ignored: bool = False) -> None:
        """Refuse a path that is hidden, itself or by a folder above it; with `ignored` what belongs to Git alone.
        `path` is free of symbolic links.

        Raises:
            ToolError: `ignored`.
        """
        for depth in range(len(path.parts)):
            last = depth == len(path.parts) - 1
            parent, name = WorkspacePath(path.folder, path.parts[:depth]), path.parts[depth]
            if is_git(name) or (not ignored and self.hides(parent, name, folder=folder or not last)):
                why = "belongs to Git itself" if is_git(name) else "is ignored by a .gitignore"
                raise ToolError("ignored", f"{self._roots.shown(path)} {why}: tools leave it alone.")

    def hides(self, parent: WorkspacePath, name: str, *, folder: bool) -> bool:
        """Whether an entry of a folder, itself not hidden, is hidden. The rules nearest to it win."""
        if is_git(name):
            return True
        parts = (*parent.parts, name)
        for depth, rules in self._rules(parent.folder, parent.parts):
            verdict = rules.check_file("/".join(parts[depth:]) + ("/" if folder else "")).include
            if verdict is not None:
                return verdict
        return False

    def _rules(self, folder: Folder, parts: Parts) -> "_Rules":
        """The rules that hold in a folder, the strongest first, each with the depth from which it counts paths."""
        missing: list[Parts] = []
        at = parts
        while (known := self._read.get((folder, at))) is None:
            missing.append(at)
            if not at:
                break
            at = at[:-1]
        rules = known or ()
        for at in reversed(missing):
            rules = self._read[folder, at] = self._own(folder, at) + rules
        return rules

    def _own(self, folder: Folder, parts: Parts) -> "_Rules":
        path = WorkspacePath(folder, parts)
        files = [path / ".gitignore"] if parts else [path / ".gitignore", path / ".git" / "info" / "exclude"]
        return tuple((len(parts), rules) for file in files for rules in _compiled(self._text(file)))

    def _text(self, path: WorkspacePath) -> str:
        try:
            # Git does not follow a link here either.
            with self._roots.open_file(path, follow=False) as opened:
                return opened.file.read(MAX_RULES).decode("utf-8-sig", "replace")
        except ToolError:
            return ""


def is_git(name: str) -> bool:
    """Whether some file system takes this name for `.git`."""
    return name in _GIT


@functools.lru_cache(maxsize=64)
def _compiled(text: str) -> "tuple[GitIgnoreSpec, ...]":
    """The rules of a file, those further down first: they win. A line that is no pattern, or too long, is passed over.

    pathspec is imported here: nobody needs it before the first call.
    """
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    patterns: list[GitIgnoreSpecPattern] = []
    for line in text.split("\n"):
        if not line or line.startswith("#") or len(line) > MAX_PATTERN:
            continue
        try:
            patterns.append(GitIgnoreSpecPattern(line.removesuffix("\r")))
        except (ValueError, re.error):
            continue
    specs: list[GitIgnoreSpec] = []
    for start in range(0, len(patterns), _CHUNK):
        try:
            specs.append(GitIgnoreSpec(patterns[start : start + _CHUNK], backend="re2"))
        except failure():
            continue
    return tuple(reversed(specs))
