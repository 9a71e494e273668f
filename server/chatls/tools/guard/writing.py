"""Changes to what a folder holds: one file written whole or not at all, removed, or given another place.

A folder is given by its descriptor, so nobody can put another in its place meanwhile; links are never followed. What
a call has done is on the disk when it returns, and of a call that fails nothing is left. Used by the two roots
(`tools/guard/folder_root.py`, `tools/guard/path_root.py`).
"""

import errno
import os
import stat
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from chatls.tools.guard.beneath import ChangedError, OutsideError, Parts, read_flags

_NEW = read_flags() | os.O_WRONLY | os.O_CREAT | os.O_EXCL
_FOLDER = read_flags("O_DIRECTORY", "O_NOFOLLOW")
_NO_HARD_LINKS = {errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP}  # network file systems, of folders
_WINDOWS = os.name == "nt"


@dataclass(frozen=True, slots=True)
class Within:
    """A folder to work in: by its descriptor, or by its real path where the system opens nothing relative to one."""

    path: str
    fd: int | None = None

    def at(self, name: str) -> str:
        """The entry of that name, for the functions of `os` together with `dir_fd=fd`."""
        return str(Path(self.path, name))

    def verify(self) -> None:
        """Refuse a folder known by its path, once that leads elsewhere."""
        if self.fd is None and os.path.realpath(self.path) != self.path:
            raise OutsideError(errno.EXDEV, "the path changed while it was worked on")

    def sync(self) -> None:
        """Have the disk know what the folder holds, where the system can be asked to."""
        try:
            if self.fd is not None:
                os.fsync(self.fd)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise

    @contextmanager
    def below(self, name: str) -> Generator["Within"]:
        """A folder in this one."""
        if self.fd is None:
            yield Within(self.at(name))
            return
        fd = os.open(name, _FOLDER, dir_fd=self.fd)
        try:
            yield Within("", fd)
        finally:
            os.close(fd)


def split(parts: Parts) -> tuple[Parts, str]:
    """The folder and the name of a path.

    Raises:
        IsADirectoryError: it is the root itself.
    """
    if not parts:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return parts[:-1], parts[-1]


@contextmanager
def made(folder: Within, names: Sequence[str]) -> Generator[Within]:
    """The folder at the end of `names`, each of which is made. Those are taken away again if the work in it fails."""
    with ExitStack() as stack:
        for name in names:
            folder = stack.enter_context(_made(folder, name))
        yield folder


@contextmanager
def _made(folder: Within, name: str) -> Generator[Within]:
    new = True
    try:
        os.mkdir(folder.at(name), dir_fd=folder.fd)
    except FileExistsError:  # somebody else was faster
        new = False
    try:
        with folder.below(name) as inner:
            yield inner
        folder.sync()
    except BaseException:
        if new:
            with suppress(OSError):
                os.rmdir(folder.at(name), dir_fd=folder.fd)
        raise


def write(folder: Within, name: str, data: bytes, *, expect: os.stat_result | None, mode: int | None) -> None:
    """Write a file by way of another one beside it. Arguments and errors as `Root.write`."""
    before = _check(folder, name, expect)
    if before is not None and not os.access(folder.at(name), os.W_OK, dir_fd=folder.fd):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))  # it could be replaced all the same
    beside = f".chatls-{token_hex(8)}.tmp"
    # Nobody else may read the text before the mode is the right one; the system knows the mode of a new file.
    fd = os.open(folder.at(beside), _NEW, 0o666 if before is None and mode is None else 0o600, dir_fd=folder.fd)
    try:
        with os.fdopen(fd, "wb") as file:
            folder.verify()
            file.write(data)
            file.flush()
            _take_over(fd, before, mode)
            os.fsync(fd)
        folder.verify()
        if before is None:
            _rename(folder, beside, folder, name)
        else:
            _check(folder, name, expect)
            os.replace(folder.at(beside), folder.at(name), src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
    except BaseException:
        with suppress(OSError):
            os.unlink(folder.at(beside), dir_fd=folder.fd)
        raise
    folder.sync()


def remove(folder: Within, name: str, expect: os.stat_result) -> None:
    """Remove a file. Arguments and errors as `Root.remove`."""
    _check(folder, name, expect)
    folder.verify()
    os.unlink(folder.at(name), dir_fd=folder.fd)
    folder.sync()


def remove_folder(folder: Within, name: str) -> None:
    """Remove an empty folder. Errors as `Root.remove_folder`."""
    folder.verify()
    os.rmdir(folder.at(name), dir_fd=folder.fd)
    folder.sync()


def move(source: Within, old: str, target: Within, new: str) -> None:
    """Give a file another name or folder. Errors as `Root.move`."""
    _check_kind(os.stat(source.at(old), dir_fd=source.fd, follow_symlinks=False))
    source.verify()
    target.verify()
    _rename(source, old, target, new)
    target.sync()
    source.sync()


def _check(folder: Within, name: str, expect: os.stat_result | None) -> os.stat_result | None:
    """The status of what is there, as long as that is what is expected: that very file, unchanged, or nothing."""
    try:
        found = os.stat(folder.at(name), dir_fd=folder.fd, follow_symlinks=False)
    except FileNotFoundError:
        if expect is not None:
            raise ChangedError(errno.ESTALE, "the file is gone") from None
        return None
    _check_kind(found)
    if expect is None:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    if _identity(found) != _identity(expect):
        raise ChangedError(errno.ESTALE, "the file is another one, or was written to")
    return found


def _check_kind(status: os.stat_result) -> None:
    """Whether this is a regular file: writing into a pipe or a device would reach something else."""
    if stat.S_ISREG(status.st_mode):
        return
    other = errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.ENODEV
    code = errno.ELOOP if stat.S_ISLNK(status.st_mode) else other
    raise OSError(code, os.strerror(code))


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _take_over(fd: int, before: os.stat_result | None, mode: int | None) -> None:
    """Give a file the owner and mode of the one it will replace, or the mode that is asked for.

    Of a file that belongs to somebody else only root can make a new one; others are refused, for the file would be
    theirs from then on. A file with several names loses this one: the others, maybe outside the workspace, keep the
    old text. What runs as its owner (setuid) no longer does, as after any write.
    """
    if before is not None and not _WINDOWS:
        now = os.fstat(fd)
        if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
            os.fchown(fd, before.st_uid, before.st_gid)
    wanted = mode if mode is not None else before.st_mode if before is not None else None
    if wanted is not None and not _WINDOWS:
        os.fchmod(fd, wanted & 0o777)


def _rename(source: Within, old: str, target: Within, new: str) -> None:
    """Rename a file, never onto something else."""
    if _WINDOWS:  # where this is what renaming means
        os.rename(source.at(old), target.at(new))  # noqa: PTH104
        return
    try:
        os.link(source.at(old), target.at(new), src_dir_fd=source.fd, dst_dir_fd=target.fd, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _rename_onto_own(source, old, target, new)
        return
    try:
        os.unlink(source.at(old), dir_fd=source.fd)
    except OSError:
        os.unlink(target.at(new), dir_fd=target.fd)
        raise


def _rename_onto_own(source: Within, old: str, target: Within, new: str) -> None:
    """Rename a file where it cannot have two names: the new one is taken by an empty file first."""
    os.close(os.open(target.at(new), _NEW, 0o600, dir_fd=target.fd))
    try:
        os.replace(source.at(old), target.at(new), src_dir_fd=source.fd, dst_dir_fd=target.fd)
    except OSError:
        os.unlink(target.at(new), dir_fd=target.fd)
        raise
