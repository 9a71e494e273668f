"""The user's own folders and files: readable by the user alone, never through a link, never inside a workspace.

Whoever can write there speaks for the user, and whoever can read there reads his conversations. Used by
`store/grants.py` and `store/conversations.py`.
"""

import errno
import os
import secrets
import stat
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

# No link is followed, and a pipe in its place does not block.
READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def name_of(workspace: Sequence[str]) -> str:
    """How files are called that belong to a set of workspace folders, given as URIs in any order."""
    return sha256("\n".join(sorted(workspace)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def check_outside(folder: Path, workspace: Sequence[str]) -> None:
    """
    Raises:
        OSError: what the workspace holds would be read as the user's word.
    """
    real = folder.resolve()
    if any(real.is_relative_to(place) for place in _folders(workspace)):
        raise refused(folder, "chatls' state folder lies in the workspace, where it is not safe")


def _folders(workspace: Sequence[str]) -> list[Path]:
    """The real paths of those folders that are on this machine's disk."""
    paths = [unquote(parts.path) for parts in map(urlsplit, workspace) if parts.scheme == "file"]
    return [Path(path.removeprefix("/") if os.name == "nt" else path).resolve() for path in paths]


def make_folder(folder: Path) -> None:
    """Make a folder for the user alone, whatever the umask, or check the one that is there.

    Raises:
        OSError: it cannot be made, or cannot be trusted.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    check_folder(folder)
    folder.chmod(0o700)


def check_folder(folder: Path) -> None:
    """
    Raises:
        OSError: as `check_own`.
    """
    check_own(folder, folder.lstat(), stat.S_ISDIR)


def make_file(path: Path) -> None:
    """Make an empty file for the user alone, or check the one that is there.

    Raises:
        OSError: it cannot be made or opened, or cannot be trusted.
    """
    descriptor = os.open(path, READ | os.O_CREAT, 0o600)
    try:
        check_own(path, os.fstat(descriptor), stat.S_ISREG)
    finally:
        os.close(descriptor)


def check_own(path: Path, found: os.stat_result, is_kind: Callable[[int], bool]) -> None:
    """
    Raises:
        OSError: it is not of its kind (a link), belongs to somebody else, or everybody can write to it.
    """
    if not is_kind(found.st_mode):
        raise refused(path, "a file or folder of chatls' own is a link, or something else")
    if os.name != "posix":
        return
    if found.st_uid != os.geteuid():
        raise refused(path, "a file or folder of chatls' own belongs to another user")
    if found.st_mode & stat.S_IWOTH:
        raise refused(path, "everybody can write to a file or folder of chatls' own")


def refused(path: Path, why: str) -> OSError:
    return PermissionError(errno.EPERM, why, str(path))


def unreadable_name(path: Path) -> Path:
    """Where a file is moved that makes no sense: somebody may still make some of it."""
    return path.with_suffix(f".unreadable-{secrets.token_hex(4)}")
