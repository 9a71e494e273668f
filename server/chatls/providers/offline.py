"""The offline provider: `offline/assistant`, the embedded default where no model server answers.

No model, and no pretence of being one: it understands some questions about the workspace, and answers them with the
same tools and through the same loop as a model does. Chosen by `catalog.py`; it needs nothing and cannot fail.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager

from chatls.chat.events import Finish, ModelEvent, Token, ToolCall
from chatls.chat.messages import Message, ModelInfo, ModelRequest
from chatls.providers.offline_answers import INTRODUCTION, no_tool
from chatls.providers.offline_intents import Connect, Greeting, Help
from chatls.providers.offline_plans import Call, Plan, plan
from chatls.providers.offline_questions import understand
from chatls.providers.offline_results import Result

_WORD = re.compile(r"\S+\s*|\s+")


class OfflineProvider:
    """Answers from the workspace. It holds no state: what it does next follows from the conversation alone."""

    id = "offline"

    async def models(self) -> Sequence[ModelInfo]:
        """The one there is."""
        return [ModelInfo(f"{self.id}/assistant", self.id, "assistant", None, ("tools",))]

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncGenerator[AsyncIterator[ModelEvent]]:
        """A tool call, or the answer word by word."""
        async with aclosing(_events(request)) as events:
            yield events


async def _events(request: ModelRequest) -> AsyncGenerator[ModelEvent]:
    for event in _step(request):
        yield event
    yield Finish()


def _step(request: ModelRequest) -> Iterator[ModelEvent]:
    """What comes next: the plan's next call, or its answer."""
    begin = _goal(request.messages)
    before, after = request.messages[:begin], request.messages[begin:]
    intent = understand([message.content for message in request.messages if message.role == "user"])
    results = [Result(message.content) for message in after if message.role == "tool"]
    said = plan(intent)
    outcome = said if isinstance(said, str) else _replayed(said, results)
    offered = {tool.name for tool in request.tools}
    if isinstance(outcome, Call) and outcome.tool in offered:
        yield ToolCall(f"offline-{len(request.messages)}", outcome.tool, outcome.arguments)
        return
    answer = no_tool(outcome.tool, any_tools=bool(offered)) if isinstance(outcome, Call) else outcome
    first = all(message.role != "assistant" for message in before)
    if first and not isinstance(intent, Connect | Greeting | Help):
        answer = f"{answer}\n\n{INTRODUCTION}"
    for word in _WORD.findall(answer):
        yield Token(word)


def _goal(messages: Sequence[Message]) -> int:
    """Where the question stands that is being answered: the last message of the user."""
    return max((index for index, message in enumerate(messages) if message.role == "user"), default=0)


def _replayed(said: Plan, results: Sequence[Result]) -> Call | str:
    """Where a plan gets with these results: to its next call, or to its answer."""
    try:
        call = next(said)
        for result in results:
            call = said.send(result)
    except StopIteration as end:
        return str(end.value)
    return call
