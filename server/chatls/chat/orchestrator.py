"""Orchestrator: a task in, the events of a turn out.

It knows models, tools and clients only by the ports, and holds no state of any task: one serves the whole process.
Called by `lsp/stream.py`; usable alone with a scripted provider.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from chatls.chat.buffer import ResponseBuffer
from chatls.chat.ports import Clock, Models, RetryPolicy, Toolset
from chatls.chat.task import Execution, Limits, TaskRequest
from chatls.chat.turn import Parts, Turn


class Orchestrator:
    """Carries out tasks, any number side by side."""

    def __init__(
        self, models: Models, toolset: Toolset, retry: RetryPolicy, clock: Clock, limits: Limits | None = None
    ) -> None:
        self._parts = Parts(models, toolset, retry, clock, limits or Limits())

    @asynccontextmanager
    async def execute_with_streaming(self, task: TaskRequest) -> AsyncGenerator[Execution]:
        """Carry out a task while the caller reads its events; leaving before the last one cancels it.

        Failures are events too. What the caller's own block raises comes out as an `ExceptionGroup` (`TaskGroup`).
        """
        execution = Execution(ResponseBuffer(self._parts.clock))
        async with asyncio.TaskGroup() as group:
            worker = group.create_task(Turn(self._parts, task, execution).run())
            try:
                yield execution
            finally:
                worker.cancel()
