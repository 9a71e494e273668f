"""A folder held by its descriptor. Everything beneath is opened and changed from there, part by part, so that neither a
link nor a race leads outside, and a folder whose path is retargeted stays the one it was.

Used by `tools/guard/paths.py` where the system can open relative to a descriptor (Linux, macOS, BSD).
"""

import errno
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from chatls.tools.guard import openat2, writing
from chatls.tools.guard.beneath import Entry, OutsideError, Parts, entries, read_flags
from chatls.tools.guard.writing import Within, made, split

MAX_LINKS = 40
"""Symbolic links followed for one path: what Linux allows."""

_READ = read_flags()
_READ_NO_LINK = read_flags("O_NOFOLLOW")


def supported() -> bool:
    """Whether this system can open, read links, list and change relative to a descriptor."""
    needed = {os.open, os.readlink, os.stat, os.access, os.mkdir, os.rmdir, os.unlink, os.rename, os.link}
    return needed <= os.supports_dir_fd and os.scandir in os.supports_fd


class FolderRoot:
    """A `Root` by descriptor. Links are read and walked here, each part opened from the one before it.

    Where `openat2` is there it does the frequent case, a path without links, in one call. `fast=False` does without.
    """

    def __init__(self, path: str, *, fast: bool = True) -> None:
        self.real = os.path.realpath(path)
        self._spelled = str(Path(path).absolute())
        self._fast = fast and openat2.available()
        self._fd = os.open(path, read_flags("O_DIRECTORY"))
        self._lock = Lock()
        self._users = 0
        self._closed = False

    def open(self, parts: Parts, *, follow: bool = True) -> tuple[int, Parts]:
        with self._borrowed() as root:
            return self._open(root, parts, follow=follow)

    def scan(self, parts: Parts, limit: int, *, sizes: bool = False, follow: bool = True) -> tuple[list[Entry], Parts]:
        fd, real = self.open(parts, follow=follow)
        try:
            return entries(fd, limit, sizes=sizes), real
        finally:
            os.close(fd)

    def locate(self, parts: Parts) -> tuple[os.stat_result, Parts]:
        fd, real = self.open(parts)
        try:
            return os.fstat(fd), real
        finally:
            os.close(fd)

    def write(self, parts: Parts, data: bytes, *, expect: os.stat_result | None, mode: int | None = None) -> None:
        above, name = split(parts)
        with self._folder(above, make=True) as folder:
            writing.write(folder, name, data, expect=expect, mode=mode)

    def remove(self, parts: Parts, expect: os.stat_result) -> None:
        above, name = split(parts)
        with self._folder(above) as folder:
            writing.remove(folder, name, expect)

    def move(self, old: Parts, new: Parts) -> None:
        (old_above, old_name), (new_above, new_name) = split(old), split(new)
        with self._folder(old_above) as source, self._folder(new_above, make=True) as target:
            writing.move(source, old_name, target, new_name)

    def remove_folder(self, parts: Parts) -> None:
        above, name = split(parts)
        with self._folder(above) as folder:
            writing.remove_folder(folder, name)

    def close(self) -> None:
        with self._lock:
            last = not self._closed and self._users == 0
            self._closed = True
        if last:
            os.close(self._fd)

    def _open(self, root: int, parts: Parts, *, follow: bool) -> tuple[int, Parts]:
        if self._fast:
            try:
                return openat2.open_beneath(root, parts, _READ), parts
            except OSError as error:
                if error.errno != errno.ELOOP or not follow:
                    raise
        return _Walk(root, (self.real, self._spelled), follow=follow).run(parts)

    @contextmanager
    def _folder(self, parts: Parts, *, make: bool = False) -> Generator[Within]:
        """The folder at a path without links, to change something in it; `make`: also where it is not there yet."""
        with self._borrowed() as root:
            fd, missing = self._deepest(root, parts) if make else (self._open(root, parts, follow=False)[0], ())
            try:
                with made(Within("", fd), missing) as folder:
                    yield folder
            finally:
                os.close(fd)

    def _deepest(self, root: int, parts: Parts) -> tuple[int, Parts]:
        """The last folder of a path that is there, and the names below it that are not."""
        for depth in range(len(parts), 0, -1):
            with suppress(FileNotFoundError):
                return self._open(root, parts[:depth], follow=False)[0], parts[depth:]
        return self._open(root, (), follow=False)[0], parts

    @contextmanager
    def _borrowed(self) -> Generator[int]:
        """The folder's descriptor, not closed while in use: its number could come to mean another folder."""
        with self._lock:
            if self._closed:
                raise OutsideError(errno.EXDEV, "the folder was given up")
            self._users += 1
        try:
            yield self._fd
        finally:
            with self._lock:
                self._users -= 1
                last = self._closed and self._users == 0
            if last:
                os.close(self._fd)


class _Walk:
    """One walk along a path. Holds the descriptors from the root down, so that `..` in a link goes back up to them."""

    def __init__(self, root: int, absolute: Sequence[str], *, follow: bool) -> None:
        self._root = root
        self._absolute = absolute
        self._follow = follow
        self._fds: list[int] = []
        self._names: list[str] = []
        self._links = 0

    def run(self, parts: Parts) -> tuple[int, Parts]:
        """Descriptor and link-free parts of where the path ends. Raises as `Root.open`."""
        todo = list(reversed(parts))
        try:
            self._fds.append(os.open(".", _READ, dir_fd=self._root))
            while todo:
                self._step(todo)
            return self._fds.pop(), tuple(self._names)
        finally:
            for fd in self._fds:
                os.close(fd)

    def _step(self, todo: list[str]) -> None:
        name = todo.pop()
        if name == "..":
            if not self._names:
                raise OutsideError(errno.EXDEV, "a link leads outside")
            self._climb_to(len(self._names) - 1)
        elif (target := self._link(name)) is None:
            self._fds.append(os.open(name, _READ_NO_LINK, dir_fd=self._fds[-1]))
            self._names.append(name)
        else:
            self._links += 1
            if not self._follow or self._links > MAX_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            todo.extend(reversed(self._parts_of(target)))

    def _link(self, name: str) -> str | None:
        try:
            return os.readlink(name, dir_fd=self._fds[-1])
        except OSError as error:
            if error.errno == errno.EINVAL:  # there, and no link
                return None
            raise

    def _parts_of(self, target: str) -> list[str]:
        """A link's target as parts from where we stand; an absolute one is walked from the root again."""
        parts = [part for part in target.split("/") if part not in ("", ".")]
        if not target.startswith("/"):
            return parts
        for root in self._absolute:
            above = [part for part in root.split("/") if part]
            if parts[: len(above)] == above:
                self._climb_to(0)
                return parts[len(above) :]
        raise OutsideError(errno.EXDEV, "a link leads outside")

    def _climb_to(self, depth: int) -> None:
        while len(self._fds) > depth + 1:
            os.close(self._fds.pop())
        del self._names[depth:]
