"""One turn from its first event to its last: exactly one end, whatever happens on the way.

Its length in time, its cancel and its outcome are here; the work itself is in `chat/work.py`. Called by
`chat/orchestrator.py` alone.
"""

import asyncio
from dataclasses import replace

from chatls.chat.delegation import Delegation
from chatls.chat.events import Done, Fault, Start, StopReason, Timings
from chatls.chat.ledger import Ledger
from chatls.chat.task import Execution, TaskRequest
from chatls.chat.work import Parts, Work, said
from chatls.errors import ChatError, internal


class Turn:
    """One task on its way to its last event."""

    def __init__(self, parts: Parts, task: TaskRequest, execution: Execution) -> None:
        self._parts = parts
        self._task = task
        self._execution = execution
        self._sink = execution.buffer
        self._ledger = Ledger(execution.buffer, task.agent.limits or parts.limits)
        self._work: Work | None = None
        self._began = parts.clock.now()
        self._announced = False

    async def run(self) -> None:
        """Run to the one last event, whatever happens on the way.

        Raises:
            CancelledError: the reader of the events left; a cancel of the execution itself is a normal end.
        """
        last: Done | Fault | None = None
        try:
            last = await self._run_limited()
        except asyncio.CancelledError:
            if not self._execution.cancelled:
                raise
        except ChatError as error:
            last = Fault(error)
        except Exception as error:  # noqa: BLE001 (border: whatever ends a turn is its last event)
            last = Fault(internal(error))
        finally:
            await self._finish(last or self._done("cancelled"))

    async def _finish(self, last: Done | Fault) -> None:
        self._execution.ending()
        try:
            await self._parts.toolset.finish(self._task.turn_id)
        finally:
            await self._end(last)

    async def _run_limited(self) -> Done:
        limit = self._ledger.time
        try:
            async with limit:
                return await self._run()
        except TimeoutError:
            if not limit.expired:
                raise
            return self._done("max_turn_requests", f"The turn took longer than its limit of {limit.seconds:g} seconds.")

    async def _run(self) -> Done:
        if self._execution.cancelled:
            return self._done("cancelled")
        worker = asyncio.current_task()
        assert worker is not None
        self._execution.start(worker)
        parts = self._parts
        choice = await parts.models.choose(self._task.model or self._task.agent.model)
        self._announce(choice.model.id)
        task = replace(self._task, model=choice.model.id)
        toolset = Delegation(parts, task, self._ledger)
        self._work = Work(parts, task, choice, self._ledger, toolset, self._execution.messages)
        stop = await self._work.run()
        return self._done(stop.reason, stop.message)

    def _done(self, reason: StopReason, message: str | None = None) -> Done:
        """The end, with the figures of the turn so far: an answer's tokens are those of the subtasks too."""
        total = _milliseconds(self._parts.clock.now() - self._began)
        text = said(self._execution.messages)
        if (work := self._work) is None:
            return Done(text, reason, message, timings=Timings(total_ms=total))
        first = None if work.first_text is None else _milliseconds(work.first_text - self._began)
        timings = replace(work.timings, first_token_ms=first, total_ms=total)
        usage = work.usage and replace(work.usage, completion_tokens=self._ledger.completion_tokens)
        return Done(text, reason, message, usage, timings)

    def _announce(self, model: str) -> None:
        task = self._task
        self._announced = True
        self._sink.put_nowait(Start(task.session_id, task.turn_id, task.agent.id, model))
        for notice in task.notices:
            self._sink.put_nowait(notice)

    async def _end(self, last: Done | Fault) -> None:
        if not self._announced:
            self._announce(self._task.model or self._task.agent.model or "unknown")
        self._sink.note(last)
        try:
            await self._sink.kept()
        finally:
            self._sink.close(last)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
