"""One agent at work on one task: model, tools, model, until there is an answer.

The ladder: `run` (until the model asks for no more tools) over `run_step` (one answer and its tools) over
`stream_model` (one model call, made again where that is harmless). Called by `chat/turn.py` for what the user asked,
by `chat/delegation.py` for what another agent asked. What must outlast the process is kept before what follows from
it: the user's message before an answer is shown, a call before it is made, its result before the model is told.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chatls.chat.agents import Agent, Limits
from chatls.chat.answer import Answer
from chatls.chat.conversation import conversation_of
from chatls.chat.events import (
    Answered,
    Fault,
    Finish,
    ModelEvent,
    Phase,
    PhaseName,
    StopReason,
    Thinking,
    Timings,
    Token,
    ToolCall,
    ToolFailure,
    Usage,
)
from chatls.chat.ledger import Ledger, MarkedSink
from chatls.chat.messages import Message, ModelRequest
from chatls.chat.notices import Notices
from chatls.chat.ports import Choice, Clock, EventSink, Models, RetryPolicy, Toolset
from chatls.chat.task import TaskRequest
from chatls.chat.tokens import Calibration
from chatls.chat.tool_calls import ToolStreamingCoordinator
from chatls.errors import ContextOverflow, ProviderError

READ_GAP = 1.1
"""Sockets are read this many buffer intervals apart: what one read brings is then due at once."""

GENERATING = Phase("generating")

CUT_SHORT = ToolFailure("cut_short", "The answer was cut off before this call was complete, so it was not run.")

NOTHING_SAID = "The model ended its answer without saying anything."


@dataclass(frozen=True, slots=True)
class Parts:
    """What tasks are carried out with: the same for all turns. `agents` are those that can be delegated to."""

    models: Models
    toolset: Toolset
    retry: RetryPolicy
    clock: Clock
    limits: Limits
    agents: Mapping[str, Agent]
    calibration: Calibration = field(default_factory=Calibration)
    notices: Notices = field(default_factory=Notices)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why there is nothing more to do; `message` says it where the reason is not plain."""

    reason: StopReason
    message: str | None = None


