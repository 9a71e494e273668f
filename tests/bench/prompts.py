"""What the benchmarks ask of their model server: the message of a chat says itself how it is to be answered.

Known to both sides, the harness and `model_server.py`, so that each answer can be checked to the character.
"""

import itertools
import json
from dataclasses import astuple, dataclass
from typing import Self

MODEL = "bench:latest"
WORDS = 'The quick brown fox jumps over the lazy dog, "quotes" a\tline\nand says: schöne Grüße aus Köln; that\'s all! '
PIECES = [WORDS[start : start + 5] for start in range(0, len(WORDS), 5)]
"""The tokens of every answer, again and again: five characters each, some of which JSON or UTF-8 have to escape."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One chat: `records` tokens, each of `width` pieces, at `rate` a second (0: as fast as they go).

    `wait` is the time in seconds that the model takes before its first token.
    """

    id: int
    records: int
    rate: float = 0.0
    wait: float = 0.0
    width: int = 1

    def message(self) -> str:
        """The content of the chat's message, short enough to be a title: no model is asked for one."""
        return json.dumps(astuple(self))

    @classmethod
    def of(cls, message: str) -> Self:
        return cls(*json.loads(message))

    def tokens(self) -> list[str]:
        """The tokens of the answer, which begin anew when they are through."""
        return [piece * self.width for piece in PIECES]

    def answer(self) -> str:
        """The whole text."""
        return "".join(itertools.islice(itertools.cycle(self.tokens()), self.records))

    def said(self, text: str) -> bool:
        """Whether the answer begins so, be it as long as it may."""
        round_ = "".join(self.tokens())
        return (round_ * (len(text) // len(round_) + 1)).startswith(text)
