"""ToolStreamingCoordinator: the tool calls inside a turn, from the model's wish to the message it gets back.

Each call is announced, run and reported, exactly once each, also when the turn is cancelled half-way: one after the
other, but for neighbouring calls of `delegate`. What a tool does is behind the port `Toolset`. Called by
`chat/work.py` alone.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from chatls.chat.agents import DELEGATE
from chatls.chat.events import (
    Phase,
    PhaseName,
    ToolCall,
    ToolCallEvent,
    ToolFailure,
    ToolProgress,
    ToolResultEvent,
    ToolText,
)
from chatls.chat.ledger import SIDE_BY_SIDE
from chatls.chat.messages import CANCELLED, Message, tool_message
from chatls.chat.ports import Clock, EventSink, ToolRun, Toolset
from chatls.chat.stopwatch import Stopwatch

MAX_PERIOD = 4
"""Calls that a model in a loop makes before it begins again."""


@dataclass(slots=True)
class ToolStreamingCoordinator:
    """Runs the tool calls of one task and shows them on its stream.

    `enter` is told the task's phase; `session_id` and `turn_id` are handed to the tools; `allowed` names the tools the
    agent may use (None: all); `used_ids` are the ids of the turn's calls so far.
    """

    toolset: Toolset
    sink: EventSink
    enter: Callable[[Phase], Awaitable[None]]
    clock: Clock
    session_id: str
    turn_id: str
    allowed: Sequence[str] | None = None
    used_ids: set[str] = field(default_factory=set[str])
    _made: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def identify(self, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """The same calls with ids that are unique within the turn, whatever the model sent."""
        return tuple(replace(call, id=self._unique_id(call.id)) for call in calls)

    def period(self, calls: Sequence[ToolCall], times: int) -> int:
        """How many calls the model repeats over and over: the smallest number, up to `MAX_PERIOD`, whose calls were
        made `times` times in a row, these included; 0 if there is none."""
        for call in calls:
            self._made.append((call.name, json.dumps(call.arguments, sort_keys=True, default=str)))
            for period in range(1, MAX_PERIOD + 1):
                if len(self._made) >= period * times and _repeats(self._made[-period * times :], period):
                    return period
        del self._made[: -MAX_PERIOD * times]
        return 0

    async def run(self, calls: Sequence[ToolCall], messages: list[Message]) -> None:
        """Run the calls and append their results to `messages`, in the order of the calls.

        A cancel leaves no call without a result: neither on the stream nor in `messages`.
        """
        outcomes: dict[str, ToolText | ToolFailure] = {}
        try:
            for delegated, group in groupby(calls, lambda call: call.name == DELEGATE):
                if delegated:
                    await self._run_side_by_side(list(group), outcomes)
                    continue
                for call in group:
                    outcomes[call.id] = await self._run_one(call)
        finally:
            messages.extend(tool_message(call.id, call.name, outcomes.get(call.id, CANCELLED)) for call in calls)

    async def _run_side_by_side(self, calls: Sequence[ToolCall], outcomes: dict[str, ToolText | ToolFailure]) -> None:
        room = asyncio.Semaphore(SIDE_BY_SIDE)

        async def run(call: ToolCall) -> None:
            async with room:
                outcomes[call.id] = await self._run_one(call)

        async with asyncio.TaskGroup() as group:
            for call in calls:
                group.create_task(run(call))

    async def refuse(self, calls: Sequence[ToolCall], failure: ToolFailure, messages: list[Message]) -> None:
        """Report calls that are not run, and why."""
        for call in calls:
            await self._announce(call)
            self._report(call, failure, 0)
            messages.append(tool_message(call.id, call.name, failure))

    async def _run_one(self, call: ToolCall) -> ToolText | ToolFailure:
        await self.enter(Phase("tool"))
        await self._announce(call)
        watch = Stopwatch(self.clock.now)
        try:
            await self.sink.kept()  # before it is done: what was begun is known, whatever happens
            outcome = await self._outcome(call, watch)
        except asyncio.CancelledError:
            self._report(call, CANCELLED, watch.milliseconds)
            raise
        self._report(call, outcome, watch.milliseconds)
        return outcome

    async def _outcome(self, call: ToolCall, watch: Stopwatch) -> ToolText | ToolFailure:
        if self.allowed is not None and call.name not in self.allowed:
            return ToolFailure("not_allowed", f"This agent may not use {call.name}.")

        async def progress(status: str, data: str | None) -> None:
            await self.sink.put(ToolProgress(call.id, status, data))

        async def enter(phase: PhaseName) -> None:
            watch.enter(phase)
            await self.enter(Phase(phase))

        return await self.toolset.run(call, ToolRun(call.id, self.session_id, self.turn_id, progress, enter))

    async def _announce(self, call: ToolCall) -> None:
        kind, title = self.toolset.describe(call)
        arguments = {"raw": call.arguments} if isinstance(call.arguments, str) else call.arguments
        await self.sink.put(ToolCallEvent(call.id, call.name, arguments, kind, title))

    def _report(self, call: ToolCall, outcome: ToolText | ToolFailure, milliseconds: int) -> None:
        # Without waiting for room: a cancel meanwhile would leave the call without its result.
        if isinstance(outcome, ToolText):
            self.sink.put_nowait(ToolResultEvent(call.id, call.name, milliseconds, result=outcome))
        else:
            self.sink.put_nowait(ToolResultEvent(call.id, call.name, milliseconds, error=outcome))

    def _unique_id(self, wanted: str) -> str:
        base = wanted or "call"
        unique, number = base, 1
        while unique in self.used_ids:
            number += 1
            unique = f"{base}#{number}"
        self.used_ids.add(unique)
        return unique


def _repeats(made: Sequence[tuple[str, str]], period: int) -> bool:
    return all(one == other for one, other in zip(made, made[period:], strict=False))
