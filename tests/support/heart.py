"""The heart's ports, played by tests: a provider that says what it is told, tools that do as little as possible."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from chatls.chat.agents import Agent, Limits
from chatls.chat.events import Finish, ModelEvent, StreamEvent, ToolCall, ToolFailure, ToolKind, ToolText
from chatls.chat.messages import Message, ModelInfo, ModelRequest, ToolSpec
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.ports import Choice, ModelList, ToolRun
from chatls.chat.task import TaskRequest
from chatls.errors import ProviderError
from tests.support.clock import FakeClock

MODEL = ModelInfo("fake/model", "fake", "model", 4096, ("tools",))
AGENT = Agent("chat", "Talks.", "Be brief.")
Step = ModelEvent | ProviderError | asyncio.Event
"""An event to give, an error to raise, or something to wait for."""


class FakeProvider:
    """A provider whose calls are written down beforehand: one list of steps a call."""

    id = "fake"
    local = True

    def __init__(self, *calls: Sequence[Step]) -> None:
        self.calls = list(calls)
        self.requests: list[ModelRequest] = []
        self.open = 0
        self.given = 0
        """How many events were taken."""

    def window(self, model: ModelInfo) -> int | None:
        return None

    def payload(self, request: ModelRequest) -> Mapping[str, object] | None:
        return None

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncGenerator[AsyncIterator[ModelEvent]]:
        self.requests.append(request)
        self.open += 1
        try:
            yield self._play(self.steps(request))
        finally:
            self.open -= 1

    def steps(self, request: ModelRequest) -> Sequence[Step]:
        """What this request is answered with."""
        return self.calls[len(self.requests) - 1]

    async def _play(self, steps: Sequence[Step]) -> AsyncIterator[ModelEvent]:
        for step in steps:
            if isinstance(step, ProviderError):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()
            else:
                self.given += 1
                yield step

    async def models(self) -> Sequence[ModelInfo]:
        return [MODEL]


@dataclass
class FakeModels:
    """A catalog with one model, or an error."""

    provider: FakeProvider
    error: ProviderError | None = None
    notice: str | None = None
    model: ModelInfo = MODEL

    async def choose(self, model: str | None) -> Choice:
        if self.error is not None:
            raise self.error
        return Choice(self.provider, self.model, self.notice)

    async def list(self) -> ModelList:
        return ModelList([self.model], [], self.model.id)


Run = Callable[[ToolCall, ToolRun], Awaitable[ToolText | ToolFailure]]


@dataclass
class FakeToolset:
    """Tools by name; every call is remembered."""

    tools: Mapping[str, Run] = field(default_factory=dict[str, Run])
    ran: list[ToolCall] = field(default_factory=list[ToolCall])
    finished: list[str] = field(default_factory=list[str])

    def specs(self, names: Sequence[str] | None = None) -> Sequence[ToolSpec]:
        return [ToolSpec(name, "A tool.", "read", {}) for name in self.tools if names is None or name in names]

    def describe(self, call: ToolCall) -> tuple[ToolKind, str]:
        return "read", f"Use {call.name}"

    async def run(self, call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
        self.ran.append(call)
        return await self.tools[call.name](call, run)

    async def finish(self, scope: str) -> None:
        self.finished.append(scope)


class NoRetry:
    def delay(self, error: ProviderError, attempt: int, *, shown: bool) -> float | None:
        return None


class RetryOnce:
    """Retries the first failure after a second, as long as nothing was shown."""

    def delay(self, error: ProviderError, attempt: int, *, shown: bool) -> float | None:
        return 1.0 if attempt == 1 and error.retryable and not shown else None


async def echo(call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
    return ToolText(f"result of {call.name}")


def orchestrator(
    provider: FakeProvider,
    *,
    toolset: FakeToolset | None = None,
    models: FakeModels | None = None,
    retry: NoRetry | RetryOnce | None = None,
    limits: Limits | None = None,
    clock: FakeClock | None = None,
    agents: Mapping[str, Agent] | None = None,
) -> Orchestrator:
    return Orchestrator(
        models or FakeModels(provider),
        toolset or FakeToolset({"look": echo}),
        retry or NoRetry(),
        clock or FakeClock(),
        limits,
        agents,
    )


def task(content: str = "Hi", *context: Message) -> TaskRequest:
    return TaskRequest(Message("user", content), AGENT, context, session_id="s", turn_id="t")


async def all_events(parts: Orchestrator, request: TaskRequest | None = None) -> list[StreamEvent]:
    """Everything a turn says, neighbouring text merged."""
    async with asyncio.timeout(5), parts.execute_with_streaming(request or task()) as execution:
        return [event async for event in execution]


def call(name: str = "look", call_id: str = "c1", **arguments: object) -> ToolCall:
    return ToolCall(call_id, name, arguments)


END = Finish()
