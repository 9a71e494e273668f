"""The user's agents: new ones, and what is different in one that is built in."""

import pytest

from chatls.chat.agents import Agent, Limits, built_in_agents
from chatls.chat.user_agents import Definition, Problem, all_agents

TOOLS = ("read_file", "edit_file", "delegate")
REVIEWER = Definition("Reviews.", "Review it.", "ollama/big", ["read_file", "delegate"], {"model_calls": 7})


def made(**definitions: Definition) -> tuple[dict[str, Agent], list[Problem]]:
    return all_agents(built_in_agents(), definitions, Limits(tool_calls=9), TOOLS)


def test_a_new_agent_comes_after_those_that_are_built_in() -> None:
    agents, problems = made(reviewer=REVIEWER)
    assert problems == []
    assert list(agents) == ["chat", "explore", "edit", "reviewer"]
    reviewer = agents["reviewer"]
    assert (reviewer.id, reviewer.description, reviewer.model) == ("reviewer", "Reviews.", "ollama/big")
    assert reviewer.instructions.startswith("Review it.\n\n")
    assert reviewer.tools == ("read_file", "delegate")
    assert reviewer.limits == Limits(model_calls=7, tool_calls=9)


def test_what_a_new_agent_leaves_unset_is_as_for_all() -> None:
    agents, _ = made(reviewer=Definition("Reviews.", "Review it."))
    assert (agents["reviewer"].model, agents["reviewer"].tools, agents["reviewer"].limits) == (None, None, None)


def test_of_a_built_in_agent_only_what_is_set_becomes_different() -> None:
    before = built_in_agents()["explore"]
    agents, problems = made(explore=Definition(model="ollama/small"))
    assert problems == []
    assert agents["explore"] == Agent(
        "explore", before.description, before.instructions, "ollama/small", before.tools, None
    )
    assert agents["chat"] == built_in_agents()["chat"]


@pytest.mark.parametrize(
    "definition", [Definition("Reviews."), Definition(None, "Review it."), Definition(model="a/b")]
)
def test_a_new_agent_without_a_description_or_instructions_is_told_and_left_out(definition: Definition) -> None:
    agents, problems = made(reviewer=definition)
    assert "reviewer" not in agents
    assert problems == [Problem("agents.reviewer", "expected description and instructions; it is ignored")]


def test_an_unknown_tool_is_told_and_gives_nothing() -> None:
    agents, problems = made(reviewer=Definition("R.", "R.", tools=["reed_file", "fly"]))
    assert agents["reviewer"].tools == ()
    assert problems == [
        Problem("agents.reviewer.tools", 'there is no tool "reed_file" (did you mean read_file?); it is left out'),
        Problem("agents.reviewer.tools", 'there is no tool "fly"; it is left out'),
    ]
