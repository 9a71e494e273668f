"""The text of a file as it is now: in the editor, or else on the disk.

Blocks, so it is called in a thread. Used by `tools/editing/changes.py` and, for its limits and values, by the tools
that edit.
"""

import os
from dataclasses import dataclass, replace
from io import FileIO

from chatls.chat.ports import OpenDocument
from chatls.tools.base import ToolError
from chatls.tools.editing.codec import UTF_8, Coding, decoded
from chatls.tools.editing.targets import Target
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath

MAX_FILE = 8 * 1024 * 1024
"""Bytes of a file that is edited, and of what it becomes."""


@dataclass(frozen=True, slots=True)
class Current:
    """A text with its own line ends; None where there is no file. `coding` is how the disk holds it, where the text is
    from there; `saved`: the disk is known to hold the same."""

    target: Target
    text: str | None
    coding: Coding
    saved: bool


def read_current(roots: Roots, target: Target) -> Current:
    """Read it; the target's status is from now on the one of what was read.

    Raises:
        ToolError: `too_large`, `binary_file`, `not_text`, or as `Roots.open_file`.
    """
    if target.document is not None:
        check_size(target.name, len(target.document.text))
        return Current(target, target.document.text, UTF_8, saved=is_saved(roots, target.document) or False)
    if target.status is None:
        return Current(target, None, UTF_8, saved=True)
    data, status = read_bytes(roots, target.path, follow=False)
    text, coding = decoded(data, target.name)
    return Current(replace(target, status=status), text, coding, saved=True)


def is_saved(roots: Roots, document: OpenDocument) -> bool | None:
    """Whether the disk holds what the editor has; None where that cannot be told."""
    try:
        path = roots.resolve(document.uri)
        data, _ = read_bytes(roots, path)
        return decoded(data, roots.shown(path))[0] == document.text
    except ToolError as error:
        return document.text == "" if error.code == "not_found" else None


def check_size(name: str, size: int) -> None:
    """Refuse what is too large to be edited, or would become so.

    Raises:
        ToolError: `too_large`.
    """
    if size > MAX_FILE:
        raise ToolError("too_large", f"{name} has {size:,} bytes; a file that is edited has at most {MAX_FILE:,}.")


def read_bytes(roots: Roots, path: WorkspacePath, *, follow: bool = True) -> tuple[bytes, os.stat_result]:
    """What the disk has.

    Raises:
        ToolError: `too_large`, or as `Roots.open_file`.
    """
    with roots.open_file(path, follow=follow) as opened:
        check_size(roots.shown(path), opened.status.st_size)
        data = b"".join(iter(lambda: _piece(opened.file), b""))
        check_size(roots.shown(path), len(data))
        return data, opened.status


def _piece(file: FileIO) -> bytes:
    """What is left, up to one byte too many: a file may grow while it is read."""
    return file.read(max(0, MAX_FILE + 1 - file.tell()))
