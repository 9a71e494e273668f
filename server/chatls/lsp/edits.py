"""Changes of a document as the text they come to, and as the edits that `workspace/applyEdit` takes.

Pure. Whether a change may be made is decided before; who sends it is `lsp/editor.py`, the only caller.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from chatls.chat.ports import OpenDocument, TextChange
from chatls.lsp.positions import Positions

MAX_CHARS = 8 * 1024 * 1024
"""Characters that one request may bring into a document."""

Json = dict[str, Any]


def fits(text: str, changes: Sequence[TextChange]) -> bool:
    """Whether the changes lie inside the text without overlap, and are of a sane size."""
    end = 0
    for change in _in_order(changes):
        if not end <= change.start <= change.end <= len(text):
            return False
        end = change.end
    return sum(len(change.text) for change in changes) <= MAX_CHARS


def changed(text: str, changes: Sequence[TextChange]) -> str:
    """The text after changes that fit. Those at the same place follow one another in the order given."""
    pieces: list[str] = []
    done = 0
    for change in _in_order(changes):
        pieces += text[done : change.start], change.text
        done = change.end
    return "".join((*pieces, text[done:]))


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for how their lines end: an editor keeps to its own."""
    return _plain(one) == _plain(other)


def document_edit(document: OpenDocument, changes: Sequence[TextChange], encoding: str, *, versioned: bool) -> Json:
    """A `WorkspaceEdit` of one document, in the spelling of its URI that the client used.

    An unknown version is sent as null: Neovim fails where it is left out.
    """
    positions = Positions(document.text, encoding)
    whole = (_whole(document.text, change) for change in _joined(_in_order(changes)))
    edits = [_text_edit(change, positions) for change in _joined(whole)]
    if not versioned:
        return {"changes": {document.uri: edits}}
    return {"documentChanges": [{"textDocument": {"uri": document.uri, "version": document.version}, "edits": edits}]}


def rename_edit(old_uri: str, new_uri: str) -> Json:
    """A `WorkspaceEdit` that moves a file, never onto another."""
    return {"documentChanges": [{"kind": "rename", "oldUri": old_uri, "newUri": new_uri}]}


def delete_edit(uri: str) -> Json:
    """A `WorkspaceEdit` that deletes a file."""
    return {"documentChanges": [{"kind": "delete", "uri": uri}]}


def _in_order(changes: Sequence[TextChange]) -> list[TextChange]:
    return sorted(changes, key=lambda change: (change.start, change.end))


def _joined(changes: Iterable[TextChange]) -> list[TextChange]:
    """Changes in order, those that touch as one: no editor has to know which of them comes first."""
    found: list[TextChange] = []
    for change in changes:
        if found and found[-1].end == change.start:
            before = found.pop()
            found.append(TextChange(before.start, change.end, before.text + change.text))
        else:
            found.append(change)
    return found


def _whole(text: str, change: TextChange) -> TextChange:
    """The change without an end between CR and LF, where no position can lie: it takes the other half along."""
    start, end, new_text = change.start, change.end, change.text
    if _inside_line_end(text, start):
        start, new_text = start - 1, "\r" + new_text
    if _inside_line_end(text, end):
        end, new_text = end + 1, new_text + "\n"
    return TextChange(start, end, new_text)


def _text_edit(change: TextChange, positions: Positions) -> Json:
    places = {"start": _position(positions, change.start), "end": _position(positions, change.end)}
    return {"range": places, "newText": change.text}


def _inside_line_end(text: str, offset: int) -> bool:
    return text[max(0, offset - 1) : offset + 1] == "\r\n"


def _position(positions: Positions, offset: int) -> Json:
    line, character = positions.of(offset)
    return {"line": line, "character": character}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
