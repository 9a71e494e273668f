"""A folder known by its real path only: what a path leads to is looked up before a file is opened and again after.

Used by `tools/paths.py` where the system cannot open relative to a descriptor (Windows). Weaker than the other root
only against somebody who swaps a folder twice while one file is being opened; making links needs a privilege there.
"""

import errno
import os
from pathlib import Path

from chatls.tools.beneath import Entry, OutsideError, Parts, entries, read_flags

_READ = read_flags()


class PathRoot:
    """A `Root` by real path, fixed when it is made."""

    def __init__(self, path: str) -> None:
        self._folder = Path(os.path.realpath(path, strict=True))
        if not self._folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        self._closed = False

    @property
    def real(self) -> str:
        return str(self._folder)

    def open(self, parts: Parts, *, follow: bool = True) -> tuple[int, Parts]:
        real = self._real(parts, follow=follow)
        if self._folder.joinpath(*real).is_dir():  # Windows' own answer would be "permission denied"
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        fd = os.open(self._folder.joinpath(*real), _READ)
        try:
            self._real(real, follow=False)
            if not os.path.samestat(os.fstat(fd), self._folder.joinpath(*real).lstat()):
                raise OutsideError(errno.EXDEV, "the path changed while it was opened")
        except BaseException:
            os.close(fd)
            raise
        return fd, real

    def scan(self, parts: Parts, limit: int, *, sizes: bool = False, follow: bool = True) -> tuple[list[Entry], Parts]:
        real = self._real(parts, follow=follow)
        return entries(self._folder.joinpath(*real), limit, sizes=sizes), real

    def locate(self, parts: Parts) -> tuple[os.stat_result, Parts]:
        real = self._real(parts, follow=True)
        return self._folder.joinpath(*real).lstat(), real

    def close(self) -> None:
        self._closed = True

    def _real(self, parts: Parts, *, follow: bool) -> Parts:
        if self._closed:
            raise OutsideError(errno.EXDEV, "the folder was given up")
        # Not strict: whether something outside is there is not told either.
        real = Path(os.path.realpath(self._folder.joinpath(*parts)))
        if not real.is_relative_to(self._folder):
            raise OutsideError(errno.EXDEV, "the path leads outside")
        found = real.relative_to(self._folder).parts
        if not follow and found != parts:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        return found
