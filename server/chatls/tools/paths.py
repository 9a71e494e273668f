"""The one gate to the file system: from a path as a model spells it to an open file of the workspace.

No tool opens a file or lists a folder but through `Roots`, and nothing outside the workspace folders comes through
it by any spelling, link or race. What is refused is a `ToolError` with one of the codes `no_workspace`,
`outside_workspace`, `invalid_path`, `ambiguous_path`, `not_found`, `not_a_folder`, `is_a_folder`, `not_regular_file`,
`permission_denied` and `io_error`; no message names a path outside. Made by `cli.py`, used by every tool.
"""

import errno
import os
import stat
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from typing import Protocol

from chatls.tools import folder_root
from chatls.tools.base import ToolError
from chatls.tools.beneath import Entry, OutsideError, Parts, Root
from chatls.tools.folder_root import FolderRoot
from chatls.tools.path_root import PathRoot
from chatls.tools.uris import path_of, problem, scheme_of, uri_of

_OUTSIDE = "That path is outside the workspace: only what lies in its folders can be read."
_WINDOWS = os.name == "nt"


class RootMaker(Protocol):
    """Opens a workspace folder. Raises OSError where it cannot be opened."""

    def __call__(self, path: str) -> Root: ...


def best_root(path: str) -> Root:
    """The strongest root that this system can have."""
    return FolderRoot(path) if folder_root.supported() else PathRoot(path)


@dataclass(frozen=True, slots=True)
class Folder:
    """A workspace folder: its name, unique in the workspace, its path as the editor spells it, and its root."""

    name: str
    path: str
    root: Root


@dataclass(frozen=True, slots=True)
class WorkspacePath:
    """A place in a workspace folder, whether or not anything is there. `parts` hold no "", "." or ".."."""

    folder: Folder
    parts: Parts

    @property
    def uri(self) -> str:
        """Its `file:` URI, spelled by the folder's path as the editor gave it."""
        return uri_of(os.path.join(self.folder.path, *self.parts))  # noqa: PTH118 (surrogates pass)

    def __truediv__(self, name: str) -> "WorkspacePath":
        return WorkspacePath(self.folder, (*self.parts, name))


@dataclass(frozen=True, slots=True)
class Opened:
    """A regular file, open for reading. `path` is where it really is: without symbolic links."""

    file: FileIO
    path: WorkspacePath
    status: os.stat_result


