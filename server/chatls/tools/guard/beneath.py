"""What it means to open or change something beneath a folder: the `Root` that does it, and what its makers share.

`tools/guard/folder_root.py` has the root for systems that open relative to a descriptor, `tools/guard/path_root.py` the
one for those that cannot (Windows). Only `tools/guard/paths.py` uses either.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Protocol

Parts = tuple[str, ...]
EntryKind = Literal["file", "folder", "link", "other"]


class OutsideError(OSError):
    """The path leads out of the folder, or the folder was given up."""


class ChangedError(OSError):
    """A file is not what it was when somebody looked at it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a folder holds. `size` is in bytes, known only for files and where it was asked for."""

    name: str
    kind: EntryKind
    size: int | None = None


class Root(Protocol):
    """A folder, and what may be read and changed beneath it. All methods may be called from any thread."""

    @property
    def real(self) -> str:
        """The folder's own path without symbolic links, as it was when the root was made."""
        ...

    def open(self, parts: Parts, *, follow: bool = True) -> tuple[int, Parts]:
        """Open for reading, never waiting: a descriptor, and the parts without symbolic links.

        Raises:
            OutsideError: it lies outside, or the folder was given up.
            OSError: it cannot be opened; ELOOP with `follow=False` where a link is in the way.
        """
        ...

    def scan(self, parts: Parts, limit: int, *, sizes: bool = False, follow: bool = True) -> tuple[list[Entry], Parts]:
        """At most `limit` entries of a folder, by name, and its parts without symbolic links. Raises as `open`."""
        ...

    def locate(self, parts: Parts) -> tuple[os.stat_result, Parts]:
        """The status of what is there, links followed, and its parts without symbolic links. Raises as `open`."""
        ...

    def write(self, parts: Parts, data: bytes, *, expect: os.stat_result | None, mode: int | None = None) -> None:
        """Write a whole file, at once and for good; no link is followed anywhere on the way.

        `expect` is the status of the file to replace, whose mode is kept; None: nothing is there yet, and folders
        that are missing are made. The new file's `mode` is the user's default where none is given.

        Raises:
            OutsideError: the folder was given up.
            ChangedError: it is not the file that is expected, or was written to since.
            OSError: it cannot be written; EEXIST where nothing was expected, ELOOP where a link is in the way, EISDIR
                or ENODEV where something else than a file is. Nothing has changed then, if the disk does not fail.
        """
        ...

    def remove(self, parts: Parts, expect: os.stat_result) -> None:
        """Remove the file with this status. Raises as `write`."""
        ...

    def move(self, old: Parts, new: Parts) -> None:
        """Move a file to where nothing is, making folders that are missing. Raises as `write`."""
        ...

    def remove_folder(self, parts: Parts) -> None:
        """Remove a folder that is empty. Raises as `write`; ENOTEMPTY where something is in it."""
        ...

    def close(self) -> None:
        """Give the folder up: every later call is refused. What runs at this moment may end first."""
        ...


def read_flags(*more: str) -> int:
    """Flags for `os.open`, of those that this system knows.

    O_NONBLOCK: opening a FIFO without a writer must not wait. O_NOCTTY: a terminal must not become ours.
    """
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT", *more):
        flags |= getattr(os, name, 0)
    return flags


def kind_of(status: os.stat_result) -> EntryKind:
    """What a status that followed links describes."""
    if stat.S_ISDIR(status.st_mode):
        return "folder"
    return "file" if stat.S_ISREG(status.st_mode) else "other"


def entries(folder: int | Path, limit: int, *, sizes: bool) -> list[Entry]:
    """The first `limit` entries that the system names, sorted."""
    with os.scandir(folder) as found:
        return sorted(_read(islice(found, limit), sizes=sizes), key=lambda entry: entry.name)


def _read(found: Iterator["os.DirEntry[Any]"], *, sizes: bool) -> Iterator[Entry]:
    for entry in found:
        kind = _kind(entry)
        try:
            size = entry.stat(follow_symlinks=False).st_size if sizes and kind == "file" else None
        except OSError:  # gone since it was named
            continue
        yield Entry(entry.name, kind, size)


def _kind(entry: "os.DirEntry[Any]") -> EntryKind:
    try:
        if entry.is_symlink() or _is_junction(entry):
            return "link"
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        return "file" if entry.is_file(follow_symlinks=False) else "other"
    except OSError:
        return "other"


def _is_junction(entry: "os.DirEntry[Any]") -> bool:
    """Windows' own kind of link between folders (Python 3.12 and later can tell)."""
    check = getattr(entry, "is_junction", None)
    return bool(check is not None and check())
