"""What `chat/complete` takes and answers: a `CompletionList` as LSP has it (LSP 3.17, "Completion Request").

Shapes alone, as in `lsp/messages.py`. Made in `lsp/completion.py`.
"""

from typing import Literal

from pydantic import Field

from chatls.lsp.wire import Position, Range, Wire

CompletionType = Literal["path", "range", "agent", "command"]


class CompleteParams(Wire):
    """chat/complete: what may stand at a position of a message that is being written."""

    text: str = Field(description="The message so far.")
    position: Position = Field(description="Where the cursor is in `text`, in the position encoding agreed on.")


class TextEdit(Wire):
    """A text edit of LSP, in the text of the params."""

    range: Range
    new_text: str


class CompletionData(Wire):
    """What an item is."""

    type: CompletionType


class CompletionItem(Wire):
    """An item of LSP's completion; they come in the order in which they are to be shown."""

    label: str
    kind: int = Field(description="A CompletionItemKind of LSP: how it is drawn.")
    detail: str | None = None
    sort_text: str
    filter_text: str = Field(description="What is typed is compared with this, the `@` or `/` included.")
    text_edit: TextEdit
    data: CompletionData


class CompletionList(Wire):
    """chat/complete. `isIncomplete`: ask again when more is typed."""

    is_incomplete: bool
    items: list[CompletionItem]
