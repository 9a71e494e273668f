"""One task being carried out: model, tools, model, until there is an answer.

The ladder: `run_turn` (until the model asks for no more tools) over `run_step` (one answer and its tools) over
`stream_model` (one model call, made again where that is harmless). Called by `chat/orchestrator.py` alone.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatls.chat.answer import Answer
from chatls.chat.events import (
    Done,
    Fault,
    Finish,
    ModelEvent,
    Phase,
    PhaseName,
    Start,
    StopReason,
    Thinking,
    Timings,
    Token,
    ToolCall,
    ToolFailure,
    Usage,
)
from chatls.chat.messages import Message, ModelRequest
from chatls.chat.ports import Choice, Clock, Models, RetryPolicy, Toolset
from chatls.chat.task import Execution, Limits, TaskRequest
from chatls.chat.time_limit import TimeLimit
from chatls.chat.tool_calls import ToolStreamingCoordinator
from chatls.errors import ChatError, ProviderError, internal

READ_GAP = 1.1
"""Sockets are read this many buffer intervals apart: what one read brings is then due at once."""

CUT_SHORT = ToolFailure("cut_short", "The answer was cut off before this call was complete, so it was not run.")

NOTHING_SAID = "The model ended its answer without saying anything."


@dataclass(frozen=True, slots=True)
class Parts:
    """What a turn works with: the same for all turns."""

    models: Models
    toolset: Toolset
    retry: RetryPolicy
    clock: Clock
    limits: Limits


class Turn:
    """One task on its way to its last event."""

    def __init__(self, parts: Parts, task: TaskRequest, execution: Execution) -> None:
        self._parts = parts
        self._task = task
        self._execution = execution
        self._sink = execution.buffer
        self._messages = execution.messages
        self._coordinator = ToolStreamingCoordinator(
            parts.toolset, self._sink, self._enter, parts.clock, task.session_id, task.turn_id, task.agent.tools
        )
        self._limit = TimeLimit(parts.limits.seconds)
        self._began = parts.clock.now()
        self._first_text: float | None = None
        self._usage: Usage | None = None
        self._timings = Timings()
        self._phase: PhaseName | None = None
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
            self._end(last)

    async def _run_limited(self) -> Done:
        try:
            async with self._limit:
                return await self._run()
        except TimeoutError:
            if not self._limit.expired:
                raise
            seconds = self._limit.seconds
            return self._done("max_turn_requests", f"The turn took longer than its limit of {seconds:g} seconds.")

    async def _run(self) -> Done:
        if self._execution.cancelled:
            return self._done("cancelled")
        worker = asyncio.current_task()
        assert worker is not None
        self._execution.start(worker)
        return await self.run_turn()

    async def run_turn(self) -> Done:
        """Go on with answers and tools until the model asks for no more, or a limit is met."""
        choice = await self._parts.models.choose(self._task.model or self._task.agent.model)
        self._announce(choice.model.id)
        if choice.notice:
            await self._enter(Phase("connecting", choice.notice))
        limit = self._parts.limits.model_calls
        for _ in range(limit):
            if (done := await self.run_step(choice)) is not None:
                return done
        return self._done("max_turn_requests", f"The limit of {limit} model calls a turn was reached.")

    async def run_step(self, choice: Choice) -> Done | None:
        """One answer of the model and the tools it asks for; a `Done` when there is nothing more to do."""
        answer = await self.stream_model(choice)
        finish = answer.finish or Finish()
        if stop := self._limit_met(answer.calls):
            self._messages.append(answer.message())
            return self._done("max_turn_requests", stop)
        calls = self._coordinator.identify(answer.calls)
        self._messages.append(answer.message(calls))
        if not calls or finish.stop_reason != "end_turn":
            await self._coordinator.refuse(calls, CUT_SHORT, self._messages)
            return self._done(finish.stop_reason, finish.stop_message or (None if self._said() else NOTHING_SAID))
        await self._coordinator.run(calls, self._messages)
        return None

    async def stream_model(self, choice: Choice) -> Answer:
        """One model call; made again after a fault as long as the client has seen none of its text."""
        attempt = 0
        while True:
            attempt += 1
            answer = Answer()
            try:
                await self._receive(choice, answer)
            except ProviderError as error:
                await self._recover(error, attempt, answer)
            except asyncio.CancelledError:
                self._keep(answer)
                raise
            else:
                return answer

    async def _receive(self, choice: Choice, answer: Answer) -> None:
        await self._enter(Phase("connecting"))
        async with choice.provider.stream(self._request(choice)) as events:
            async for event in events:
                await self._show(event)
                answer.fold(event)  # after it was shown: what a cancel kept from going out is not said either
        if answer.finish is None:
            raise ProviderError("stream_interrupted", "The model's answer broke off.", retryable=True)
        await self._account(answer.finish)

    async def _show(self, event: ModelEvent) -> None:
        if isinstance(event, Token | Thinking):
            if self._first_text is None:
                self._first_text = self._parts.clock.now()
            await self._sink.put(event)
        elif isinstance(event, Phase):
            await self._enter(event)

    async def _enter(self, phase: Phase) -> None:
        if phase.phase == "approval":
            self._limit.hold()
        else:
            self._limit.release()
        if phase.phase != self._phase or phase.message:
            self._phase = phase.phase
            await self._sink.put(phase)

    async def _recover(self, error: ProviderError, attempt: int, answer: Answer) -> None:
        """Wait for the next try, or keep what was said and raise."""
        delay = self._parts.retry.delay(error, attempt, shown=answer.shown)
        if delay is None:
            self._keep(answer)
            raise _interrupted(error) if answer.shown else error
        await self._sink.put(Fault(error, attempt, round(delay * 1000)))
        await self._enter(Phase("retrying"))
        await self._parts.clock.sleep(delay)

    def _request(self, choice: Choice) -> ModelRequest:
        task = self._task
        messages = [Message("system", task.agent.instructions), *task.context, task.goal, *self._messages]
        tools = self._parts.toolset.specs(task.agent.tools) if "tools" in choice.model.capabilities else ()
        return ModelRequest(choice.model, messages, tools, task.options, self._sink.min_interval * READ_GAP)

    def _limit_met(self, calls: Sequence[ToolCall]) -> str | None:
        limits = self._parts.limits
        if len(calls) > limits.tool_calls:
            return f"The model asked for {len(calls)} tools in one message; the limit is {limits.tool_calls}."
        times = limits.identical_calls
        match self._coordinator.period(calls, times):
            case 0:
                return None
            case 1:
                return f"The model made the same tool call {times} times in a row."
            case period:
                return f"The model made the same {period} tool calls {times} times over."

    def _keep(self, answer: Answer) -> None:
        """Keep what was said before the cut; the calls of a cut answer are never executed."""
        if answer.shown:
            self._messages.append(answer.message())

    async def _account(self, finish: Finish) -> None:
        self._timings = finish.timings
        if finish.usage is not None:
            before = self._usage.completion_tokens if self._usage else 0
            self._usage = replace(finish.usage, completion_tokens=before + finish.usage.completion_tokens)
            await self._sink.put(self._usage)

    def _done(self, reason: StopReason, message: str | None = None) -> Done:
        return Done(self._said(), reason, message, self._usage, self._total_timings())

    def _said(self) -> str:
        """The turn's whole text: all its answers, also one that was cut. A single answer is not copied."""
        return "".join(message.content for message in self._messages if message.role == "assistant")

    def _total_timings(self) -> Timings:
        first = None if self._first_text is None else _milliseconds(self._first_text - self._began)
        total = _milliseconds(self._parts.clock.now() - self._began)
        return replace(self._timings, first_token_ms=first, total_ms=total)

    def _announce(self, model: str) -> None:
        task = self._task
        self._announced = True
        self._sink.put_nowait(Start(task.session_id, task.turn_id, task.agent.id, model))

    def _end(self, event: Done | Fault) -> None:
        if not self._announced:
            self._announce(self._task.model or self._task.agent.model or "unknown")
        self._sink.put_nowait(event)
        self._sink.close()


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _interrupted(error: ProviderError) -> ProviderError:
    """The same fault, now that text was shown: it is kept, and never replayed over itself."""
    if error.reason == "stream_interrupted":
        return error
    return ProviderError(
        "stream_interrupted",
        f"The answer broke off: {error.message}",
        hint=error.hint or "Ask again, or send the message again to replace this turn.",
        retryable=True,
        status=error.status,
    )