class Roots:
    """The workspace folders, each opened once. Closing it, or replacing its folders, refuses what was removed.

    `folders` are (name, absolute path); those that cannot be opened are left out. `make` is for tests.
    """

    def __init__(self, folders: Iterable[tuple[str, str]], *, make: RootMaker = best_root) -> None:
        self._make = make
        self._folders: tuple[Folder, ...] = ()
        self._unusable: tuple[str, ...] = ()
        self.replace(folders)

    @property
    def folders(self) -> Sequence[Folder]:
        return self._folders

    def replace(self, folders: Iterable[tuple[str, str]]) -> None:
        """Take over another set of folders. Those that stay keep their root, those that went are refused at once."""
        before = {folder.path: folder for folder in self._folders}
        kept: dict[str, Folder] = {}
        unusable: list[str] = []
        for path, name in {path: name for name, path in folders}.items():
            try:
                root = before[path].root if path in before else self._make(path)
            except OSError:
                unusable.append(name)
            else:
                kept[path] = Folder(_unique(name, [folder.name for folder in kept.values()]), path, root)
        self._folders, self._unusable = tuple(kept.values()), tuple(unusable)
        for path, folder in before.items():
            if path not in kept:
                folder.root.close()

    def close(self) -> None:
        """Give up all folders; every later call is refused."""
        self.replace(())

    def resolve(self, path: str) -> WorkspacePath:
        """The place that a relative path, an absolute path or a `file:` URI names. Links are not followed yet.

        With several folders a relative path begins with a folder's name, or names something that only one holds.

        Raises:
            ToolError: it is none, lies outside, or more than one folder has it.
        """
        self._check(path)
        if scheme_of(path):
            local = path_of(path)
            if local is None:
                raise ToolError("outside_workspace", "Only files of the workspace can be read, not other URIs.")
            self._check(local)
            return self._absolute(local)
        if os.path.isabs(path) or os.path.splitdrive(path)[0]:  # noqa: PTH117 (also "c:x", which is not absolute)
            return self._absolute(path)
        return self._relative(_normal(path))

    def starts(self, path: str) -> Sequence[WorkspacePath]:
        """As `resolve`, but "." and "" are all folders: where a listing or a search begins."""
        if path in ("", ".", "./") and self._folders:
            return [WorkspacePath(folder, ()) for folder in self._folders]
        return [self.resolve(path)]

    def shown(self, path: WorkspacePath) -> str:
        """How a path is written for people and models: "src/a.py", with several folders "folder/src/a.py".

        What would break a line or is no text is written as an escape.
        """
        name = (path.folder.name,) if len(self._folders) > 1 else ()
        return _text((*name, *path.parts)) or "."

    @contextmanager
    def open_file(self, path: WorkspacePath, *, follow: bool = True) -> Generator[Opened]:
        """Open a regular file for reading (unbuffered); closed on leaving. `follow=False` refuses links on the way.

        Raises:
            ToolError: it is not there, not a regular file, or a link leads outside.
        """
        with self._told(path):
            fd, parts = path.folder.root.open(path.parts, follow=follow)
            with _file(fd) as file:
                yield Opened(file, WorkspacePath(path.folder, parts), os.fstat(fd))

    def scan(
        self, path: WorkspacePath, limit: int, *, sizes: bool = False, follow: bool = True
    ) -> tuple[list[Entry], WorkspacePath]:
        """At most `limit` entries of a folder, sorted by name, and where the folder really is.

        Raises:
            ToolError: it is not there, not a folder, or a link leads outside.
        """
        with self._told(path):
            entries, parts = path.folder.root.scan(path.parts, limit, sizes=sizes, follow=follow)
        return entries, WorkspacePath(path.folder, parts)

    def _check(self, path: str) -> None:
        if not self._folders:
            why = f"the folder {self._unusable[0]} cannot be opened" if self._unusable else "no folder is open"
            raise ToolError("no_workspace", f"There are no workspace files: {why} in the editor. Open a folder first.")
        if trouble := problem(path):
            raise ToolError("invalid_path", f"The path {trouble}: give it as list_directory or find_files show it.")

    def _absolute(self, path: str) -> WorkspacePath:
        """The place in the innermost folder that holds an absolute path."""
        parts = _normal(path)
        best: WorkspacePath | None = None
        for folder in self._folders:
            for spelled in (folder.path, folder.root.real):
                above = _normal(spelled)
                inside = [*map(os.path.normcase, parts[: len(above)])] == [*map(os.path.normcase, above)]
                if inside and (best is None or len(parts) - len(above) < len(best.parts)):
                    best = WorkspacePath(folder, parts[len(above) :])
        if best is None:
            raise ToolError("outside_workspace", _OUTSIDE)
        return best

    def _relative(self, parts: Parts) -> WorkspacePath:
        if len(self._folders) == 1:
            return WorkspacePath(self._folders[0], parts)
        for folder in self._folders:
            if parts and parts[0] == folder.name:
                return WorkspacePath(folder, parts[1:])
        places = [WorkspacePath(folder, parts) for folder in self._folders]
        there = [place for place in places if parts and self._exists(place)]
        if len(there) == 1:
            return there[0]
        names = ", ".join(folder.name for folder in self._folders)
        if there or not parts:
            raise ToolError("ambiguous_path", f"Begin the path with the name of a workspace folder: {names}.")
        raise ToolError("not_found", f"{_text(parts)} is in none of the workspace folders: {names}.")

    def _exists(self, path: WorkspacePath) -> bool:
        try:
            fd, _ = path.folder.root.open(path.parts)
        except OSError as error:
            return error.errno == errno.EISDIR
        os.close(fd)
        return True

    @contextmanager
    def _told(self, path: WorkspacePath) -> Generator[None]:
        """Tell an operating system's error as one sentence without foreign paths."""
        try:
            yield
        except OutsideError:
            raise ToolError("outside_workspace", _OUTSIDE) from None
        except OSError as error:
            code, what = _REASONS.get(error.errno or 0, ("io_error", "cannot be read"))
            raise ToolError(code, f"{self.shown(path)} {what}.") from None


_NOT_REGULAR = ("not_regular_file", "is a pipe, a socket or a device, not a file")
_ESCAPES = {code: repr(chr(code))[1:-1] for code in (*range(32), 127, 0x85, 0x2028, 0x2029)}
_REASONS = {
    errno.ENOENT: ("not_found", "does not exist: look for it with find_files or list_directory"),
    errno.EISDIR: ("is_a_folder", "is a folder: use list_directory"),
    errno.ENOTDIR: ("not_a_folder", "is not a folder, or leads through a file"),
    errno.ELOOP: ("not_found", "leads through too many symbolic links"),
    errno.ENAMETOOLONG: ("invalid_path", "is too long a path"),
    errno.EACCES: ("permission_denied", "may not be read by this user"),
    errno.EPERM: ("permission_denied", "may not be read by this user"),
    errno.ENXIO: _NOT_REGULAR,  # a socket, or a device without a driver
    errno.ENODEV: _NOT_REGULAR,
}


def _file(fd: int) -> FileIO:
    """The descriptor as a file, if it is a regular one; closed otherwise."""
    mode = os.fstat(fd).st_mode
    if stat.S_ISREG(mode):
        return FileIO(fd, "rb")
    os.close(fd)
    code = errno.EISDIR if stat.S_ISDIR(mode) else errno.ENODEV
    raise OSError(code, os.strerror(code))


def _text(parts: Parts) -> str:
    return "/".join(parts).translate(_ESCAPES).encode("utf-8", "backslashreplace").decode()


def _unique(name: str, taken: Sequence[str]) -> str:
    """The name with a number where another folder has it: a path may begin with it."""
    wanted, number = name, 2
    while wanted in taken:
        wanted, number = f"{name}-{number}", number + 1
    return wanted


def _normal(path: str) -> Parts:
    """The parts of a path, `.` and `..` worked out by text alone.

    Raises:
        ToolError: it climbs above its beginning.
    """
    drive, rest = os.path.splitdrive(path)
    parts = [drive] if drive else []
    for part in rest.replace("\\", "/").split("/") if _WINDOWS else rest.split("/"):
        if part == "..":
            if not parts:
                raise ToolError("outside_workspace", _OUTSIDE)
            parts.pop()
        elif _WINDOWS and ":" in part:
            raise ToolError("invalid_path", "A colon cannot be part of a file's name here.")
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)
