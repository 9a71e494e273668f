"""A part of a task handed to another agent: what it sees, where it shows, and what becomes of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

import pytest

from chatls.chat.agents import Agent
from chatls.chat.delegation import MAX_ANSWER, MAX_DEPTH
from chatls.chat.events import (
    AgentChange,
    Fault,
    Finish,
    StreamEvent,
    Token,
    ToolCall,
    ToolCallEvent,
    ToolFailure,
    ToolResultEvent,
    ToolText,
    Usage,
)
from chatls.chat.ledger import SIDE_BY_SIDE
from chatls.chat.messages import Message
from chatls.chat.ports import Choice
from chatls.errors import ProviderError
from tests.support.clock import settle
from tests.support.delegating import (
    SCOUT,
    AnyModels,
    CastProvider,
    asking,
    delegate,
    done,
    events_of,
    nothing,
    of_task,
    result_of,
)
from tests.support.heart import AGENT, END, FakeToolset, RetryOnce, Step, call, task

DOWN = ProviderError("provider_unreachable", "It is not there.", hint="Start it.", retryable=True)


def failure_of(events: Sequence[StreamEvent], call_id: str = "d") -> ToolFailure:
    """Why a call failed; the turn went on to its own end."""
    assert (done(events).stop_reason, done(events).final) == ("end_turn", "I ask. Done.")
    failure = result_of(events, call_id).error
    assert failure is not None
    return failure


# -- what a subtask is ----------------------------------------------------------------------------------------------


async def test_a_subtask_sees_its_goal_and_nothing_of_the_conversation() -> None:
    provider = asking(delegate("Find"), Find=[[Token("Here."), END]])
    request = replace(task("Hi"), guidance="\n\nBe kind.")
    await events_of(provider, request)
    (asked,) = provider.asked("Find")
    assert list(asked.messages) == [Message("system", "Look.\n\nBe kind."), Message("user", "Find")]
    assert [tool.name for tool in asked.tools] == ["look"]
    assert [asked.model.id for asked in provider.requests] == ["fake/model", "fake/small", "fake/model"]


async def test_an_agent_without_a_model_of_its_own_works_with_that_of_the_task_above() -> None:
    provider = asking(delegate("Find"), Find=[[Token("Here."), END]])
    request = replace(task("Hi"), model="fake/large")
    await events_of(provider, request, agents={"scout": replace(SCOUT, model=None)})
    assert {asked.model.id for asked in provider.requests} == {"fake/large"}


async def test_its_last_answer_is_the_result_of_the_call_and_none_of_the_turns() -> None:
    provider = asking(delegate("Find"), Find=[[Token("Let me look."), call(), END], [Token("It is here."), END]])
    events = await events_of(provider)
    assert done(events).final == "I ask. Done."
    assert result_of(events, "d").result == ToolText("It is here.")
    assert provider.asked("Hi")[1].messages[-1] == Message(
        "tool", "It is here.", tool_call_id="d", tool_name="delegate"
    )


async def test_every_event_of_a_subtask_is_marked_and_lies_inside_its_call() -> None:
    answers: list[list[Step]] = [
        [DOWN],
        [Token("here"), call(), Finish(usage=Usage(2, 3))],
        [Token("there"), END],
    ]
    events = await events_of(asking(delegate("Find"), Find=answers), retry=RetryOnce())
    marked = of_task(events, "d")
    assert [event.type for event in marked] == [
        "agent", "phase", "error", "phase", "phase", "phase", "token", "usage", "phase", "tool_call", "tool_result",
        "phase", "phase", "token", "agent",
    ]  # fmt: skip
    assert (marked[0], marked[-1]) == (AgentChange("scout", "d", "chat"), AgentChange("chat", "d"))
    assert Fault(DOWN, 1, 1000, "d") in marked
    assert Usage(2, 3, task="d") in marked
    assert [event.type for event in of_task(events, None)] == [
        "start", "phase", "phase", "token", "phase", "tool_call", "tool_result", "phase", "phase", "token", "done",
    ]  # fmt: skip
    begin, end = (at for at, event in enumerate(events) if event.type.startswith("tool_") and event not in marked)
    assert all(begin < events.index(event) < end for event in marked)


async def test_the_calls_of_a_turn_have_ids_of_their_own_over_all_tasks() -> None:
    provider = asking(delegate("A", "c1"), delegate("B", "c1"), A=[[call(), END], [END]], B=[[call(), END], [END]])
    events = await events_of(provider)
    called = [event.id for event in events if isinstance(event, ToolCallEvent)]
    assert sorted(called) == ["c1", "c1#2", "c1#3", "c1#4"]


async def test_tokens_of_subtasks_are_counted_with_those_of_the_turn() -> None:
    provider = CastProvider(
        {
            "Hi": [[delegate("Find"), Finish(usage=Usage(10, 1))], [Token("Yes."), Finish(usage=Usage(20, 2, 22, 99))]],
            "Find": [[call(), Finish(usage=Usage(5, 40))], [Token("Here."), Finish(usage=Usage(6, 50))]],
        }
    )
    events = await events_of(provider)
    assert [event for event in events if isinstance(event, Usage)] == [
        Usage(10, 1), Usage(5, 40, task="d"), Usage(6, 90, task="d"), Usage(20, 93, 22, 99),
    ]  # fmt: skip
    assert done(events).usage == Usage(20, 93, 22, 99)


# -- side by side ---------------------------------------------------------------------------------------------------


async def test_neighbouring_subtasks_run_side_by_side_and_their_texts_do_not_mix() -> None:
    first, second = asyncio.Event(), asyncio.Event()
    provider = asking(
        delegate("A", "a"),
        delegate("B", "b"),
        A=[[Token("one "), first, Token("two"), END]],
        B=[[second, Token("three"), END]],
    )
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(events_of(provider))
        await settle()
        assert provider.open == 2
        second.set()
        await settle()
        assert provider.open == 1
        first.set()
    events = running.result()
    results = [event.id for event in events if isinstance(event, ToolResultEvent)]
    assert results == ["b", "a"]
    assert [message.content for message in provider.asked("Hi")[1].messages[-2:]] == ["one two", "three"]
    texts = {id_: "".join(e.data for e in of_task(events, id_) if isinstance(e, Token)) for id_ in ("a", "b", None)}
    assert texts == {"a": "one two", "b": "three", None: "I ask. Done."}


async def test_of_more_than_four_the_others_wait() -> None:
    goals = [f"goal{number}" for number in range(7)]
    go = asyncio.Event()
    subtasks: dict[str, list[list[Step]]] = {goal: [[go, Token(goal), END]] for goal in goals}
    provider = asking(*(delegate(goal, goal) for goal in goals), **subtasks)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(events_of(provider))
        await settle()
        assert provider.open == SIDE_BY_SIDE == 4
        go.set()
    assert [message.content for message in provider.asked("Hi")[1].messages[-7:]] == goals
    assert done(running.result()).final == "I ask. Done."
    changes = [event for event in running.result() if isinstance(event, AgentChange)]
    assert max(accumulate(1 if change.parent else -1 for change in changes)) == 4


async def test_at_most_four_models_speak_at_a_time_however_deep_the_tasks_lie() -> None:
    go = asyncio.Event()
    inner: dict[str, list[list[Step]]] = {f"{n}.{m}": [[go, Token("x"), END]] for n in range(3) for m in range(3)}
    outer: dict[str, list[list[Step]]] = {
        f"{n}": [[*(delegate(f"{n}.{m}", f"{n}.{m}") for m in range(3)), END], [Token("y"), END]] for n in range(3)
    }
    provider = asking(*(delegate(f"{n}", f"{n}", "chat") for n in range(3)), **outer, **inner)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(events_of(provider))
        await settle()
        assert provider.open == 4
        go.set()
    assert provider.most_open == 4
    assert done(running.result()).final == "I ask. Done."


async def test_other_tools_wait_for_the_subtasks_before_them() -> None:
    provider = asking(delegate("A", "a"), call(), delegate("B", "b"), A=[[Token("1"), END]], B=[[Token("2"), END]])
    events = await events_of(provider)
    kinds = [(event.type, event.id) for event in events if isinstance(event, ToolCallEvent | ToolResultEvent)]
    assert kinds == [(kind, call_id) for call_id in ("a", "c1", "b") for kind in ("tool_call", "tool_result")]


# -- inside each other ----------------------------------------------------------------------------------------------


async def test_subtasks_lie_three_deep_and_no_deeper() -> None:
    deeper: dict[str, list[list[Step]]] = {
        str(depth): [[delegate(str(depth + 1), "d", "chat"), END], [Token(f"back {depth}"), END]]
        for depth in range(1, 4)
    }
    provider = asking(delegate("1", "d", "chat"), **deeper)
    events = await events_of(provider)
    changes = [event for event in events if isinstance(event, AgentChange) and event.parent]
    assert [change.task for change in changes] == ["d", "d#2", "d#3"]
    calls = {event.id: event.task for event in events if isinstance(event, ToolCallEvent)}
    assert calls == {"d": None, "d#2": "d", "d#3": "d#2", "d#4": "d#3"}
    refused = result_of(events, "d#4").error
    assert refused is not None
    assert refused.code == "not_allowed"
    assert [result_of(events, each).result for each in ("d#3", "d#2", "d")] == [
        ToolText("back 3"), ToolText("back 2"), ToolText("back 1"),
    ]  # fmt: skip
    offered = {goal: [tool.name for tool in provider.asked(goal)[0].tools] for goal in ("Hi", "2", str(MAX_DEPTH))}
    assert offered == {"Hi": ["look", "delegate"], "2": ["look", "delegate"], "3": ["look"]}


async def test_nobody_delegates_to_an_agent_that_may_do_more() -> None:
    narrow = Agent("narrow", "Asks.", "Ask.", tools=("look", "delegate"))
    wide = Agent("wide", "Writes.", "Write.", tools=("look", "write"))
    agents = {agent.id: agent for agent in (AGENT, SCOUT, narrow, wide)}
    toolset = FakeToolset({"look": nothing, "write": nothing})
    provider = asking(delegate("Ask", "a", "narrow"), Ask=[[delegate("Do", "d", "wide"), END], [Token("No."), END]])
    events = await events_of(provider, agents=agents, toolset=toolset)
    (offer,) = (tool for tool in provider.asked("Ask")[0].tools if tool.name == "delegate")
    assert offer.input_schema["properties"]["agent"]["enum"] == ["scout", "narrow"]
    assert "- scout: Looks around." in offer.description
    refused = result_of(events, "d").error
    assert refused is not None
    assert (refused.code, "scout, narrow" in refused.message) == ("invalid_arguments", True)
    assert provider.asked("Do") == []


async def test_an_agent_without_the_tool_can_delegate_nothing() -> None:
    provider = asking(delegate("Ask", "a", "scout"), Ask=[[delegate("Do"), END], [Token("No."), END]])
    events = await events_of(provider, agents={"scout": SCOUT})
    refused = result_of(events, "d").error
    assert refused is not None
    assert refused.code == "not_allowed"


# -- what can go wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"agent": "scout"},
        {"agent": "scout", "task": " "},
        {"agent": "nobody", "task": "x"},
        {"agent": 1, "task": "x"},
        "{",
    ],
    ids=["empty", "no task", "a blank task", "an unknown agent", "a number", "no JSON"],
)
async def test_a_call_that_makes_no_sense_says_what_is_wanted(arguments: Any) -> None:
    failure = failure_of(await events_of(asking(ToolCall("d", "delegate", arguments))))
    assert failure.code == "invalid_arguments"
    assert "chat, scout" in failure.message


BROKEN: dict[str, tuple[list[list[Step]], str, str]] = {
    "refused": ([[DOWN]], "provider_unreachable", "It is not there. Start it."),
    "cut": ([[Token("Half"), DOWN]], "stream_interrupted", "broke off"),
    "silent": ([[END]], "no_answer", "without saying anything"),
}


@pytest.mark.parametrize("how", BROKEN)
async def test_a_subtask_that_fails_is_a_result_and_the_turn_goes_on(how: str) -> None:
    answers, code, said = BROKEN[how]
    events = await events_of(asking(delegate("Find"), Find=answers))
    failure = failure_of(events)
    assert failure.code == code
    assert said in failure.message
    assert of_task(events, "d")[-1] == AgentChange("chat", "d")
    assert [event for event in events if isinstance(event, Fault)] == []


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ProviderError("model_not_found", "There is no such model."), "model_not_found", "There is no such model."),
        (KeyError("secret"), "internal", "Something went wrong inside chatls"),
    ],
)
async def test_a_subtask_that_cannot_begin_is_a_result_too(error: Exception, code: str, said: str) -> None:
    class NoSmall(AnyModels):
        async def choose(self, model: str | None) -> Choice:
            if model == "fake/small":
                raise error
            return await super().choose(model)

    provider = asking(delegate("Find"))
    failure = failure_of(await events_of(provider, models=NoSmall(provider)))
    assert failure.code == code
    assert failure.message.startswith(said)
    assert "secret" not in failure.message


async def test_one_that_fails_does_not_end_the_one_beside_it() -> None:
    go = asyncio.Event()
    provider = asking(delegate("A", "a"), delegate("B", "b"), A=[[Token("x"), DOWN]], B=[[go, Token("Fine."), END]])
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(events_of(provider))
        await settle()
        go.set()
    assert failure_of(running.result(), "a").code == "stream_interrupted"
    assert result_of(running.result(), "b").result == ToolText("Fine.")


async def test_a_long_answer_is_cut_to_what_a_result_may_hold() -> None:
    events = await events_of(asking(delegate("Find"), Find=[[Token("ä" * MAX_ANSWER), END]]))
    result = result_of(events, "d").result
    assert result is not None
    assert len(result.text.encode()) <= MAX_ANSWER
    assert result.truncated
    assert "[cut: " in result.text


async def test_a_lone_surrogate_in_an_answer_spoils_nothing() -> None:
    events = await events_of(asking(delegate("Find"), Find=[[Token("a\ud83db"), END]]))
    assert result_of(events, "d").result == ToolText("a\ufffdb")
