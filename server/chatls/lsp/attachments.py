"""Attachments of a message: from the wire to text.

Each is read as the editor has it, else from disk through the guard on the workspace; what cannot be read refuses the
whole message, naming its index, before anything has begun (wire contract, section 3). Called by `lsp/stream.py`.
"""

from collections.abc import Sequence

from chatls.chat.context import Attached
from chatls.chat.events import ToolFailure, ToolText
from chatls.chat.ports import WorkspaceReader
from chatls.errors import InvalidParams
from chatls.lsp import messages as wire
from chatls.lsp.editor import LspEditor
from chatls.lsp.positions import Positions, split_lines
from chatls.lsp.wire import Range


async def read_attachments(
    attachments: Sequence[wire.Attachment], reader: WorkspaceReader, editor: LspEditor
) -> list[Attached]:
    """All attachments as text, in order.

    Raises:
        InvalidParams: one cannot be read; the field names its index.
    """
    return [await _read(index, attachment, reader, editor) for index, attachment in enumerate(attachments)]


async def _read(index: int, attachment: wire.Attachment, reader: WorkspaceReader, editor: LspEditor) -> Attached:
    field = f"message.attachments[{index}]"
    match attachment:
        case wire.TextAttachment():
            return Attached("text", attachment.name, attachment.text)
        case wire.SelectionAttachment():
            name = reader.name(attachment.uri) or attachment.uri
            return Attached("selection", name, attachment.text, _line_numbers(attachment.range))
        case wire.FolderAttachment():
            listing = _text(await reader.folder(attachment.uri), f"{field}.uri", "a folder of the workspace")
            return Attached("folder", reader.name(attachment.uri) or attachment.uri, listing)
        case wire.DiagnosticsAttachment():
            name = reader.name(attachment.uri) or attachment.uri
            return Attached("diagnostics", name, await _diagnostics(attachment.uri, field, editor))
        case wire.FileAttachment():
            expected = "a readable file of the workspace, or an open document"
            outcome = await reader.file(attachment.uri)
            text = _text(outcome, f"{field}.uri", expected)
            _check_range(attachment.range, outcome, f"{field}.range")
            return _file(attachment, reader.name(attachment.uri) or attachment.uri, text, editor.position_encoding)


async def _diagnostics(uri: str, field: str, editor: LspEditor) -> str:
    if not editor.tells_diagnostics:
        raise InvalidParams(field, "diagnostics only from a client that announces them (experimental.chatls)")
    found = await editor.diagnostics(uri)
    if found is None:
        raise InvalidParams(f"{field}.uri", "a document whose diagnostics the editor can tell")
    return "\n".join(f"{each.line}:{each.column} {each.severity}: {each.message}" for each in found)


def _text(outcome: ToolText | ToolFailure, field: str, expected: str) -> str:
    if isinstance(outcome, ToolFailure):
        raise InvalidParams(field, f"{expected} ({outcome.message})")
    return outcome.text


def _check_range(wanted: Range | None, read: ToolText | ToolFailure, field: str) -> None:
    """Refuse a part of a file that was too long to be read as far as that."""
    if wanted is None or not isinstance(read, ToolText) or not read.truncated:
        return
    whole = len(split_lines(read.text)) - 2  # without the line that was cut and the note that says so
    if wanted.end.line >= whole:
        raise InvalidParams(field, f"a range within the first {whole} lines, which is all that is read of a long file")


def _file(attachment: wire.FileAttachment, name: str, text: str, encoding: str) -> Attached:
    if attachment.range is None:
        return Attached("file", name, text)
    return Attached("file", name, _slice(text, attachment.range, encoding), _line_numbers(attachment.range))


def _slice(text: str, wanted: Range, encoding: str) -> str:
    """The text of a range whose positions count in the encoding agreed on."""
    positions = Positions(text, encoding)
    start, end = (positions.offset(place.line, place.character) for place in (wanted.start, wanted.end))
    return text[start:end]


def _line_numbers(wanted: Range) -> tuple[int, int]:
    """1-based and inclusive; a range that ends before a line's first character does not touch that line."""
    last = wanted.end.line if wanted.end.character == 0 and wanted.end.line > wanted.start.line else wanted.end.line + 1
    return wanted.start.line + 1, last
