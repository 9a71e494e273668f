"""What the offline assistant does next: a tool call, or its answer word by word.

It follows from the conversation alone: the plan for the question is replayed with the results that are there. Pure.
Imported by `offline.py` with the first question, together with all that it takes to understand one.
"""

import re
from collections.abc import AsyncGenerator, Iterator, Sequence

from chatls.chat.commands import typed
from chatls.chat.events import Finish, ModelEvent, Token, ToolCall
from chatls.chat.messages import Message, ModelRequest
from chatls.providers.offline_answers import INTRODUCTION, no_tool
from chatls.providers.offline_intents import Connect, Greeting, Help
from chatls.providers.offline_plans import plan
from chatls.providers.offline_questions import understand
from chatls.providers.offline_results import Call, Plan, Result

_COMMAND = re.compile(r"\A/([a-z]+)")
_VERBS = {"tests": "write tests for", "doc": "document"}
_WORD = re.compile(r"\S+\s*|\s+")


async def events(request: ModelRequest) -> AsyncGenerator[ModelEvent]:
    """The events of one model call."""
    for event in _step(request):
        yield event
    yield Finish()


def _step(request: ModelRequest) -> Iterator[ModelEvent]:
    """What comes next: the plan's next call, or its answer."""
    begin = _goal(request.messages)
    before, after = request.messages[:begin], request.messages[begin:]
    intent = understand([_question(message.content) for message in request.messages if message.role == "user"])
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


def _question(content: str) -> str:
    """A message as a question: a prompt command is what its name says, not what it tells a model."""
    return _COMMAND.sub(lambda found: _VERBS.get(found[1], found[1]), typed(content), count=1)


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
