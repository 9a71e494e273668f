"""The title of a session, by the model that answered in it. Called by `chat/orchestrator.py` alone.

The instruction is the file `prompts/title.md`.
"""

from dataclasses import replace
from functools import cache

from chatls.chat.agents import PROMPTS
from chatls.chat.events import Token
from chatls.chat.messages import Message, ModelRequest
from chatls.chat.ports import Provider
from chatls.chat.sessions import title_of
from chatls.chat.text import GrowingText

MAX_TOKENS = 64
_AROUND = " \t\"'`*#_.“”„«»"


@cache
def question() -> Message:
    """What the model is asked behind the conversation."""
    return Message("user", (PROMPTS / "title.md").read_text(encoding="utf-8").strip())


async def title_by(provider: Provider, request: ModelRequest) -> str:
    """What the model calls the conversation of a request that ends with the question; empty if it has no answer.

    Raises:
        ProviderError: it could not be asked, or broke off.
    """
    think = False if "thinking" in request.model.capabilities else None
    options = replace(request.options, max_tokens=MAX_TOKENS, temperature=0.0, think=think)
    text = GrowingText()
    async with provider.stream(replace(request, options=options)) as events:
        async for event in events:
            if isinstance(event, Token):
                text.append(event.data)
    lines = [line.strip(_AROUND) for line in str(text).splitlines()]
    return title_of(next((line for line in lines if line), ""))
