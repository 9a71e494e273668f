"""How many tokens a request has: estimated from its characters, and corrected by what the model server counted.

Every model has a tokenizer of its own, and none of them is here. Pure. Used by `chat/conversation.py`.
"""

import json
import math
from collections.abc import Sequence
from functools import lru_cache

from chatls.chat.messages import Message, ToolSpec

PER_MESSAGE = 4.0
"""Tokens that a template puts around a message, a call or a tool."""
SMALLEST_SAMPLE = 256
"""Estimated tokens of a request from which on its count says something about text, and not about a template."""
LOWEST, HIGHEST = 0.5, 8.0
"""Counts to an estimate of 1 that are believed. Lower, and a server has counted only what it had not cached; higher
than a token for each byte there is none."""

_LETTERS = bytes(byte for byte in range(128) if chr(byte).isalpha() or chr(byte).isspace())
_DIGITS = b"0123456789"
_LEADS = (bytes(range(0xC2, 0xE0)), bytes(range(0xE0, 0xF0)), bytes(range(0xF0, 0xF5)))
_LETTER, _DIGIT, _SIGN = 0.22, 0.7, 0.6
_WIDE = (0.5, 1.0, 2.5)
"""Tokens a character: above ASCII by the length in UTF-8, as Greek and Cyrillic, Chinese and Japanese, emoji. Rather
too high: held against the tokenizer of Llama 3 on code, prose and data they are 0 to 25 % above."""


def text_tokens(text: str) -> float:
    """The estimate for a text. It never shrinks when the text grows."""
    raw = text.encode("utf-8", "surrogatepass")
    digits = len(raw) - len(raw.translate(None, _DIGITS))
    letters = len(raw) - len(raw.translate(None, _LETTERS))
    if text.isascii():
        return _LETTER * letters + _DIGIT * digits + _SIGN * (len(raw) - letters - digits)
    wide = [len(raw) - len(raw.translate(None, leads)) for leads in _LEADS]
    signs = len(text) - letters - digits - sum(wide)
    weighed = sum(weight * count for weight, count in zip(_WIDE, wide, strict=True))
    return _LETTER * letters + _DIGIT * digits + _SIGN * signs + weighed


def message_tokens(message: Message) -> float:
    """The estimate for a message with its calls, without thinking."""
    calls = sum(
        PER_MESSAGE + text_tokens(call.name) + text_tokens(json.dumps(call.arguments, ensure_ascii=False, default=str))
        for call in message.tool_calls
    )
    return PER_MESSAGE + text_tokens(message.content) + calls


def conversation_tokens(messages: Sequence[Message]) -> float:
    """The estimate for messages. Templates show a model its thinking of this turn only."""
    latest = max((at for at, message in enumerate(messages) if message.role == "user"), default=0)
    thinking = sum(text_tokens(message.thinking) for message in messages[latest:])
    return thinking + sum(map(message_tokens, messages))


def tools_tokens(tools: Sequence[ToolSpec]) -> float:
    """The estimate for what a model is told of its tools."""
    return sum(map(_tool_tokens, tools))


@lru_cache(maxsize=256)  # the same tools go with every message, and are most of what there is to count
def _tool_tokens(tool: ToolSpec) -> float:
    return PER_MESSAGE + text_tokens(f"{tool.name}{tool.description}{json.dumps(dict(tool.input_schema))}")


class Calibration:
    """How far the estimates are off, by model: from the counts that came back. One serves the whole process."""

    def __init__(self) -> None:
        self._factors: dict[str, float] = {}

    def tokens(self, model: str, estimate: float) -> int:
        """The estimate as this model would count."""
        return math.ceil(estimate * self._factors.get(model, 1.0))

    def learn(self, model: str, estimate: float, counted: int) -> None:
        """A request of this estimate had so many tokens. What cannot be is not believed."""
        if estimate >= SMALLEST_SAMPLE and LOWEST <= counted / estimate <= HIGHEST:
            self._factors[model] = counted / estimate

    def learn_at_least(self, model: str, estimate: float, tokens: int) -> None:
        """A request of this estimate had more tokens than that, or as many."""
        factor = min(tokens / max(estimate, 1.0), HIGHEST)
        self._factors[model] = max(factor, self._factors.get(model, 1.0))
