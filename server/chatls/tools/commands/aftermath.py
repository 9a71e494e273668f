"""After a confined command: what is protected and was not there before is set aside, under a name that means nothing.

What was there is read-only in the sandbox; what was not can still be made, deep in the workspace or by a link. And what
was there can be moved, with a folder above it, into one that is not looked through. Nothing is deleted, for it may be
somebody else's work. Used by `tools/commands/sandbox.py`, in a thread.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chatls.tools.base import ToolError
from chatls.tools.commands.delicate import PACKED, Delicacy, Delicate
from chatls.tools.guard.beneath import Parts
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.guard.protected import protected

_IN_FORCE = ("protected", "protected link")
_TRIES = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """By which something protected is known again, also where the folder that holds it was moved: its kind, and the
    device and inode number it stands for (for a link that leads nowhere, its path).
    """

    delicacy: Delicacy
    identity: tuple[int, int] | Parts


def marks(delicate: Iterable[Delicate]) -> frozenset[Mark]:
    """The marks of all that is protected or secret."""
    return frozenset(mark for _, mark in _marked(delicate))


def set_aside(roots: Roots, before: frozenset[Mark], after: Iterable[Delicate]) -> Sequence[str]:
    """Rename what is new; what was done, a sentence for each."""
    new = [path for path, mark in _marked(after) if mark.delicacy in _IN_FORCE and mark not in before]
    return [f"{roots.shown(path)} is protected: it lies as {_moved(path)} beside it now" for path in new]


def bring_out(roots: Roots, lost: frozenset[Mark], everywhere: Iterable[Delicate]) -> Sequence[str]:
    """Rename the folders that are not looked through, and hold now what was found elsewhere; a sentence for each."""
    found = [path for path, mark in _marked(everywhere) if mark in lost]
    outermost = dict.fromkeys(_passed_over(path) for path in found)
    return [
        f"{roots.shown(path)} has protected files or secrets in it now: it lies as {_moved(path)} beside it"
        for path in outermost
        if path is not None
    ]


def _passed_over(path: WorkspacePath) -> WorkspacePath | None:
    depth = next((depth for depth, part in enumerate(path.parts) if part in PACKED), None)
    return None if depth is None else WorkspacePath(path.folder, path.parts[: depth + 1])


def _marked(delicate: Iterable[Delicate]) -> Iterator[tuple[WorkspacePath, Mark]]:
    for path, delicacy in (found for one in delicate for found in one.found):
        if delicacy != "link target":
            yield path, Mark(delicacy, _identity(path))


def _identity(path: WorkspacePath) -> tuple[int, int] | Parts:
    try:
        status, _ = path.folder.root.locate(path.parts)
    except OSError:
        return path.parts
    return status.st_dev, status.st_ino


def _moved(path: WorkspacePath) -> str:
    """Give it another name in its folder; which one.

    Raises:
        ToolError: `set_aside_failed`, which must be told: it is in force.
    """
    name = path.parts[-1]
    with suppress(OSError):
        folder, _ = path.folder.root.open(path.parts[:-1], follow=False)
        try:
            other = next(other for other in _names(name) if not _is_there(folder, other))
            os.rename(name, other, src_dir_fd=folder, dst_dir_fd=folder)
            return other
        finally:
            os.close(folder)
    raise ToolError("set_aside_failed", f"The command made {name}, which is protected, and it cannot be moved away.")


def _names(name: str) -> Iterator[str]:
    every = (f"{name}.set-aside", *(f"set-aside-{number}" for number in range(1, _TRIES)))
    return (other for other in every if not protected((other,)))


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
