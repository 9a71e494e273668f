"""What the tasks of one turn have in common: where their events go, what they may still use and what they have used.

Made by `chat/turn.py` for each turn; its own task and the subtasks (`chat/work.py`) share it.
"""

import asyncio
from dataclasses import replace

from chatls.chat.agents import Limits
from chatls.chat.buffer import ResponseBuffer
from chatls.chat.events import Answered, TaskEvent
from chatls.chat.time_limit import TimeLimit

SIDE_BY_SIDE = 4
"""Model calls, and calls of `delegate` in one message, that run at a time."""


class Ledger:
    """One turn's account. `limits` are those of the agent that answers: for the turn as a whole."""

    def __init__(self, buffer: ResponseBuffer, limits: Limits) -> None:
        self.buffer = buffer
        self.time = TimeLimit(limits.seconds)
        self.model_calls = limits.model_calls
        self.completion_tokens = 0
        self.call_ids: set[str] = set()
        """The ids of all tool calls: unique in the turn, since a subtask is known by that of its call."""
        self.streaming = asyncio.Semaphore(SIDE_BY_SIDE)
        self._calls_left = limits.model_calls

    def take_call(self, depth: int) -> bool:
        """Count a model call of a task that lies so deep; False: none is left.

        Each task above keeps one, to say what came of it.
        """
        if self._calls_left <= depth:
            return False
        self._calls_left -= 1
        return True


class MarkedSink:
    """Where the events of a subtask go: to the turn's own, marked with the id of the call that the subtask answers."""

    def __init__(self, buffer: ResponseBuffer, task: str) -> None:
        self._buffer = buffer
        self._task = task

    async def put(self, event: TaskEvent) -> None:
        await self._buffer.put(replace(event, task=self._task))

    def put_nowait(self, event: TaskEvent) -> None:
        self._buffer.put_nowait(replace(event, task=self._task))

    def note(self, event: Answered) -> None:
        self._buffer.note(replace(event, task=self._task))

    async def kept(self) -> None:
        await self._buffer.kept()
