"""Deciding what of a conversation is left out, and in which order: what costs least first.

Pure: it asks for the size of a shape (`chat/compaction.py`) and returns another. Used by `chat/conversation.py`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chatls.chat.compaction import OLD_RESULT, Cut, Shape, Spoken
from chatls.chat.messages import Message

ANSWER_TOKENS = 4096
"""Room that is kept for an answer, if the window is large enough."""
SUMMARY_TOKENS = 1024
"""The longest summary that is asked for, if the window is large enough."""
KEPT_SHARE = 0.6
"""Of what a request may have, the part that stays when older turns are summarised: it need not happen soon again."""
SHORTEST_RESULT = 400
"""Characters that a result keeps at least which the model has not seen yet."""
LONGEST_RESULT = 1 << 20

Size = Callable[[Sequence[Message]], int]
"""Tokens of a request with these messages, tools included."""


@dataclass(frozen=True, slots=True)
class Window:
    """A model's context window, in tokens: all of it, and the room in it that is kept for the answer."""

    limit: int
    room: int

    @property
    def budget(self) -> int:
        """What a request may have."""
        return self.limit - self.room

    @property
    def summary(self) -> int:
        """What a summary may have."""
        return min(SUMMARY_TOKENS, self.limit // 8)


def window_of(limit: int, max_tokens: int | None) -> Window:
    """The window with room for an answer of `max_tokens`, or of a usual one."""
    room = min(ANSWER_TOKENS, limit // 4) if max_tokens is None else min(max_tokens, limit // 2)
    return Window(limit, room)


def shorter(spoken: Spoken, shape: Shape) -> Iterator[Shape]:
    """Shapes that take no model, each smaller than the one before: with the results of older turns cut, then with
    those of this turn too that the model has seen."""
    shape = replace(shape, earlier=replace(shape.earlier, shortened=len(spoken.turns)))
    yield shape
    if number := seen(spoken):
        yield replace(shape, cuts=(Cut(number, OLD_RESULT),))


def seen(spoken: Spoken) -> int:
    """How many messages of this turn the model has seen: those before its last answer, whose results are new."""
    answers = [at for at, message in enumerate(spoken.said) if message.role == "assistant"]
    return answers[-1] if answers else 0


def to_summarise(spoken: Spoken, shape: Shape, size: Size, window: Window) -> int:
    """For how many of the earlier turns a summary should stand, so that the others fit: enough to last a while, but
    not for the last one as long as there is room for it."""
    count = len(spoken.turns)

    def tokens(number: int) -> int:
        return size(spoken.shown(replace(shape, earlier=replace(shape.earlier, summarised=number))))

    kept_from = bisect_left(range(count), -window.budget * KEPT_SHARE, key=lambda number: -tokens(number))
    last_fits = count > 0 and tokens(count - 1) <= window.budget - window.summary
    return count - 1 if kept_from == count and last_fits else kept_from


def least(spoken: Spoken, shape: Shape, size: Size, budget: int) -> Shape:
    """The shape with those results cut that the model has not seen yet: as little as makes them fit."""
    low, high = SHORTEST_RESULT, LONGEST_RESULT
    while low < high:
        middle = (low + high + 1) // 2
        if size(spoken.shown(_newest_cut(spoken, shape, middle))) <= budget:
            low = middle
        else:
            high = middle - 1
    return _newest_cut(spoken, shape, low)


def _newest_cut(spoken: Spoken, shape: Shape, chars: int) -> Shape:
    older = [cut for cut in shape.cuts if cut.upto <= seen(spoken)]
    return replace(shape, cuts=(*older, Cut(len(spoken.said), chars)))
