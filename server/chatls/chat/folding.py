"""The conversation as a model sees it again, folded from the events that a turn left in its log.

The events are the truth: nothing else is kept of a turn. Pure. Used by `store/`.
"""

from collections.abc import Iterable, Sequence

from chatls.chat.events import (
    Answered,
    Done,
    Fault,
    LogEvent,
    Thinking,
    Token,
    ToolCall,
    ToolCallEvent,
    ToolFailure,
    ToolResultEvent,
    ToolText,
)
from chatls.chat.messages import CANCELLED, Message, tool_message
from chatls.errors import ProviderError

INTERRUPTED = ToolFailure(
    "interrupted", "The server ended before this call did. What it did until then is not known; it is not made again."
)
CUT = ProviderError("stream_interrupted", "The server ended before the answer was complete.", hint="Ask again.")


def folded(events: Iterable[LogEvent]) -> list[Message]:
    """What was said in a turn after the user's message. Every call of a tool has a result, also where none came."""
    folding = _Folding()
    for event in events:
        folding.fold(event)
    return folding.finished()


def missing(events: Sequence[LogEvent]) -> list[LogEvent]:
    """What the log of a turn lacks that ended with its process: a result for each call that was shown, and an end."""
    answered = {event.id for event in events if isinstance(event, ToolResultEvent)}
    calls = (event for event in events if isinstance(event, ToolCallEvent) and event.id not in answered)
    results = [ToolResultEvent(call.id, call.tool, 0, error=INTERRUPTED, task=call.task) for call in calls]
    return [*reversed(results), Fault(CUT)]  # those of a subtask, which came later, before its own


class _Folding:
    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._calls: tuple[ToolCall, ...] = ()
        self._outcomes: dict[str, ToolText | ToolFailure] = {}
        self._last: LogEvent | None = None

    def fold(self, event: LogEvent) -> None:
        self._last = event
        match event:
            case Token(task=None):
                self._text.append(event.data)
            case Thinking(task=None):
                self._thinking.append(event.data)
            case Answered(task=None):
                self._close(event.calls)
            case ToolResultEvent(task=None):
                self._answer(event)
            case _:
                pass

    def finished(self) -> list[Message]:
        """All of it; text that no end of an answer followed was cut, and stays."""
        if self._text or self._thinking:
            self._close(())
        self._answer_calls()
        return self._messages

    def _close(self, calls: tuple[ToolCall, ...]) -> None:
        self._answer_calls()
        text, thinking = "".join(self._text), "".join(self._thinking)
        self._messages.append(Message("assistant", text, thinking=thinking, tool_calls=calls))
        self._text, self._thinking, self._calls = [], [], calls

    def _answer_calls(self) -> None:
        """The results of the last answer's calls, in their order, whatever the order in which they came."""
        cut = isinstance(self._last, Fault) and self._last.error.message == CUT.message
        lacking = CANCELLED if isinstance(self._last, Done | Fault) and not cut else INTERRUPTED
        outcomes = ((call, self._outcomes.get(call.id, lacking)) for call in self._calls)
        self._messages += [tool_message(call.id, call.name, outcome) for call, outcome in outcomes]
        self._calls, self._outcomes = (), {}

    def _answer(self, event: ToolResultEvent) -> None:
        if (outcome := event.result or event.error) is not None:
            self._outcomes[event.id] = outcome
