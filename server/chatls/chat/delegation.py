"""Delegation: the tool `delegate`, with which an agent has a part of its task done by another one.

It stands beside the workspace's tools, behind the same port, but lives here since it carries out tasks: a subtask is
the same work (`chat/work.py`) with messages, tools and a model of its own, and its events go out on the turn's stream,
marked. Whatever becomes of it is a result that the model can read. Made by `chat/turn.py`, and here for each subtask.
"""

from collections.abc import Sequence
from functools import lru_cache

from chatls.chat.agents import DELEGATE, Agent, helpers
from chatls.chat.events import AgentChange, ToolCall, ToolFailure, ToolKind, ToolText
from chatls.chat.ledger import Ledger
from chatls.chat.messages import Message, ToolSpec
from chatls.chat.ports import ToolRun
from chatls.chat.task import TaskRequest
from chatls.chat.text import clean, one_line, shortened
from chatls.chat.work import Parts, Stop, Work, said
from chatls.errors import ChatError, internal

MAX_DEPTH = 3
"""Subtasks inside each other."""
MAX_ANSWER = 32 * 1024
"""Bytes of UTF-8 of a subtask's answer that go back."""
MAX_TITLE = 100
"""Characters of a call's title: it stands on one line."""

_DESCRIPTION = (
    "Have a part of your task done by another agent, which sees nothing of this conversation and nothing of what you "
    "have found: it gets the task as you write it, works on its own, and its last message is the result. Use it for "
    "what takes much reading and has a short answer, and for parts that do not depend on each other: several calls in "
    "one message run side by side. Do not use it for what a call or two of your own would answer.\n\nAgents:\n"
)
_TASK = (
    "All that the agent needs to know: what is to be found out or done, where to begin (paths, names), what is known "
    "already, and what its answer should hold."
)


class Delegation:
    """The port `Toolset` for one task: the workspace's tools, and `delegate` where its agent may use it."""

    def __init__(self, parts: Parts, task: TaskRequest, ledger: Ledger) -> None:
        self._parts = parts
        self._task = task
        self._ledger = ledger
        known = helpers(task.agent, parts.agents) if task.depth < MAX_DEPTH else ()
        self._helpers = {agent.id: agent for agent in known}

    def specs(self, names: Sequence[str] | None = None) -> Sequence[ToolSpec]:
        tools = self._parts.toolset.specs(names)
        return [*tools, delegate_spec(tuple(self._helpers.values()))] if self._helpers else tools

    def describe(self, call: ToolCall) -> tuple[ToolKind, str]:
        if call.name != DELEGATE:
            return self._parts.toolset.describe(call)
        match call.arguments:
            case {"agent": str(agent), "task": str(task)}:
                return "other", one_line(f"{agent}: {task}", MAX_TITLE)
            case _:
                return "other", DELEGATE

    async def run(self, call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
        if call.name != DELEGATE:
            return await self._parts.toolset.run(call, run)
        if not self._helpers:
            return ToolFailure("not_allowed", f"Nothing can be delegated from here: at most {MAX_DEPTH} levels.")
        match call.arguments:
            case {"agent": str(name), "task": str(task)} if name in self._helpers and task.strip():
                return await self._delegate(self._helpers[name], task, call.id)
            case _:
                known = ", ".join(self._helpers)
                return ToolFailure("invalid_arguments", f"delegate takes agent, one of {known}, and task, a text.")

    async def finish(self, scope: str) -> None:
        await self._parts.toolset.finish(scope)

    async def _delegate(self, agent: Agent, goal: str, call_id: str) -> ToolText | ToolFailure:
        buffer, delegating = self._ledger.buffer, self._task.agent.id
        buffer.put_nowait(AgentChange(agent.id, call_id, delegating))
        try:
            return await self._outcome(agent, goal, call_id)
        except ChatError as error:
            return ToolFailure(error.reason, _with_hint(error))
        except Exception as error:  # noqa: BLE001 (border: a failed subtask is a result, not the end of the turn)
            return ToolFailure("internal", internal(error).message)
        finally:
            buffer.put_nowait(AgentChange(delegating, call_id))

    async def _outcome(self, agent: Agent, goal: str, call_id: str) -> ToolText | ToolFailure:
        above = self._task
        choice = await self._parts.models.choose(agent.model or above.model)
        task = TaskRequest(
            Message("user", goal),
            agent,
            model=choice.model.id,
            options=above.options,
            session_id=above.session_id,
            turn_id=above.turn_id,
            guidance=above.guidance,
            call_id=call_id,
            depth=above.depth + 1,
        )
        messages: list[Message] = []
        toolset = Delegation(self._parts, task, self._ledger)
        stop = await Work(self._parts, task, choice, self._ledger, toolset, messages).run()
        return _result(stop, messages)


@lru_cache(maxsize=64)
def delegate_spec(agents: tuple[Agent, ...]) -> ToolSpec:
    """The tool as a model is told of it that may delegate to these."""
    schema = {
        "type": "object",
        "properties": {
            "agent": {"type": "string", "enum": [agent.id for agent in agents], "description": "Who is to do it."},
            "task": {"type": "string", "description": _TASK},
        },
        "required": ["agent", "task"],
        "additionalProperties": False,
    }
    listed = "\n".join(f"- {agent.id}: {agent.description}" for agent in agents)
    return ToolSpec(DELEGATE, _DESCRIPTION + listed, "other", schema)


def _result(stop: Stop, messages: Sequence[Message]) -> ToolText | ToolFailure:
    """What goes back: the last answer; all that was said, where the end came before one."""
    last = messages[-1].content if messages and messages[-1].role == "assistant" else ""
    text = clean(last if stop.reason == "end_turn" and last.strip() else said(messages))
    why = stop.message or stop.reason
    if not text.strip():
        return ToolFailure("no_answer", f"The agent ended without an answer: {why}")
    note = "" if stop.reason == "end_turn" else f"\n\n[ended early: {why}]"
    kept = shortened(text, MAX_ANSWER - len(note.encode()))
    return ToolText(kept + note, truncated=True if kept != text else None)


def _with_hint(error: ChatError) -> str:
    return f"{error.message} {error.hint}".rstrip()
