"""Empty folders that stand, while a command runs, where something would take effect the moment it appeared.

The sandbox makes them read-only, so that a command cannot create `.vscode/settings.json` where there is no `.vscode`.
Folders, whatever is to be kept away: Git does not see empty ones, and taking one back can never lose anything. A
helper process takes them back if this one is killed. Used by `tools/commands/sandbox.py`, on the event loop.
"""

import asyncio
import os
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import read_flags

PLACES = (".git", ".vscode", ".idea", ".zed", ".chatls.toml")
"""What editors and we ourselves read as soon as it is there, of `tools/guard/protected.py`."""

MARK = 1_000_000_000
"""Time of the last change of a placeholder, in nanoseconds since 1970: how one is known, also one left behind. More
than ten years ago: that is how `find` knows it.
"""

LOCK_SECONDS = 2.0
"""So long another program may hold the folder's lock."""

_JANITOR = r"""
while read -r path; do set -- "$@" "$path"; done
exec find "$@" -prune -mtime +3650 -exec rmdir {} \;
"""


class _Janitor:
    """A process that takes placeholders back once this one is gone, however that came about."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folders: set[str] = set()

    def watch(self, folder: str) -> None:
        """Have it know of a folder; none whose name it cannot be told."""
        if folder in self._folders or "\n" in folder:
            return
        self._folders.add(folder)
        process = self._process = self._process or self._started()
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.write(b"".join(os.fsencode(f"{folder}/{name}\n") for name in PLACES))

    def _started(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            ["/bin/sh", "-c", _JANITOR],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={},
            cwd="/",
            start_new_session=True,
        )


_janitor = _Janitor()  # one for this process


@asynccontextmanager
async def standing(folder: str, status: os.stat_result) -> AsyncGenerator[None]:
    """Have all of `PLACES` there in a folder. Commands that run side by side share them: the last one takes them back.

    Raises:
        OSError: the folder is no longer the one with this `status`, or cannot be opened.
        ToolError: `busy`: another program holds its lock.
    """
    fd = os.open(folder, read_flags("O_DIRECTORY", "O_NOFOLLOW"))
    try:
        if not os.path.samestat(os.fstat(fd), status):
            raise FileNotFoundError(folder)
        await _share(fd)
        _janitor.watch(folder)
        try:
            for name in PLACES:
                _make(fd, name)
            yield
        finally:
            _take_back(fd)
    finally:
        os.close(fd)


def _make(folder: int, name: str) -> None:
    with suppress(OSError):  # something is there; or nothing can be made here, by a command neither
        os.mkdir(name, 0o700, dir_fd=folder)
        os.utime(name, ns=(MARK, MARK), dir_fd=folder)


def _take_back(folder: int) -> None:
    if not _is_locked(folder, alone=True):
        return
    for name in PLACES:
        if _is_placeholder(folder, name):
            with suppress(OSError):
                os.rmdir(name, dir_fd=folder)


def _is_placeholder(folder: int, name: str) -> bool:
    try:
        return os.lstat(name, dir_fd=folder).st_mtime_ns == MARK
    except FileNotFoundError:
        return False


async def _share(folder: int) -> None:
    """Hold a folder together with others, of other processes too, until it is closed. Whoever takes placeholders back
    holds it alone for a moment; a program of the project might for ever."""
    try:
        async with asyncio.timeout(LOCK_SECONDS):
            while not _is_locked(folder, alone=False):  # noqa: ASYNC110 (a lock tells nobody that it is free)
                await asyncio.sleep(0.01)
    except TimeoutError:
        text = "Another program holds a lock on the workspace folder: end it, or try again later."
        raise ToolError("busy", text) from None


def _is_locked(folder: int, *, alone: bool) -> bool:
    """Whether the folder is held now, alone or together with others; what was held before counts no more."""
    import fcntl  # not on Windows, where nothing is confined

    try:
        fcntl.flock(folder, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
