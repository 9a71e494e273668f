"""A file that one process holds at a time, so that what is read, changed and written again is not lost to another.

Freed by the system when its holder dies: who holds one is alive. Blocks: called in threads only, by
`store/grants.py` and `store/owners.py`.
"""

import errno
import os
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

PAUSE = 0.02
"""Seconds between two tries."""


@contextmanager
def locked(path: Path, seconds: float) -> Generator[None]:
    """Hold the lock file at this path, which is made if it is not there; others wait.

    Raises:
        OSError: another process still held it after `seconds`, or it cannot be made.
    """
    deadline = time.monotonic() + seconds
    while (descriptor := taken(path)) is None:
        if time.monotonic() > deadline:
            raise OSError(errno.EBUSY, "another process is writing there", str(path))
        time.sleep(PAUSE)
    try:
        yield
    finally:
        os.close(descriptor)


def taken(path: Path) -> int | None:
    """Take the lock file at this path, which is made if it is not there. Gives its descriptor, which frees it when it
    is closed; None while another holds it.

    Raises:
        OSError: it cannot be made or opened.
    """
    try:
        import fcntl
    except ImportError:
        with suppress(FileExistsError, PermissionError):
            # Windows deletes it when it is closed, also with the process.
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_TEMPORARY", 0))
        return None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def held(path: Path) -> bool:
    """Whether a living process holds the lock file at this path."""
    try:
        import fcntl
    except ImportError:
        return path.exists()
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
