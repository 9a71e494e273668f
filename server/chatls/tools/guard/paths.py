"""The one gate to the file system: from a path as a model spells it to an open file of the workspace.

No tool opens or changes a file or lists a folder but through `Roots`. Nothing outside the workspace folders comes
through it by any spelling, link or race, and no file's text that holds secrets. What is refused is a `ToolError` with
one of the codes `no_workspace`, `outside_workspace`, `invalid_path`, `ambiguous_path`, `not_found`, `not_a_folder`,
`is_a_folder`, `not_regular_file`, `too_many_links`, `permission_denied`, `secret` and `io_error`, for changes also
`already_there`, `files_changed`, `is_a_link`, `disk_full` and `other_disk`; no message names a path outside. Made by
`rooms.py`.
"""

import errno
import os
import stat
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from chatls.tools.base import ToolError
from chatls.tools.guard import folder_root
from chatls.tools.guard.beneath import Entry, EntryKind, Parts, Root, kind_of
from chatls.tools.guard.folder_root import FolderRoot
from chatls.tools.guard.path_root import PathRoot
from chatls.tools.guard.places import Folder, Opened, WorkspacePath, parts_of, printable, unique
from chatls.tools.guard.refusals import outside, refusal
from chatls.tools.guard.secrets import denied, secret
from chatls.tools.uris import path_of, problem, scheme_of


def best_root(path: str) -> Root:
    """The strongest root that this system can have."""
    return FolderRoot(path) if folder_root.supported() else PathRoot(path)


class Roots:
    """The workspace folders, each opened once. Closing it, or replacing its folders, refuses what was removed.

    `folders` are (name, absolute path); those that cannot be opened are left out. `make` is for tests.
    """

    def __init__(self, folders: Iterable[tuple[str, str]], *, make: Callable[[str], Root] = best_root) -> None:
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
        for path, name in {str(Path(path).absolute()): name for name, path in folders}.items():
            try:
                root = before[path].root if path in before else self._make(path)
            except OSError:
                unusable.append(name)
            else:
                kept[path] = Folder(unique(name, [folder.name for folder in kept.values()]), path, root)
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
        return self._relative(parts_of(path))

    def starts(self, path: str) -> Sequence[WorkspacePath]:
        """As `resolve`, but "." and "" are all folders: where a listing or a search begins."""
        if path in ("", ".", "./") and self._folders:
            return [WorkspacePath(folder, ()) for folder in self._folders]
        return [self.resolve(path)]

    def shown(self, path: WorkspacePath) -> str:
        """How a path is written for people and models: "src/a.py", with several folders "folder/src/a.py"."""
        name = (path.folder.name,) if len(self._folders) > 1 else ()
        return printable((*name, *path.parts)) or "."

    @contextmanager
    def open_file(self, path: WorkspacePath, *, follow: bool = True) -> Generator[Opened]:
        """Open a regular file for reading (unbuffered); closed on leaving. `follow=False` refuses links on the way.

        Raises:
            ToolError: it is not there, not a regular file, it holds secrets, or a link leads outside.
        """
        with self._told(path):
            fd, parts = path.folder.root.open(path.parts, follow=follow)
            status = os.fstat(fd)
            with _file(fd, status.st_mode) as file:
                if secret(path.parts) or (parts != path.parts and secret(parts)):
                    raise denied(self.shown(path))
                yield Opened(file, WorkspacePath(path.folder, parts), status)

    def locate(self, path: WorkspacePath) -> tuple[EntryKind, WorkspacePath]:
        """What is there, links followed, and where it really is.

        Raises:
            ToolError: it is not there, or a link leads outside.
        """
        with self._told(path):
            status, parts = path.folder.root.locate(path.parts)
        return kind_of(status), WorkspacePath(path.folder, parts)

    def write(
        self, path: WorkspacePath, data: bytes, *, expect: os.stat_result | None, mode: int | None = None
    ) -> None:
        """Write a whole file, at once, for good, and only where `expect` is what is there (None: nothing). No link is
        followed: `locate` says where one leads. The mode of a file that is replaced is kept, but for `mode`.

        Raises:
            ToolError: it cannot be written, or is no longer what is expected. Then nothing has changed.
        """
        with self._told(path, writing=True):
            path.folder.root.write(path.parts, data, expect=expect, mode=mode)

    def remove(self, path: WorkspacePath, expect: os.stat_result) -> None:
        """Remove the file with this status. Raises as `write`."""
        with self._told(path, writing=True):
            path.folder.root.remove(path.parts, expect)

    def move(self, old: WorkspacePath, new: WorkspacePath) -> None:
        """Move a file within its workspace folder, to where nothing is. Raises as `write`, without links as there."""
        if old.folder != new.folder:
            raise ToolError("other_disk", "A file can be moved only within one workspace folder.")
        try:
            old.folder.root.move(old.parts, new.parts)
        except OSError as error:
            about = new if error.errno in (errno.EEXIST, errno.ENOTDIR) else old
            raise refusal(error, self.shown(about), writing=True) from None

    def remove_empty(self, path: WorkspacePath) -> bool:
        """Remove a folder if nothing is in it; False where that is not so, or cannot be done."""
        try:
            path.folder.root.remove_folder(path.parts)
        except OSError:
            return False
        return True

    def local(self, path: WorkspacePath) -> str | None:
        """A folder's path for a program to run in; None where that has come to mean another folder, or none."""
        local = Path(path.folder.root.real, *path.parts)
        try:
            status, _ = path.folder.root.locate(path.parts)
            return str(local) if os.path.samestat(status, local.lstat()) else None
        except OSError:
            return None

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
        parts = parts_of(path)
        best: WorkspacePath | None = None
        for folder in self._folders:
            for spelled in (folder.path, folder.root.real):
                above = parts_of(spelled)
                inside = [*map(os.path.normcase, parts[: len(above)])] == [*map(os.path.normcase, above)]
                if inside and (best is None or len(parts) - len(above) < len(best.parts)):
                    best = WorkspacePath(folder, parts[len(above) :])
        if best is None:
            raise outside()
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
        raise ToolError("not_found", f"{printable(parts)} is in none of the workspace folders: {names}.")

    def _exists(self, path: WorkspacePath) -> bool:
        try:
            path.folder.root.locate(path.parts)
        except OSError:
            return False
        return True

    @contextmanager
    def _told(self, path: WorkspacePath, *, writing: bool = False) -> Generator[None]:
        """Tell an operating system's error as one sentence without foreign paths."""
        try:
            yield
        except OSError as error:
            raise refusal(error, self.shown(path), writing=writing) from None


def _file(fd: int, mode: int) -> FileIO:
    """The descriptor as a file, if that is what its mode says; closed otherwise."""
    if stat.S_ISREG(mode):
        return FileIO(fd, "rb")
    os.close(fd)
    code = errno.EISDIR if stat.S_ISDIR(mode) else errno.ENODEV
    raise OSError(code, os.strerror(code))
