"""What lies on the disk before and after an attack, and where a secret has got to.

Knows nothing of the server: it looks at files and processes. Used by `tests/support/hostile.py`.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HIDDEN = "6f1c9e27"
"""In every secret, and in nothing that a hostile model can know: where it turns up, something has leaked."""
SECRET = f"S3CRET-{HIDDEN}"
KEY = f"sk-CANARY-{HIDDEN}"
ROOT = "root:x:0:0"
"""In /etc/passwd, of every system."""

Look = Mapping[str, tuple[object, ...]]


def look(folder: Path, *, without: Sequence[Path] = ()) -> Look:
    """All that is in a folder, links not followed, by path: what it is, and its content; files with their identity."""
    return dict(_entries(folder, folder, set(without)))


def changed(before: Look, after: Look) -> set[str]:
    """The paths that are new, gone or different; of folders only whether they are there."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def spilt(folder: Path) -> list[str]:
    """The files of a folder that hold a secret."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in files if HIDDEN.encode() in _content(path)]


def shown_by(pid: int, name: str) -> bytes:
    """What a process shows of itself in `/proc` (`cmdline`, `environ`); nothing once it has ended."""
    return _content(Path(f"/proc/{pid}/{name}"))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has gone meanwhile
        return b""


def _entries(top: Path, folder: Path, without: set[Path]) -> Iterator[tuple[str, tuple[object, ...]]]:
    for entry in os.scandir(folder):
        path = Path(entry)
        if path in without:
            continue
        name, status = path.relative_to(top).as_posix(), path.lstat()
        if path.is_symlink():
            yield name, ("link", str(path.readlink()))
        elif path.is_dir():
            yield name, ("folder", status.st_mode)
            yield from _entries(top, path, without)
        elif path.is_file():
            digest = hashlib.sha256(path.read_bytes()).digest()
            yield name, ("file", status.st_mode, status.st_ino, status.st_mtime_ns, digest)
        else:
            yield name, ("other", status.st_mode)
