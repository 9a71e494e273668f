"""A conversation with the offline assistant over a workspace: the real tools, run by the real orchestrator."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chatls.chat.agents import Agent
from chatls.chat.events import Done, StreamEvent, Token, ToolCallEvent
from chatls.chat.messages import Message
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.ports import Choice, ModelList
from chatls.chat.task import TaskRequest
from chatls.providers.offline import OfflineProvider
from chatls.tools.base import AnyTool
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.tools import reading_tools
from chatls.tools.symbols.tools import symbol_tools
from chatls.tools.toolset import Toolset
from tests.support.clock import FakeClock
from tests.support.heart import NoRetry
from tests.support.workspaces import ListedEditor


class OfflineModels:
    """A catalog with the offline assistant alone."""

    def __init__(self) -> None:
        self.provider = OfflineProvider()

    async def choose(self, model: str | None) -> Choice:
        return Choice(self.provider, (await self.provider.models())[0])

    async def list(self) -> ModelList:
        models = await self.provider.models()
        return ModelList(models, [], models[0].id)


@dataclass
class OfflineChat:
    """One conversation. `tools` names those that the agent may use; None means all."""

    toolset: Toolset
    tools: tuple[str, ...] | None = None
    messages: list[Message] = field(default_factory=list[Message])
    events: list[StreamEvent] = field(default_factory=list[StreamEvent])

    async def ask(self, content: str) -> str:
        """The answer to the next message; `events` are what its turn consisted of."""
        orchestrator = Orchestrator(OfflineModels(), self.toolset, NoRetry(), FakeClock())
        task = TaskRequest(Message("user", content), Agent("chat", "", "", tools=self.tools), tuple(self.messages))
        async with orchestrator.execute_with_streaming(task) as execution:
            self.events = [event async for event in execution]
        self.messages += [task.goal, *execution.messages]
        done = self.events[-1]
        assert isinstance(done, Done), done
        assert done.final == "".join(event.data for event in self.events if isinstance(event, Token))
        return done.final

    @property
    def calls(self) -> Sequence[str]:
        """The tools that the last turn asked for."""
        return [event.tool for event in self.events if isinstance(event, ToolCallEvent)]


def all_tools(roots: Roots, editor: ListedEditor) -> list[AnyTool]:
    """Every tool that the assistant asks for."""
    return [*reading_tools(roots, editor), *symbol_tools(roots, editor)]


def offline_chat(*folders: tuple[str, str]) -> OfflineChat:
    """A new conversation over workspace folders, each (name, path)."""
    return OfflineChat(Toolset(all_tools(Roots(folders), ListedEditor())))
