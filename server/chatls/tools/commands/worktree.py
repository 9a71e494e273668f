"""A workspace folder that is a further working tree of a Git repository: where that repository is.

Git keeps it outside of the folder (git-worktree(1)), and Git in the sandbox needs it. What the folder says about it may
be anybody's, so it counts only where the repository says the same of the folder. Used by `tools/commands/sandbox.py`.
"""

import os
from pathlib import Path

from chatls.tools.base import ToolError
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import Folder, WorkspacePath
from chatls.tools.guard.protected import REPOSITORY

_LINE = b"gitdir: "
_MAX = 4096


def worktree_repository(roots: Roots, folder: Folder) -> str | None:
    """The real path of the repository (its `.git` folder); None for every other folder."""
    named = _named(roots, folder)
    if named is None:
        return None
    # repository/worktrees/NAME, with a file that leads back.
    own = Path(os.path.realpath(Path(folder.root.real, named)))
    repository = own.parent.parent
    known = own.parent.name == "worktrees" and all(os.access(repository / part, os.F_OK) for part in REPOSITORY)
    return str(repository) if known and _leads_back(own / "gitdir", folder) else None


def _named(roots: Roots, folder: Folder) -> str | None:
    """What the file `.git` of a folder names."""
    try:
        with roots.open_file(WorkspacePath(folder, (".git",)), follow=False) as opened:
            content = opened.file.read(_MAX)
    except ToolError:
        return None
    line = content.removeprefix(_LINE).rstrip(b"\n")
    return None if line == content or b"\n" in line or b"\0" in line else os.fsdecode(line)


def _leads_back(file: Path, folder: Folder) -> bool:
    try:
        with file.open("rb") as opened:
            written = opened.read(_MAX).rstrip(b"\n")
    except OSError:
        return False
    # Relative since Git 2.48, where it was told so.
    target = os.path.realpath(file.parent / os.fsdecode(written))
    return target == os.path.realpath(Path(folder.root.real, ".git"))
