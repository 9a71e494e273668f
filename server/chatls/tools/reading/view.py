"""The workspace as one tool call sees it: what the editor has open wins over the disk, ignored files are left out, and
what holds secrets is refused.

Made on the event loop at the start of a call, so that it asks the editor there; used in a thread after that. Every
tool that reads goes through it.
"""

import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import FileIO

from chatls.chat.ports import Editor
from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import EntryKind
from chatls.tools.guard.ignore import IgnoreRules
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import Opened, WorkspacePath
from chatls.tools.guard.secrets import refuse_secret
from chatls.tools.text import Encoding, decoded, encoding_of, with_plain_ends
from chatls.tools.uris import scheme_of

PIECE = 64 * 1024
"""Bytes read at a time."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text, to be read once and inside the `open` that gave it.

    `path` is free of symbolic links, `size` in bytes; `pieces` end their lines with `\\n`. A binary file has no
    encoding and no pieces. `notes` are what a reader must know.
    """

    path: WorkspacePath
    size: int
    encoding: Encoding | None
    pieces: Iterator[str]
    notes: tuple[str, ...] = ()
    opened: Opened | None = None

    @property
    def changed(self) -> bool:
        """Whether the file was written to since it was opened."""
        if self.opened is None:
            return False
        now, then = os.fstat(self.opened.file.fileno()), self.opened.status
        return (now.st_size, now.st_mtime_ns) != (then.st_size, then.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Found:
    """Something in the workspace. `path` is free of symbolic links but for its last part, where `kind` says so."""

    path: WorkspacePath
    kind: EntryKind


class View:
    """Roots, rules and open documents of this moment."""

    def __init__(self, roots: Roots, editor: Editor) -> None:
        self.roots = roots
        self.rules = IgnoreRules(roots)
        self.documents: Mapping[WorkspacePath, str] = dict(_open_documents(roots, editor))

    def starts(self, path: str, *, ignored: bool = False) -> list[Found]:
        """Where a listing or a search begins: what `path` names, or all folders. `ignored` as in `open`.

        Raises:
            ToolError: as `Roots.resolve`, or it is not there, or ignored, or a file that holds secrets.
        """
        starts: list[Found] = []
        for start in self.roots.starts(path):
            kind, real = self.roots.locate(start)
            self.rules.check(real, folder=kind == "folder", ignored=ignored)
            if kind != "folder":
                refuse_secret(real.parts, self.roots.shown(real))
            starts.append(Found(real, kind))
        return starts

    def names(self, path: WorkspacePath, start: Found) -> tuple[str, str]:
        """How a file pattern may call a path found below `start`: from there, and as it is shown."""
        above = len(start.path.parts) - (start.kind != "folder")
        return "/".join(path.parts[above:]), self.roots.shown(path)

    @contextmanager
    def open(self, path: WorkspacePath, *, follow: bool = True, ignored: bool = False) -> Generator[Content]:
        """Open a file, from the editor where it is open there. `ignored=True` also opens what `.gitignore` names.

        Raises:
            ToolError: as `Roots.open_file`, or `ignored`.
        """
        with ExitStack() as stack:
            opened = None
            try:
                opened = stack.enter_context(self.roots.open_file(path, follow=follow))
            except ToolError as error:
                if error.code != "not_found" or path not in self.documents:
                    raise
                refuse_secret(path.parts, self.roots.shown(path))
            real = opened.path if opened else path
            self.rules.check(real, ignored=ignored)
            text = self.documents.get(path, self.documents.get(real))
            if text is not None:
                yield _of_text(real, text)
            elif opened is not None:
                yield _of_file(opened)

    def text(self, path: WorkspacePath, limit: int, *, follow: bool = True) -> str:
        """A file's whole text, every line ended by `\\n`.

        Raises:
            ToolError: as `open`, or `binary_file`, or `too_large` (over `limit` bytes).
        """
        with self.open(path, follow=follow) as content:
            name = self.roots.shown(path)
            if content.encoding is None:
                raise ToolError("binary_file", f"{name} is a binary file, {content.size:,} bytes.")
            if content.size > limit:
                raise ToolError("too_large", f"{name} has {content.size:,} bytes, more than {limit:,}.")
            return joined(content.pieces, limit)


def _of_text(path: WorkspacePath, text: str) -> Content:
    note = "as it is open in the editor, unsaved changes included"
    plain = with_plain_ends(text)
    return Content(path, len(text.encode("utf-8", "replace")), Encoding("utf-8", None), iter([plain]), (note,))


def _of_file(opened: Opened) -> Content:
    head = opened.file.read(PIECE)
    size = opened.status.st_size
    encoding = encoding_of(head, whole=len(head) < PIECE)
    if encoding is None:
        return Content(opened.path, size, None, iter(()))
    notes = (f"read as {encoding.name}",) if encoding.name else ()
    return Content(opened.path, size, encoding, decoded(_bytes(head, opened.file), encoding), notes, opened)


def _bytes(head: bytes, file: FileIO) -> Iterator[bytes]:
    piece = head
    while piece:
        yield piece
        piece = file.read(PIECE)


def joined(pieces: Iterator[str], limit: int) -> str:
    """All pieces, or the first with more than `limit` characters: a file may be large, or grow while it is read."""
    kept: list[str] = []
    room = limit
    for piece in pieces:
        kept.append(piece)
        room -= len(piece)
        if room < 0:
            break
    return "".join(kept)


def _open_documents(roots: Roots, editor: Editor) -> Iterator[tuple[WorkspacePath, str]]:
    for document in editor.documents():
        if scheme_of(document.uri) == "file":
            try:
                yield roots.resolve(document.uri), document.text
            except ToolError:
                continue