class Work:
    """One task on its way to its answer. `messages` grows by what is said after the goal.

    `toolset` holds what the agent may choose from: the workspace's tools, and maybe `delegate`.
    """

    def __init__(
        self,
        parts: Parts,
        task: TaskRequest,
        choice: Choice,
        ledger: Ledger,
        toolset: Toolset,
        messages: list[Message],
    ) -> None:
        self._parts = parts
        self._task = task
        self._choice = choice
        self._ledger = ledger
        self._toolset = toolset
        self._messages = messages
        self._limits = task.agent.limits or parts.limits
        self._sink: EventSink = MarkedSink(ledger.buffer, task.call_id) if task.call_id else ledger.buffer
        self._coordinator = ToolStreamingCoordinator(
            toolset,
            self._sink,
            self._enter,
            parts.clock,
            task.session_id,
            task.turn_id,
            task.agent.tools,
            ledger.call_ids,
        )
        self._conversation = conversation_of(task, choice, toolset, messages, parts.calibration)
        self._compacted = task.compacted
        self._phase: PhaseName | None = None
        self.first_text: float | None = None
        """When its first text came, on the clock's scale."""
        self.usage: Usage | None = None
        """The counts of its last model call; those of the answers and of summaries summed, for the turn's own task over
        all subtasks."""
        self.timings = Timings()
        """Those of its last model call."""
        self._completion_tokens = 0

    async def run(self) -> Stop:
        """Go on with answers and tools until the model asks for no more, or a limit is met.

        Raises:
            ChatError: the model side failed; what was said until then is in `messages`.
        """
        try:
            if notice := self._parts.notices.news(self._task.session_id, self._choice.notice):
                await self._enter(Phase("connecting", notice))
            for _ in range(self._limits.model_calls):
                if not self._ledger.take_call(self._task.depth):
                    break
                if (stop := await self.run_step()) is not None:
                    return stop
            limit = min(self._limits.model_calls, self._ledger.model_calls)
            return Stop("max_turn_requests", f"The limit of {limit} model calls a turn was reached.")
        finally:
            self._ledger.time.release(self)

    async def run_step(self) -> Stop | None:
        """One answer of the model and the tools it asks for; a `Stop` when there is nothing more to do."""
        answer = await self.stream_model()
        finish = answer.finish or Finish()
        if reason := self._limit_met(answer.calls):
            self._conclude(answer)
            return Stop("max_turn_requests", reason)
        calls = self._coordinator.identify(answer.calls)
        self._conclude(answer, calls)
        if not calls or finish.stop_reason != "end_turn":
            await self._coordinator.refuse(calls, CUT_SHORT, self._messages)
            return Stop(finish.stop_reason, finish.stop_message or (None if said(self._messages) else NOTHING_SAID))
        await self._coordinator.run(calls, self._messages)
        await self._sink.kept()
        return None

    async def stream_model(self) -> Answer:
        """One model call; made again after a fault as long as the client has seen none of its text."""
        attempt = 0
        while True:
            attempt += 1
            answer = Answer()
            try:
                await self._receive(answer)
            except ProviderError as error:
                if isinstance(error, ContextOverflow) and not answer.shown:
                    await self._conversation.overflowed(error, self._enter)
                else:
                    await self._recover(error, attempt, answer)
            except asyncio.CancelledError:
                self._keep(answer)
                raise
            else:
                return answer

    async def _receive(self, answer: Answer) -> None:
        await self._enter(Phase("connecting"))
        async with self._ledger.streaming, self._choice.provider.stream(await self._request()) as events:
            async for event in events:
                await self._show(event)
                answer.fold(event)  # after it was shown: what a cancel kept from going out is not said either
        if answer.finish is None:
            raise ProviderError("stream_interrupted", "The model's answer broke off.", retryable=True)
        await self._account(answer.finish)

    async def _show(self, event: ModelEvent) -> None:
        if isinstance(event, Token | Thinking):
            if self.first_text is None:
                self.first_text = self._parts.clock.now()
                await self._ledger.buffer.begun()
            if self._phase != "generating":
                await self._enter(GENERATING)
            await self._sink.put(event)
        elif isinstance(event, Phase):
            await self._enter(event)

    async def _enter(self, phase: Phase) -> None:
        if phase.phase == "approval":
            self._ledger.time.hold(self)
        else:
            self._ledger.time.release(self)
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

    async def _request(self) -> ModelRequest:
        request = await self._conversation.request(self._enter)
        await self._enter(Phase("connecting"))
        if self._task.call_id is None and self._conversation.compacted != self._compacted:
            self._compacted = self._conversation.compacted
            self._ledger.buffer.note(self._compacted)
        return replace(request, read_gap=self._ledger.buffer.min_interval * READ_GAP)

    def _limit_met(self, calls: Sequence[ToolCall]) -> str | None:
        limits = self._limits
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

    def _conclude(self, answer: Answer, calls: tuple[ToolCall, ...] = ()) -> None:
        """The answer is complete; these calls will get a result."""
        self._messages.append(answer.message(calls))
        self._sink.note(Answered(calls))

    def _keep(self, answer: Answer) -> None:
        """Keep what was said before the cut; the calls of a cut answer are never executed."""
        if answer.shown:
            self._messages.append(answer.message())

    async def _account(self, finish: Finish) -> None:
        self.timings = finish.timings
        self._conversation.answered(finish.usage)
        if finish.usage is not None:
            made = finish.usage.completion_tokens + self._conversation.take_spent()
            self._completion_tokens += made
            self._ledger.completion_tokens += made
            total = self._completion_tokens if self._task.call_id else self._ledger.completion_tokens
            self.usage = replace(finish.usage, completion_tokens=total)
            await self._sink.put(self.usage)


def said(messages: Sequence[Message]) -> str:
    """The whole text of a task: all its answers, also one that was cut. A single answer is not copied."""
    return "".join(message.content for message in messages if message.role == "assistant")


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
