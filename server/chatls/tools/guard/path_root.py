"""A folder known by its real path only: what a path leads to is looked up before a file is opened and again after.

Used by `tools/guard/paths.py` where the system cannot open relative to a descriptor (Windows). Weaker than the other
root only against somebody who swaps a folder while one file is being changed, or twice while one is being opened;
making links needs a privilege there.
"""

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from chatls.tools.guard import writing
from chatls.tools.guard.beneath import Entry, OutsideError, Parts, entries, read_flags
from chatls.tools.guard.writing import Within, made, split

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

    def write(self, parts: Parts, data: bytes, *, expect: os.stat_result | None, mode: int | None = None) -> None:
        above, name = split(parts)
        with self._within(above, make=True) as folder:
            writing.write(folder, name, data, expect=expect, mode=mode)

    def remove(self, parts: Parts, expect: os.stat_result) -> None:
        above, name = split(parts)
        with self._within(above) as folder:
            writing.remove(folder, name, expect)

    def move(self, old: Parts, new: Parts) -> None:
        (old_above, old_name), (new_above, new_name) = split(old), split(new)
        with self._within(old_above) as source, self._within(new_above, make=True) as target:
            writing.move(source, old_name, target, new_name)

    def remove_folder(self, parts: Parts) -> None:
        above, name = split(parts)
        with self._within(above) as folder:
            writing.remove_folder(folder, name)

    def close(self) -> None:
        self._closed = True

    @contextmanager
    def _within(self, parts: Parts, *, make: bool = False) -> Generator[Within]:
        """The folder at a path without links; `make`: also where it is not there yet."""
        depth = len(self._real(parts, follow=False))
        while make and depth and not self._folder.joinpath(*parts[:depth]).exists():
            depth -= 1
        with made(Within(str(self._folder.joinpath(*parts[:depth]))), parts[depth:]) as folder:
            yield folder

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
