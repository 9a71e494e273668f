"""Who runs a turn: each process that has a file of sessions open holds a lock file beside it, and is known by its name.

The system frees the lock with the process, however that ends: a turn whose owner holds none was cut. Used by
`store/file.py` and `store/changes.py`.
"""

import os
import secrets
from pathlib import Path

from chatls.store.locking import held, taken


class Owner:
    """This process, among those that use the file at `path`; `path` is None where there is no file to share."""

    def __init__(self, path: Path | None) -> None:
        """
        Raises:
            OSError: the lock file cannot be made.
        """
        self.name = secrets.token_hex(8)
        self._path = path
        self._descriptor = None if path is None else taken(self._lock(path, self.name))

    def is_alive(self, name: str) -> bool:
        """Whether the process of that name still is; what a dead one left behind is cleared away."""
        if name == self.name:
            return True
        if self._path is None:
            return False
        lock = self._lock(self._path, name)
        if held(lock):
            return True
        lock.unlink(missing_ok=True)
        return False

    def close(self) -> None:
        """Be known no more."""
        if self._descriptor is not None and self._path is not None:
            self._lock(self._path, self.name).unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None

    @staticmethod
    def _lock(path: Path, name: str) -> Path:
        return path.with_suffix(f".{name}.lock")
