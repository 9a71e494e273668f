"""A summary of turns that no longer fit, by the model that answers; without the model, a list of what was asked.

The instruction is the file `prompts/summary.md`. Called by `chat/conversation.py` alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from chatls.chat.agents import PROMPTS
from chatls.chat.compaction import cut
from chatls.chat.events import Compacted, Finish, Token, Usage
from chatls.chat.fitting import Size, Window
from chatls.chat.messages import Message, ModelRequest
from chatls.chat.ports import Provider
from chatls.chat.text import GrowingText, one_line

SUMMARY_CHARS = 6000
"""What is kept of a summary by a model that does not end."""
LISTED = 40
"""Messages of the user that are listed where no model has summarised."""
LISTED_CHARS = 160

_LENGTHS = (8000, 2000, 400, 100)
"""Characters to which each message is cut, one after the other, where the messages themselves are too long."""


def summary_request(plain: ModelRequest, messages: Sequence[Message], size: Size, window: Window) -> ModelRequest:
    """The request for a summary of these messages, cut where they would not fit the window themselves.

    It begins as the conversation's own requests do, tools included: the model server has read that already.
    """
    asked = [*messages, Message("user", _instruction())]
    for length in _LENGTHS:
        if size(asked) <= window.limit - window.summary:
            break
        asked = [
            asked[0],
            *(replace(message, content=cut(message.content, length)) for message in asked[1:-1]),
            asked[-1],
        ]
    think = False if "thinking" in plain.model.capabilities else None
    return replace(plain, messages=asked, options=replace(plain.options, max_tokens=window.summary, think=think))


@cache
def _instruction() -> str:
    return (PROMPTS / "summary.md").read_text(encoding="utf-8").strip()


async def summarise(provider: Provider, request: ModelRequest) -> tuple[str, Usage | None]:
    """The model's summary, empty if it says nothing, and its counts.

    Raises:
        ProviderError: it could not be asked, or broke off.
    """
    text, usage = GrowingText(), None
    async with provider.stream(request) as events:
        async for event in events:
            if isinstance(event, Token):
                text.append(event.data)
            elif isinstance(event, Finish):
                usage = event.usage
    return cut(str(text).strip(), SUMMARY_CHARS), usage


def listed(turns: Sequence[Sequence[Message]], earlier: Compacted, upto: int) -> str:
    """What stands in for a summary: the summary so far, and what the user asked after that."""
    asked = [turn[0] for turn in turns[earlier.summarised : upto] if turn[0].role == "user"]
    left_out = len(asked) - LISTED
    lines = [f"- {one_line(message.content, LISTED_CHARS)}" for message in asked[-LISTED:]]
    note = [f"- ({left_out} messages before that are left out)"] if left_out > 0 else []
    before = [cut(earlier.summary, SUMMARY_CHARS // 2), ""] if earlier.summary else []
    return "\n".join([*before, "The model could not summarise these turns. The user asked:", *note, *lines])
