"""From what the user typed to what a model reads: prompt commands written out, mentions and attachments read.

The conversation keeps what was typed; this is done once, when the message comes. Called by `lsp/stream.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatls.chat.commands import expanded
from chatls.chat.context import compose
from chatls.chat.events import Phase
from chatls.chat.mentions import addressed
from chatls.errors import InvalidParams
from chatls.lsp import messages as wire
from chatls.lsp.attachments import read_attachments
from chatls.lsp.editor import LspEditor
from chatls.lsp.mentions import read_mentions
from chatls.lsp.services import Services


@dataclass(frozen=True, slots=True)
class Goal:
    """What a model reads, and what the user must know about how it came to be."""

    text: str
    notices: tuple[Phase, ...] = ()


def agent_of(asked: Mapping[str, Any], services: Services) -> str | None:
    """The agent that a message, as it came over the wire, is addressed to: `@edit rename this`."""
    return addressed(str(asked.get("content", "")), services.agents)[0]


async def read_goal(message: wire.UserMessage, services: Services, editor: LspEditor) -> Goal:
    """
    Raises:
        InvalidParams: an attachment cannot be read (the field names its index), or nothing is left to send.
    """
    _, content = addressed(message.content, services.agents)
    if content.lstrip().startswith("/"):
        content = expanded(content.lstrip(), await services.commands())
    given = message.attachments or []
    attached, left_out = await read_attachments(given, services.reader, editor)
    mentioned, told = await read_mentions(content, given, services.reader, editor)
    attached += mentioned
    if left_out and not (content or attached):
        raise InvalidParams("message.content", f"a string that is not empty ({left_out[0].message})")
    told += [f"{each.name} is too large: only the beginning is attached." for each in attached if each.cut]
    notices = (*left_out, *(Phase("connecting", sentence) for sentence in told))
    return Goal(compose(content, attached), notices)
