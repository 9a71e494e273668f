"""Orchestrator: a task in, the events of a turn out.

It knows models, tools and clients only by the ports, and holds no state of any task: one serves the whole process.
Called by `lsp/stream.py`; usable alone with a scripted provider.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from chatls.chat.agents import Agent, Limits
from chatls.chat.buffer import ResponseBuffer
from chatls.chat.conversation import Prompt, conversation_of
from chatls.chat.delegation import Delegation
from chatls.chat.keeping import TurnLog
from chatls.chat.ledger import Ledger
from chatls.chat.ports import Clock, Models, RetryPolicy, Toolset
from chatls.chat.recorder import Recorder
from chatls.chat.task import Execution, TaskRequest
from chatls.chat.turn import Turn
from chatls.chat.work import Parts


class Orchestrator:
    """Carries out tasks, any number side by side. `agents` are those that subtasks can be delegated to."""

    def __init__(
        self,
        models: Models,
        toolset: Toolset,
        retry: RetryPolicy,
        clock: Clock,
        limits: Limits | None = None,
        agents: Mapping[str, Agent] | None = None,
    ) -> None:
        self._parts = Parts(models, toolset, retry, clock, limits or Limits(), agents or {})

    async def look_ahead(self, task: TaskRequest) -> Prompt:
        """What would be sent to the model for a task, and how long it is; nothing is sent.

        Raises:
            ProviderError: there is no such model.
        """
        parts = self._parts
        choice = await parts.models.choose(task.model or task.agent.model)
        buffer = ResponseBuffer(parts.clock)
        toolset = Delegation(parts, replace(task, model=choice.model.id), Ledger(buffer, parts.limits))
        return conversation_of(task, choice, toolset, (), parts.calibration).look_ahead()

    @asynccontextmanager
    async def execute_with_streaming(self, task: TaskRequest, log: TurnLog | None = None) -> AsyncGenerator[Execution]:
        """Carry out a task while the caller reads its events; leaving before the last one cancels it.

        Failures are events too. All that happens is written to `log`, and what must last is there before the next
        thing happens (`chat/turn.py`). What the caller's own block raises comes out as an `ExceptionGroup`.
        """
        clock = self._parts.clock
        recorder = None if log is None else Recorder(clock, log)
        execution = Execution(ResponseBuffer(clock, recorder))
        async with asyncio.TaskGroup() as group:
            worker = group.create_task(Turn(self._parts, task, execution).run())
            try:
                yield execution
            finally:
                worker.cancel()
                execution.buffer.abandon()
