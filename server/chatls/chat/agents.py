"""Agents: who answers. Instructions, a model of its own if it has one, and the tools it may use.

One is built in, `chat`; its instructions are the file `prompts/chat.md`. Made by `rooms.py`, used by `chat/turn.py`
and `lsp/stream.py`.
"""

from dataclasses import dataclass
from pathlib import Path

PROMPTS = Path(__file__).parent / "prompts"


@dataclass(frozen=True, slots=True)
class Agent:
    """`tools` names those it may use; None means all. `model` is an id (`provider/model`); None: the default."""

    id: str
    description: str
    instructions: str
    model: str | None = None
    tools: tuple[str, ...] | None = None


def built_in_agents() -> dict[str, Agent]:
    """The agents that are there without any configuration, by id."""
    instructions = (PROMPTS / "chat.md").read_text(encoding="utf-8")
    chat = Agent(
        "chat",
        "Answers questions about the workspace; edits files and runs commands where the user allows it.",
        instructions,
    )
    return {chat.id: chat}
