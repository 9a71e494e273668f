"""A turn with several agents: a provider that plays each conversation by a list of its own, and who they are."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chatls.chat.agents import DELEGATE, Agent
from chatls.chat.events import Done, StreamEvent, Token, ToolCall, ToolResultEvent, ToolText
from chatls.chat.messages import ModelRequest
from chatls.chat.ports import Choice, ToolRun
from chatls.chat.task import TaskRequest
from chatls.errors import ProviderError
from tests.support.heart import AGENT, END, MODEL, FakeModels, FakeProvider, Step, all_events, orchestrator

SCOUT = Agent("scout", "Looks around.", "Look.", model="fake/small", tools=("look",))
AGENTS = {AGENT.id: AGENT, SCOUT.id: SCOUT}


class CastProvider(FakeProvider):
    """Answers each conversation by its own list of answers: that of the user's message it began with. One that is an
    error alone is given once, and the next in its place after it."""

    def __init__(self, cast: dict[str, list[list[Step]]]) -> None:
        super().__init__()
        self.cast = cast
        self.most_open = 0

    def steps(self, request: ModelRequest) -> Sequence[Step]:
        self.most_open = max(self.most_open, self.open)
        answers = self.cast[goal_of(request)]
        number = sum(message.role == "assistant" for message in request.messages)
        failed = answers[number : number + 1]
        return answers.pop(number) if isinstance(failed[0][0], ProviderError) else answers[number]

    def asked(self, goal: str) -> list[ModelRequest]:
        """The calls of this conversation."""
        return [request for request in self.requests if goal_of(request) == goal]


class AnyModels(FakeModels):
    """A catalog that has every model."""

    async def choose(self, model: str | None) -> Choice:
        return Choice(self.provider, replace(MODEL, id=model or MODEL.id))


def goal_of(request: ModelRequest) -> str:
    """What a conversation of one turn began with."""
    return next(message.content for message in request.messages if message.role == "user")


def delegate(task: str, call_id: str = "d", agent: str = "scout") -> ToolCall:
    return ToolCall(call_id, DELEGATE, {"agent": agent, "task": task})


def result_of(events: Sequence[StreamEvent], call_id: str) -> ToolResultEvent:
    """The one result of a call."""
    (found,) = (event for event in events if isinstance(event, ToolResultEvent) and event.id == call_id)
    return found


def of_task(events: Sequence[StreamEvent], task: str | None) -> list[StreamEvent]:
    """The events of a subtask; for None, those of the turn itself."""
    return [event for event in events if getattr(event, "task", None) == task]


async def events_of(provider: CastProvider, request: TaskRequest | None = None, **more: Any) -> list[StreamEvent]:
    parts: dict[str, Any] = {"agents": AGENTS, "models": AnyModels(provider), **more}
    return await all_events(orchestrator(provider, **parts), request)


def asking(*calls: ToolCall, **subtasks: list[list[Step]]) -> CastProvider:
    """The turn makes these calls and is done; what each subtask says, by its goal."""
    return CastProvider({"Hi": [[Token("I ask. "), *calls, END], [Token("Done."), END]], **subtasks})


def done(events: Sequence[StreamEvent]) -> Done:
    assert isinstance(events[-1], Done)
    return events[-1]


async def nothing(_call: ToolCall, _run: ToolRun) -> ToolText:
    return ToolText("")
