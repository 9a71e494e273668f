"""One model call's answer, folded from its events: the truth that history keeps, while the events are the show.

Pure. Used by `chat/turn.py` alone.
"""

from dataclasses import dataclass, field

from chatls.chat.events import Finish, ModelEvent, Phase, Thinking, Token, ToolCall
from chatls.chat.messages import Message
from chatls.chat.text import GrowingText


@dataclass(slots=True)
class Answer:
    """What one model call has said so far. `finish` is there once the model ended it itself."""

    text: GrowingText = field(default_factory=GrowingText)
    thinking: GrowingText = field(default_factory=GrowingText)
    calls: list[ToolCall] = field(default_factory=list[ToolCall])
    finish: Finish | None = None

    @property
    def shown(self) -> bool:
        """Whether a client has seen anything of it that cannot be taken back."""
        return bool(self.text or self.thinking)

    def fold(self, event: ModelEvent) -> None:
        match event:
            case Token():
                self.text.append(event.data)
            case Thinking():
                self.thinking.append(event.data)
            case ToolCall():
                self.calls.append(event)
            case Finish():
                self.finish = event
            case Phase():
                pass

    def message(self, calls: tuple[ToolCall, ...] = ()) -> Message:
        """The assistant's message; `calls` only those that will get a result."""
        return Message("assistant", str(self.text), thinking=str(self.thinking), tool_calls=calls)
