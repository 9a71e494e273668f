"""The agents as the user has them: those that are built in, changed where the user's settings say so, and new ones.

Pure. Settings come from the user and the editor alone, never from the files of a project. Called by `rooms.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chatls.chat.agents import Agent, Limits, with_grounds


@dataclass(frozen=True, slots=True)
class Definition:
    """What the settings say of one agent; None, or a limit that is missing, is unset."""

    description: str | None = None
    instructions: str | None = None
    model: str | None = None
    tools: Sequence[str] | None = None
    limits: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a definition, and what comes of it; `key` is the dotted name of the setting."""

    key: str
    text: str


def all_agents(
    built_in: Mapping[str, Agent], definitions: Mapping[str, Definition], limits: Limits, tools: Collection[str]
) -> tuple[dict[str, Agent], list[Problem]]:
    """The built-in agents first, then the user's by name, and what is wrong. `limits` are the general ones; `tools`
    the names that can be meant."""
    agents, problems = dict(built_in), list[Problem]()
    for name, definition in sorted(definitions.items()):
        base = built_in.get(name) or _new(name, definition)
        if base is None:
            problems.append(Problem(f"agents.{name}", "expected description and instructions; it is ignored"))
            continue
        agents[name] = _changed(base, definition, limits, tools)
        unknown = [tool for tool in definition.tools or () if tool not in tools]
        problems += [Problem(f"agents.{name}.tools", _unknown(tool, tools)) for tool in unknown]
    return agents, problems


def _new(name: str, definition: Definition) -> Agent | None:
    """A new agent, before its definition is applied to it; None if something is missing that it needs."""
    if definition.description is None or definition.instructions is None:
        return None
    return Agent(name, definition.description, "")


def _changed(agent: Agent, definition: Definition, limits: Limits, tools: Collection[str]) -> Agent:
    """The agent with what its definition sets. Unknown tools are left out: that never gives it more than was meant."""
    instructions = definition.instructions
    return replace(
        agent,
        description=definition.description or agent.description,
        instructions=agent.instructions if instructions is None else with_grounds(instructions),
        model=definition.model or agent.model,
        tools=agent.tools if definition.tools is None else tuple(tool for tool in definition.tools if tool in tools),
        limits=replace(limits, **definition.limits) if definition.limits else agent.limits,
    )


def _unknown(tool: str, tools: Collection[str]) -> str:
    import difflib  # for the few that misspell a tool

    near = difflib.get_close_matches(tool, tools, 1, cutoff=0.6)
    return f'there is no tool "{tool}"{f" (did you mean {near[0]}?)" if near else ""}; it is left out'
