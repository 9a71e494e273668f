"""Agents: who answers. Instructions, a model of its own if it has one, the tools it may use, and its limits.

Three are built in; what they are told is made of the files in `prompts/`. Whom an agent may delegate to is decided
here, and nowhere else. Made by `rooms.py`, used by `chat/work.py`, `chat/delegation.py` and `lsp/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROMPTS = Path(__file__).parent / "prompts"

DELEGATE = "delegate"
"""The tool with which an agent hands a part of its task to another."""

READING = (
    "read_file",
    "list_directory",
    "find_files",
    "search_text",
    "find_symbol",
    "outline_file",
    "get_diagnostics",
    "git_status",
    "git_diff",
    "git_log",
)
"""The tools that change nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a task ends although the model would go on (wire contract, section 8)."""

    model_calls: int = 50
    tool_calls: int = 32
    identical_calls: int = 3
    seconds: float = 1800.0


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent. `tools` names those it may use; None: all. `model` is an id (`provider/model`); None: the default, or
    that of the task which delegates to it. `limits`: None means the general ones."""

    id: str
    description: str
    instructions: str
    model: str | None = None
    tools: tuple[str, ...] | None = None
    limits: Limits | None = None


def built_in_agents() -> dict[str, Agent]:
    """The agents that are there without any configuration, by id."""
    found = (
        Agent(
            "chat",
            "Answers questions about the workspace; edits files and runs commands where the user allows it.",
            prompt("chat", "looking", "changing", "given"),
        ),
        Agent(
            "explore",
            "Finds things out: reads and searches the workspace and its history, and reports. It changes nothing.",
            prompt("explore", "looking", "given"),
            tools=READING,
        ),
        Agent(
            "edit",
            "Makes a change that is clearly described: edits the files, runs the checks, and says what it did.",
            prompt("edit", "looking", "changing", "given"),
        ),
    )
    return {agent.id: agent for agent in found}


def prompt(*parts: str) -> str:
    """The texts of these files in `prompts/`, one after the other."""
    return "\n\n".join((PROMPTS / f"{part}.md").read_text(encoding="utf-8").strip() for part in parts)


def with_grounds(instructions: str) -> str:
    """A user's instructions for an agent, and what every agent has to know of the material it is given."""
    return f"{instructions.strip()}\n\n{prompt('given')}"


def may_use(agent: Agent, tool: str) -> bool:
    return agent.tools is None or tool in agent.tools


def helpers(agent: Agent, agents: Mapping[str, Agent]) -> Sequence[Agent]:
    """The agents that this one may delegate to: none that may use a tool which it may not use itself."""
    if not may_use(agent, DELEGATE):
        return ()
    return [other for other in agents.values() if _within(other.tools, agent.tools)]


def _within(tools: Sequence[str] | None, bounds: Sequence[str] | None) -> bool:
    return bounds is None or (tools is not None and set(tools) <= set(bounds))
