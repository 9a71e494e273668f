"""Orchestrator: a task in, the events of a turn out.

It knows models, tools and clients only by the ports, and holds no state of any task: one serves the whole process.
Called by `lsp/stream.py`; usable alone with a scripted provider.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from chatls.chat.agents import Agent, Limits
from chatls.chat.buffer import ResponseBuffer
from chatls.chat.conversation import Prompt, conversation_of
from chatls.chat.delegation import Delegation
from chatls.chat.keeping import TurnLog
from chatls.chat.ledger import Ledger
from chatls.chat.messages import Message
from chatls.chat.ports import Choice, Clock, Models, RetryPolicy, Toolset
from chatls.chat.recorder import Recorder
from chatls.chat.task import Execution, TaskRequest
from chatls.chat.titles import question, title_by
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
        return self._ahead(task, await self._choice(task))

    async def title(self, task: TaskRequest, said: Sequence[Message]) -> str:
        """What the model of a task that is over calls the conversation; empty if it is not to be bothered with that.

        It is asked in the words of the task's own requests, which it has read already.

        Raises:
            ProviderError: it could not be asked.
        """
        choice = await self._choice(task)
        if not choice.provider.local:
            return ""
        return await title_by(choice.provider, self._ahead(task, choice, (*said, question())).request)

    async def _choice(self, task: TaskRequest) -> Choice:
        return await self._parts.models.choose(task.model or task.agent.model)

    def _ahead(self, task: TaskRequest, choice: Choice, said: Sequence[Message] = ()) -> Prompt:
        """The next request of a task, with what was said after its goal."""
        parts = self._parts
        ledger = Ledger(ResponseBuffer(parts.clock), parts.limits)
        toolset = Delegation(parts, replace(task, model=choice.model.id), ledger)
        return conversation_of(task, choice, toolset, said, parts.calibration).look_ahead()

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
