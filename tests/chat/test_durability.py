"""What must last is kept before what follows from it, and nothing else waits for the disk."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chatls.chat.events import Answered, Done, LogEvent, StreamEvent, Token, ToolCallEvent, ToolResultEvent
from chatls.chat.task import Execution
from tests.support.clock import settle
from tests.support.heart import END, FakeProvider, FakeToolset, Step, call, echo, orchestrator, task


class SlowLog:
    """The port `TurnLog` on a disk that is done only when a test says so: with the turn, and with all the rest."""

    def __init__(self) -> None:
        self.events: list[LogEvent] = []
        self.turn = asyncio.Event()
        self.rest = asyncio.Event()

    def append(self, events: list[LogEvent]) -> None:
        self.events += events

    async def begun(self) -> None:
        await self.turn.wait()

    async def kept(self) -> None:
        await self.rest.wait()

    def types(self) -> list[str]:
        return [event.type for event in self.events]


@dataclass
class Underway:
    """A turn that is carried out, and read as it goes."""

    log: SlowLog
    provider: FakeProvider
    tools: FakeToolset
    execution: Execution
    shown: list[StreamEvent]

    def count(self, kind: type[StreamEvent]) -> int:
        return sum(isinstance(event, kind) for event in self.shown)


@asynccontextmanager
async def underway(*calls: Sequence[Step]) -> AsyncGenerator[Underway]:
    """A turn that has come as far as it can; the disk is done at the end of the block, and so is the turn."""
    provider, tools, log = FakeProvider(*calls), FakeToolset({"look": echo}), SlowLog()
    parts = orchestrator(provider, toolset=tools)
    async with asyncio.timeout(5), parts.execute_with_streaming(task(), log) as execution:
        found = Underway(log, provider, tools, execution, [])

        async def read() -> None:
            async for event in execution:
                found.shown.append(event)

        async with asyncio.TaskGroup() as group:
            group.create_task(read())
            await settle()
            yield found
            log.turn.set()
            log.rest.set()


async def test_the_model_is_asked_while_the_message_is_being_kept_but_no_answer_is_shown() -> None:
    async with underway([Token("Hello"), END]) as turn:
        assert len(turn.provider.requests) == 1
        assert turn.count(Token) == 0
        turn.log.turn.set()
        await settle()
        assert turn.count(Token) == 1


async def test_a_call_is_kept_before_it_is_made_and_its_result_before_the_model_is_told() -> None:
    async with underway([Token("Look."), call(), END], [Token("Done."), END]) as turn:
        turn.log.turn.set()
        await settle()
        assert turn.tools.ran == []
        assert turn.log.types()[-2:] == ["phase", "tool_call"]
        assert any(isinstance(event, Answered) and event.calls for event in turn.log.events)
        turn.log.rest.set()
        await settle()
        assert len(turn.tools.ran) == 1


async def test_the_model_is_not_told_a_result_that_is_not_kept() -> None:
    disk = asyncio.Event()

    class Stops(SlowLog):
        async def kept(self) -> None:
            if "tool_result" in self.types():
                await disk.wait()

    provider, log = FakeProvider([call(), END], [Token("Done."), END]), Stops()
    log.turn.set()
    async with asyncio.timeout(5), orchestrator(provider).execute_with_streaming(task(), log) as execution:
        await settle()
        assert len(provider.requests) == 1
        disk.set()
        assert [event async for event in execution][-1].type == "done"
        assert len(provider.requests) == 2


async def test_the_end_is_kept_before_it_is_shown() -> None:
    async with underway([Token("Hello"), END]) as turn:
        turn.log.turn.set()
        await settle()
        assert turn.log.types()[-2:] == ["answered", "done"]
        assert turn.count(Done) == 0
        turn.log.rest.set()
        await settle()
        assert turn.count(Done) == 1


async def test_a_cancel_while_a_call_is_being_kept_leaves_it_unmade_and_answered() -> None:
    async with underway([call(), END]) as turn:
        turn.execution.cancel()
        await settle()
        turn.log.rest.set()
        await settle()
        assert turn.tools.ran == []
        assert (turn.count(ToolCallEvent), turn.count(ToolResultEvent), turn.count(Done)) == (1, 1, 1)


async def test_a_cancel_before_the_message_is_kept_shows_no_answer() -> None:
    async with underway([Token("Hello"), END]) as turn:
        turn.execution.cancel()
        await settle()
        turn.log.rest.set()
        await settle()
        assert [event.type for event in turn.shown if event.type in ("token", "done")] == ["done"]
        assert turn.execution.messages == []
