"""What a message mentions with `@`, read from the workspace as if the client had attached it.

What names nothing is only text; the user is told where it looks as if a file was meant. What the client attached by
itself is not read again. Called by `lsp/goal.py`.
"""

from collections.abc import Sequence

from chatls.chat.context import Attached
from chatls.chat.events import ToolFailure
from chatls.chat.mentions import Mention, mentions
from chatls.chat.workspace import Located, WorkspaceReader
from chatls.lsp import messages as wire
from chatls.lsp.attachments import read_file
from chatls.lsp.editor import LspEditor
from chatls.lsp.wire import MAX_UINT, Position, Range

MOST = 32
"""Mentions of one message that are read."""
LOOKED_AT = 256
"""Mentions of one message that are looked for at all: pasted text may be full of them."""
MOST_TOLD = 6
"""Sentences about one message."""

Told = list[str]
"""Sentences for the user."""


async def read_mentions(
    text: str, given: Sequence[wire.Attachment], reader: WorkspaceReader, editor: LspEditor
) -> tuple[list[Attached], Told]:
    """What a text mentions beside what is given with it, in order, and what the user must know of the rest."""
    known = {_key(attachment, reader) for attachment in given}
    found: list[Attached] = []
    told: Told = []
    for mention in mentions(text)[:LOOKED_AT]:
        located = await reader.locate(mention.path)
        wanted = _attachment(mention, located)
        if wanted is None or {_key(wanted, reader), _whole(wanted, reader)} & known:
            told += _missed(mention, located) if wanted is None else []
        elif len(found) == MOST:
            told.append(f"Only the first {MOST} files that the message mentions are attached.")
            break
        else:
            known.add(_key(wanted, reader))
            read = await _read(wanted, reader, editor)
            if isinstance(read, Attached) and (read.text or not mention.lines):
                found.append(read)
            else:
                told.append(_refused(mention, read))
    return found, _shortened(told)


def _shortened(told: Told) -> Told:
    if len(told) <= MOST_TOLD:
        return told
    return [*told[: MOST_TOLD - 1], f"{len(told) - MOST_TOLD + 1} more of what the message mentions is only text."]


def _attachment(mention: Mention, located: Located | None) -> wire.FileAttachment | wire.FolderAttachment | None:
    """The mention as a client would attach it; None where it names nothing that can be."""
    if located is None or located.kind == "outside":
        return None
    if located.kind == "folder":
        return wire.FolderAttachment(type="folder", uri=located.uri) if mention.is_path and not mention.lines else None
    return wire.FileAttachment(type="file", uri=located.uri, range=_range(mention.lines))


def _range(lines: tuple[int, int] | None) -> Range | None:
    if lines is None:
        return None
    return Range(start=_line(lines[0] - 1), end=_line(lines[1]))


def _line(number: int) -> Position:
    return Position(line=min(number, MAX_UINT), character=0)


async def _read(
    wanted: wire.FileAttachment | wire.FolderAttachment, reader: WorkspaceReader, editor: LspEditor
) -> Attached | ToolFailure:
    if isinstance(wanted, wire.FileAttachment):
        return await read_file(wanted, reader, editor)
    listing = await reader.folder(wanted.uri)
    if isinstance(listing, ToolFailure):
        return listing
    return Attached("folder", reader.name(wanted.uri) or wanted.uri, listing.text)


def _missed(mention: Mention, located: Located | None) -> Told:
    if located is not None and located.kind == "outside":
        return [f"{mention.written} lies outside the workspace: it is only text."]
    return [f"{mention.written} is no readable file of the workspace: it is only text."] if mention.is_path else []


def _refused(mention: Mention, read: Attached | ToolFailure) -> str:
    if isinstance(read, Attached):
        return f"{mention.written}: the file ends before these lines, so they are not attached."
    if read.code == "secret":
        return f"{mention.written} may hold passwords or keys: it is only text, and nothing of it is sent."
    return f"{mention.written} cannot be attached: {read.message}"


def _key(attachment: wire.Attachment, reader: WorkspaceReader) -> tuple[object, ...]:
    """The same for the same piece of the workspace."""
    match attachment:
        case wire.FileAttachment() | wire.SelectionAttachment():
            return ("file", reader.name(attachment.uri) or attachment.uri, attachment.range)
        case wire.FolderAttachment():
            return ("folder", reader.name(attachment.uri) or attachment.uri, None)
        case _:
            return (attachment,)


def _whole(attachment: wire.Attachment, reader: WorkspaceReader) -> tuple[object, ...]:
    """The key of all of the file or folder that it is, or is a part of."""
    return (*_key(attachment, reader)[:2], None)
