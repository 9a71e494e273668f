"""How a file is, as its user sees it: what the editor has of it, or else the disk.

Blocks, so it is called in a thread. Used by `tools/editing/images.py` before a file changes, and by
`tools/editing/undo.py`.
"""

import stat
from dataclasses import dataclass
from hashlib import sha256

from chatls.chat.undo import UNKNOWN, digest_of
from chatls.tools.base import ToolError
from chatls.tools.editing.codec import UTF_8, Coding, decoded, encoded
from chatls.tools.editing.current import MAX_FILE, Current, read_bytes
from chatls.tools.editing.targets import Target
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.work import Deadline

MAX_KEPT = MAX_FILE
"""Bytes of a file whose content is kept so that it can be brought back."""
MAX_LOOKED_AT = 512 * 1024 * 1024
"""Bytes of a file that is looked at at all, so that it is known again: it can be moved back."""
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class State:
    """A file: the digest of its content (None: there is none; `UNKNOWN`: too large), its permission bits, and the
    content itself where that can be kept."""

    digest: str | None = None
    mode: int | None = None
    content: bytes | None = None


def state_of(roots: Roots, target: Target, deadline: Deadline) -> State:
    """The state of a file.

    Raises:
        ToolError: as `Roots.open_file`.
    """
    if target.document is not None:
        return held(as_bytes(target.document.text, coding_on_disk(roots, target.path.uri)), mode_of(target))
    if target.status is None:
        return State()
    if target.status.st_size > MAX_KEPT:
        return State(_digest(roots, target.path, deadline), mode_of(target))
    content, _ = read_bytes(roots, target.path, follow=False)
    return held(content, mode_of(target))


def held(content: bytes, mode: int | None) -> State:
    """The state of a file that has this content."""
    return State(digest_of(content), mode, content if len(content) <= MAX_KEPT else None)


def mode_of(target: Target) -> int | None:
    """The permission bits of what is on the disk."""
    return None if target.status is None else stat.S_IMODE(target.status.st_mode) & 0o777


def before_of(roots: Roots, current: Current) -> tuple[bytes | None, Coding]:
    """What a text is as a file, and how; None where there is no file."""
    if current.target.document is not None:
        coding = coding_on_disk(roots, current.target.path.uri)
        return as_bytes(current.text or "", coding), coding
    return None if current.text is None else as_bytes(current.text, current.coding), current.coding


def as_bytes(text: str, coding: Coding) -> bytes:
    """A text in this coding, or in UTF-8 where that has not all of its characters."""
    try:
        return encoded(text, coding, "")
    except ToolError:
        return text.encode("utf-8", "replace")


def coding_on_disk(roots: Roots, uri: str) -> Coding:
    """How the disk has the text of a document, and an editor will save it; UTF-8 where the disk has none."""
    try:
        content, _ = read_bytes(roots, roots.resolve(uri))
        return decoded(content, "")[1]
    except ToolError:
        return UTF_8


def _digest(roots: Roots, path: WorkspacePath, deadline: Deadline) -> str:
    """The digest of a file that is not read into memory."""
    digest, read = sha256(), 0
    with roots.open_file(path, follow=False) as opened:
        while piece := opened.file.read(_PIECE):
            digest.update(piece)
            read += len(piece)
            if read > MAX_LOOKED_AT or deadline.passed:
                return UNKNOWN
    return digest.hexdigest()
