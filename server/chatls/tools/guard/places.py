"""Places in the workspace as values: a folder of it, a path in one, an open file; and how paths are written.

Nothing here touches the disk. Made by `tools/guard/paths.py`, handed around by all tools.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import Parts, Root
from chatls.tools.guard.refusals import outside

_WINDOWS = os.name == "nt"
# What would break a line or move the cursor, and what turns the direction of text.
_UNSEEN = (*range(32), *range(127, 160), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
_ESCAPES = {code: repr(chr(code))[1:-1] for code in _UNSEEN}


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
        return Path(self.folder.path, *self.parts).as_uri()

    def __truediv__(self, name: str) -> "WorkspacePath":
        return WorkspacePath(self.folder, (*self.parts, name))


@dataclass(frozen=True, slots=True)
class Opened:
    """A regular file, open for reading. `path` is where it really is: without symbolic links."""

    file: FileIO
    path: WorkspacePath
    status: os.stat_result


def printable(parts: Parts) -> str:
    """Names as one line of text: what would break it, or is no text, as an escape."""
    return "/".join(parts).translate(_ESCAPES).encode("utf-8", "backslashreplace").decode()


def unique(name: str, taken: Sequence[str]) -> str:
    """The name, with a number where another folder has it: a path may begin with it."""
    wanted, number = name, 2
    while wanted in taken:
        wanted, number = f"{name}-{number}", number + 1
    return wanted


def parts_of(path: str) -> Parts:
    """The parts of a path, `.` and `..` worked out by text alone.

    Raises:
        ToolError: it climbs above its beginning.
    """
    drive, rest = os.path.splitdrive(path)
    parts = [drive] if drive else []
    for part in rest.replace("\\", "/").split("/") if _WINDOWS else rest.split("/"):
        if part == "..":
            if not parts:
                raise outside()
            parts.pop()
        elif _WINDOWS and ":" in part:
            raise ToolError("invalid_path", "A colon cannot be part of a file's name here.")
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)
