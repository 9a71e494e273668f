"""A model with a window that is really there: it counts words, and refuses what has more of them than it can hold."""

from collections.abc import Sequence

from chatls.chat.events import Finish, Token, Usage
from chatls.chat.messages import Message, ModelInfo, ModelRequest
from chatls.errors import ContextOverflow
from tests.support.heart import FakeProvider, Step

SUMMARY = "We spoke of many words."


class NarrowProvider(FakeProvider):
    """Its requests are answered by `calls`, one after the other, and then with "Yes."; those for a summary apart.

    `limit` is its window in words; `told` the one that it speaks of, None for none. `silent` refusals have no numbers.
    """

    def __init__(self, limit: int, *calls: Sequence[Step], told: int | None = -1, silent: bool = False) -> None:
        super().__init__(*calls)
        self.limit = limit
        self.told = limit if told == -1 else told
        self.silent = silent
        self.summary: Sequence[Step] = [Token(SUMMARY), Finish()]
        self.summaries: list[ModelRequest] = []
        self.refused: list[int] = []
        """The words of each request that was too long."""

    def window(self, model: ModelInfo) -> int | None:
        return self.told

    def steps(self, request: ModelRequest) -> Sequence[Step]:
        count = words(request.messages)
        if count > self.limit:
            self.refused.append(count)
            self.requests.remove(request)
            numbers = {} if self.silent else {"tokens": count, "limit": self.limit}
            return [ContextOverflow("It does not fit.", hint="Widen it.", **numbers)]
        if "Write only the summary" in request.messages[-1].content:
            self.requests.remove(request)
            self.summaries.append(request)
            return self.summary
        number = len(self.requests) - 1
        usual = [Token("Yes."), Finish(usage=Usage(count, 1, count + 1, self.limit))]
        return self.calls[number] if number < len(self.calls) else usual


def words(messages: Sequence[Message]) -> int:
    return sum(len(message.content.split()) for message in messages)


def text(count: int, word: str = "word") -> str:
    """So many words."""
    return " ".join([word] * count)
