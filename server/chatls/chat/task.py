"""What is asked of the orchestrator, and what it gives back: a task and its execution.

Values and one small handle; the work itself is `chat/work.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from chatls.chat.agents import Agent
from chatls.chat.buffer import ResponseBuffer
from chatls.chat.events import Compacted, Phase, StreamEvent
from chatls.chat.messages import Message, ModelOptions


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """A task: the goal (the user's message), what was said before, and who is to do it.

    `guidance` is what every agent is told beside its own instructions. A subtask has the id of the call that asked for
    it, and lies one deeper than the task that made the call. `notices` are for the user, told as it begins.
    `compacted` says how the model is shown the turns of `context`.
    """

    goal: Message
    agent: Agent
    context: Sequence[Message] = ()
    model: str | None = None
    options: ModelOptions = field(default_factory=ModelOptions)
    session_id: str = ""
    turn_id: str = ""
    guidance: str = ""
    call_id: str | None = None
    depth: int = 0
    notices: tuple[Phase, ...] = ()
    compacted: Compacted = field(default_factory=Compacted)


class Execution:
    """A task under way. Iterate it for the events: the first is a `Start`, the last a `Done` or a `Fault`.

    `messages` grows by what was said after the goal: what a later task gets as its context.
    """

    def __init__(self, buffer: ResponseBuffer) -> None:
        self.buffer = buffer
        self.messages: list[Message] = []
        self.cancelled = False
        self._worker: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """End the task: the model's stream is closed, tools are ended, the last event says so. Harmless when over."""
        if not self.cancelled:
            self.cancelled = True
            if self._worker is not None:
                self._worker.cancel()

    def start(self, worker: asyncio.Task[None]) -> None:
        """Told by the worker itself: a task that is cancelled before its first step would never end its stream."""
        self._worker = worker

    def ending(self) -> None:
        """Told by the worker: the outcome is settled, and a cancel comes too late."""
        self._worker = None

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        while await self.buffer.ready():
            for event in self.buffer.drain():
                yield event
