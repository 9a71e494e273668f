"""What `chat/showPrompt` takes and answers.

Shapes alone, as in `lsp/messages.py`. Read by `lsp/show_prompt.py`, by `lsp/methods.py` and by the tests.
"""

from typing import Any, Literal

from pydantic import Field

from chatls.lsp.messages import StreamOptions, UserMessage
from chatls.lsp.wire import Count, Id, Wire


class ShowPromptParams(Wire):
    """chat/showPrompt: the next request of a session, with a message or without; the rest as in chat/stream."""

    session_id: Id | None = Field(default=None, description="Absent: that of a new session.")
    message: UserMessage | None = Field(default=None, description="What would be said next.")
    agent: Id | None = None
    model: Id | None = None
    options: StreamOptions | None = None


class ShowPromptResult(Wire):
    """chat/showPrompt: what would be sent, and how long it is."""

    model: Id
    request: dict[str, Any] = Field(
        description="The body of the request as the model server gets it; always with `messages` and `options`."
    )
    tokens: Count = Field(description="The length of the request, instructions and tools included.")
    estimated: Literal[True] = Field(description="The length is an estimate; model servers count only what they run.")
    context_limit: Count | None = Field(default=None, description="The model's window, in tokens, where it has one.")
    answer_room: Count | None = Field(default=None, description="What of the window is kept for the answer.")
    to_summarise: Count | None = Field(
        default=None, description="How many of the earlier turns would be summarised before: that is not done here."
    )
