"""Attachments of a message: from the wire to text.

Each is read as the editor has it, else from disk through the guard on the workspace; what cannot be read refuses the
whole message, naming its index, before anything has begun (wire contract, section 3), unless the client attached it
unasked. Called by `lsp/goal.py`; what the text of a message mentions is read by `lsp/mentions.py`.
"""

from collections.abc import Sequence

from chatls.chat.context import Attached
from chatls.chat.events import Phase, ToolFailure
from chatls.chat.workspace import WorkspaceReader
from chatls.errors import InvalidParams
from chatls.lsp import messages as wire
from chatls.lsp.editor import LspEditor
from chatls.lsp.positions import Positions
from chatls.lsp.wire import Range

_EXPECTED = {"file": "a readable file of the workspace, or an open document", "folder": "a folder of the workspace"}


async def read_attachments(
    attachments: Sequence[wire.Attachment], reader: WorkspaceReader, editor: LspEditor
) -> tuple[list[Attached], list[Phase]]:
    """All attachments as text, in order, and what the user is to be told of implicit ones that were left out.

    Raises:
        InvalidParams: one that is not implicit cannot be read; the field names its index.
    """
    read: list[Attached] = []
    left_out: list[Phase] = []
    for index, attachment in enumerate(attachments):
        field = f"message.attachments[{index}]"
        found = await _read(field, attachment, reader, editor)
        if isinstance(found, Attached):
            read.append(found)
        elif isinstance(attachment, wire.MayBeImplicit) and attachment.implicit:
            left_out.append(Phase("connecting", _left_out(attachment, found, reader), left_out=index))
        else:
            raise InvalidParams(f"{field}.uri", f"{_EXPECTED[attachment.type]} ({found.message})")
    return read, left_out


def _left_out(attachment: wire.MayBeImplicit, why: ToolFailure, reader: WorkspaceReader) -> str:
    if isinstance(attachment, wire.TextAttachment):
        name = attachment.name
    else:
        name = reader.name(attachment.uri) or attachment.uri
    reason = "may hold passwords or keys" if why.code == "secret" else "cannot be read"
    return f"{name} {reason}: it is not sent along."


async def _read(
    field: str, attachment: wire.Attachment, reader: WorkspaceReader, editor: LspEditor
) -> Attached | ToolFailure:
    match attachment:
        case wire.TextAttachment():
            found = Attached("text", attachment.name, attachment.text)
            return await _secret(attachment, attachment.name, reader) or found
        case wire.SelectionAttachment():
            name = reader.name(attachment.uri) or attachment.uri
            found = Attached("selection", name, attachment.text, _line_numbers(attachment.range))
            return await _secret(attachment, attachment.uri, reader) or found
        case wire.FolderAttachment():
            listing = await reader.folder(attachment.uri)
            name = reader.name(attachment.uri) or attachment.uri
            return listing if isinstance(listing, ToolFailure) else Attached("folder", name, listing.text)
        case wire.DiagnosticsAttachment():
            name = reader.name(attachment.uri) or attachment.uri
            return Attached("diagnostics", name, await _diagnostics(attachment.uri, field, editor))
        case wire.FileAttachment():
            return await read_file(attachment, reader, editor)


async def _secret(attachment: wire.MayBeImplicit, name: str, reader: WorkspaceReader) -> ToolFailure | None:
    """Why text that the client took by itself is not passed on. What the user chose is theirs to send."""
    return await reader.secret(name) if attachment.implicit else None


async def read_file(
    attachment: wire.FileAttachment, reader: WorkspaceReader, editor: LspEditor
) -> Attached | ToolFailure:
    """A file, or the lines of it that its range touches, or why it cannot be read."""
    wanted = attachment.range
    name = reader.name(attachment.uri) or attachment.uri
    lines = wanted and _line_numbers(wanted)
    read = await reader.file(attachment.uri, lines)
    if isinstance(read, ToolFailure):
        return read
    cut = bool(read.truncated)
    if wanted is None:
        return Attached("file", name, read.text, cut=cut)
    text, _, note = read.text.rpartition("\n") if cut else (read.text, "", "")
    part, to_end = _slice(text, wanted, editor.position_encoding)
    cut = cut and to_end
    return Attached("file", name, f"{part}\n{note}" if cut else part, lines, cut=cut)


async def _diagnostics(uri: str, field: str, editor: LspEditor) -> str:
    if not editor.tells_diagnostics:
        raise InvalidParams(field, "diagnostics only from a client that announces them (experimental.chatls)")
    found = await editor.diagnostics(uri)
    if found is None:
        raise InvalidParams(f"{field}.uri", "a document whose diagnostics the editor can tell")
    return "\n".join(f"{each.line}:{each.column} {each.severity}: {each.message}" for each in found)


def _slice(text: str, wanted: Range, encoding: str) -> tuple[str, bool]:
    """What a range holds whose first line is that of the text, and whether the text ends before it does. Positions
    count in the encoding agreed on."""
    positions = Positions(text, encoding)
    start = positions.offset(0, wanted.start.character)
    end = positions.offset(wanted.end.line - wanted.start.line, wanted.end.character)
    return text[start:end], end == len(text)


def _line_numbers(wanted: Range) -> tuple[int, int]:
    """1-based and inclusive; a range that ends before a line's first character does not touch that line."""
    last = wanted.end.line if wanted.end.character == 0 and wanted.end.line > wanted.start.line else wanted.end.line + 1
    return wanted.start.line + 1, last
