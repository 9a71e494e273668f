"""Reads what a user attaches to a message: the port `WorkspaceReader` (`chat/workspace.py`).

The same guard as for tools. Two things are freer, for it is the user who asks: what is open in the editor is given
wherever it lies, and what `.gitignore` names is given too. Secrets are not: some clients attach the open file unasked.
"""

from itertools import takewhile
from urllib.parse import unquote, urlsplit

from chatls.chat.events import ToolFailure, ToolText
from chatls.chat.ports import Editor
from chatls.chat.workspace import Located
from chatls.tools.base import MAX_SHOWN, ToolError
from chatls.tools.guard.beneath import Parts
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import printable
from chatls.tools.guard.secrets import refuse_secret
from chatls.tools.reading.listing import listed
from chatls.tools.reading.view import View, joined
from chatls.tools.text import window, with_plain_ends
from chatls.tools.toolset import as_result
from chatls.tools.uris import scheme_of
from chatls.tools.work import Deadline, in_thread

SECONDS = 10.0
MAX_ATTACHED = 256 * 1024
"""Bytes of an attached file."""
PART = "bytes of these lines"
FOLDER_DEPTH = 2
"""Levels shown of an attached folder."""


class AttachmentReader:
    """The port `WorkspaceReader` over these folders."""

    def __init__(self, roots: Roots, editor: Editor) -> None:
        self._roots = roots
        self._editor = editor

    def name(self, uri: str) -> str | None:
        try:
            return self._roots.shown(self._roots.resolve(uri)) if scheme_of(uri) == "file" else None
        except ToolError:
            return None

    async def locate(self, path: str) -> Located | None:
        view = View(self._roots, self._editor)
        try:
            return await in_thread(SECONDS, lambda _: _located(view, path))
        except ToolError as error:
            return Located("outside") if error.code == "outside_workspace" else None

    async def file(self, uri: str, lines: tuple[int, int] | None = None) -> ToolText | ToolFailure:
        return await as_result("Reading the file", SECONDS, self._file(uri, lines), shown=2 * MAX_ATTACHED)

    async def folder(self, uri: str) -> ToolText | ToolFailure:
        return await as_result("Listing the folder", SECONDS, self._folder(uri), shown=MAX_SHOWN)

    async def secret(self, name: str) -> ToolFailure | None:
        found = await as_result("Looking at the name", SECONDS, self._secret(name), shown=0)
        return found if isinstance(found, ToolFailure) else None

    async def _secret(self, name: str) -> ToolText:
        await in_thread(SECONDS, lambda _: _refuse_secrets(self._roots, name))
        return ToolText("")

    async def _file(self, uri: str, lines: tuple[int, int] | None) -> ToolText:
        document = self._editor.document(uri)
        if document is None:
            view = View(self._roots, self._editor)
            return await in_thread(SECONDS, lambda deadline: _from_disk(view, _checked(uri), lines, deadline))
        await in_thread(SECONDS, lambda _: _refuse_secrets(self._roots, document.uri))
        text = with_plain_ends(document.text)
        if lines is not None:
            return _bounded(window([text], *lines, MAX_ATTACHED), uri, PART)
        return _bounded(text, uri, _bytes(len(text.encode("utf-8", "replace"))))

    async def _folder(self, uri: str) -> ToolText:
        view = View(self._roots, self._editor)
        work = in_thread(SECONDS, lambda deadline: listed(view, _checked(uri), FOLDER_DEPTH, deadline, ignored=True))
        return await work


def _checked(uri: str) -> str:
    if scheme_of(uri) != "file":
        raise ToolError("outside_workspace", "Only files of the workspace and open documents can be read.")
    return uri


def _refuse_secrets(roots: Roots, uri: str) -> None:
    """Refuse an open document that holds secrets, by its own name or by that of the file a link leads to."""
    own = tuple(part for part in unquote(urlsplit(uri).path).replace("\\", "/").split("/") if part)
    for parts in (own, _real_parts(roots, uri)):
        refuse_secret(parts, printable(own[-1:]))


def _real_parts(roots: Roots, uri: str) -> Parts:
    """Where a file of the workspace really is; nothing for a document that is none."""
    try:
        return roots.locate(roots.resolve(_checked(uri)))[1].parts
    except ToolError:
        return ()


def _located(view: View, path: str) -> Located:
    place = view.roots.resolve(path)
    if place in view.documents:
        return Located("file", place.uri)
    kind, _ = view.roots.locate(place)
    return Located("folder" if kind == "folder" else "file", place.uri)


def _from_disk(view: View, uri: str, lines: tuple[int, int] | None, deadline: Deadline) -> ToolText:
    with view.open(view.roots.resolve(uri), ignored=True) as content:
        if content.encoding is None:
            raise ToolError(
                "binary_file", f"{view.roots.shown(content.path)} is a binary file, {content.size:,} bytes."
            )
        if lines is None:
            return _bounded(joined(content.pieces, MAX_ATTACHED), content.path.uri, _bytes(content.size))
        pieces = takewhile(lambda _: not deadline.passed, content.pieces)
        found = window(pieces, *lines, MAX_ATTACHED)
        if deadline.passed:
            raise ToolError("timeout", f"Line {lines[0]:,} was not reached within {SECONDS:g} s.")
        return _bounded(found, content.path.uri, PART)


def _bytes(size: int) -> str:
    return f"of {size:,} bytes"


def _bounded(text: str, uri: str, whole: str) -> ToolText:
    """The text, or as much of it as may be attached and a note; `whole` says what that is a part of."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= MAX_ATTACHED:
        return ToolText(text, uris=(uri,))
    kept = raw[:MAX_ATTACHED].decode("utf-8", "ignore")
    return ToolText(f"{kept}\n[cut: {MAX_ATTACHED:,} {whole} shown]", truncated=True, uris=(uri,))
