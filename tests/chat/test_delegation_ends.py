"""What ends a subtask although its model would go on: its limits, those of the turn, and the user."""

import asyncio
from dataclasses import replace

from chatls.chat.agents import Limits
from chatls.chat.events import (
    AgentChange,
    Phase,
    Token,
    ToolCall,
    ToolFailure,
    ToolText,
)
from chatls.chat.ports import ToolRun
from chatls.errors import ProviderError
from tests.support.clock import settle
from tests.support.delegating import (
    AGENTS,
    SCOUT,
    AnyModels,
    CastProvider,
    asking,
    delegate,
    done,
    events_of,
    nothing,
    result_of,
)
from tests.support.heart import END, FakeToolset, Step, call, orchestrator, task

DOWN = ProviderError("provider_unreachable", "It is not there.", hint="Start it.", retryable=True)


# -- limits ---------------------------------------------------------------------------------------------------------


async def test_an_agents_own_limit_ends_its_subtask_and_keeps_what_it_said() -> None:
    agents = {"scout": replace(SCOUT, limits=Limits(model_calls=2))}
    answers: list[list[Step]] = [[Token(f"{number} "), call(a=number), END] for number in range(9)]
    events = await events_of(asking(delegate("Find"), Find=answers), agents=agents)
    result = result_of(events, "d").result
    assert result is not None
    assert result.text == "0 1 \n\n[ended early: The limit of 2 model calls a turn was reached.]"
    assert done(events).final == "I ask. Done."


async def test_all_tasks_share_the_model_calls_of_the_turn_and_the_last_is_the_turns_own() -> None:
    answers: list[list[Step]] = [[Token(f"{number} "), call(a=number), END] for number in range(9)]
    provider = asking(delegate("Find"), Find=answers)
    events = await events_of(provider, limits=Limits(model_calls=6))
    assert len(provider.requests) == 6
    result = result_of(events, "d").result
    assert result is not None
    assert "limit of 6 model calls" in result.text
    assert (done(events).final, done(events).stop_reason) == ("I ask. Done.", "end_turn")


async def test_t113_a_subtask_that_goes_round_in_circles_is_ended_and_the_turn_is_not() -> None:
    answers: list[list[Step]] = [[Token("Again. "), call(a=1), END]] * 5
    toolset = FakeToolset({"look": nothing})
    events = await events_of(asking(delegate("Find"), Find=answers), toolset=toolset)
    result = result_of(events, "d").result
    assert result is not None
    assert "the same tool call 3 times" in result.text
    assert len(toolset.ran) == 2
    assert done(events).final == "I ask. Done."


async def test_t113_delegating_the_same_again_and_again_ends_the_turn() -> None:
    provider = CastProvider({"Hi": [[delegate("Find"), END]] * 5, "Find": [[Token("Here."), END]]})
    events = await events_of(provider)
    assert done(events).stop_reason == "max_turn_requests"
    assert len(provider.asked("Find")) == 2


async def test_the_time_in_which_a_subtask_waits_for_the_user_is_none_of_the_turns() -> None:
    runs: list[ToolRun] = []

    async def ask(_call: ToolCall, run: ToolRun) -> ToolText:
        runs.append(run)
        await run.enter("approval")
        await asyncio.sleep(0.1)
        await run.enter("tool")
        return ToolText("yes")

    provider = asking(
        delegate("A", "a"),
        delegate("B", "b"),
        A=[[call(), END], [Token("1"), END]],
        B=[[call(), END], [Token("2"), END]],
    )
    events = await events_of(provider, toolset=FakeToolset({"look": ask}), limits=Limits(seconds=0.05))
    assert done(events).final == "I ask. Done."
    assert {(run.session_id, run.turn_id) for run in runs} == {("s", "t")}
    assert Phase("approval", task="a") in events
    assert Phase("approval", task="b") in events
    assert Phase("approval") not in events


async def test_f41_the_turns_time_ends_its_subtasks_too() -> None:
    provider = asking(delegate("Find"), Find=[[Token("On and on"), asyncio.Event()]])
    events = await events_of(provider, limits=Limits(seconds=0.02))
    assert done(events).stop_reason == "max_turn_requests"
    assert provider.open == 0
    assert result_of(events, "d").error == ToolFailure(
        "cancelled", "The turn was cancelled before this call was finished."
    )


# -- cancel ---------------------------------------------------------------------------------------------------------


async def test_a_cancel_reaches_all_tasks_and_every_call_has_its_result() -> None:
    never = asyncio.Event()

    async def hang(_call: ToolCall, _run: ToolRun) -> ToolText:
        await never.wait()
        raise NotImplementedError

    provider = asking(
        delegate("A", "a", "chat"),
        delegate("B", "b"),
        delegate("C", "c"),
        A=[[delegate("Deep", "deep"), END]],
        Deep=[[Token("deep"), never]],
        B=[[call("look", "hanging"), END]],
        C=[[Token("Quick."), END]],
    )
    toolset = FakeToolset({"look": hang})
    parts = orchestrator(provider, agents=AGENTS, models=AnyModels(provider), toolset=toolset)
    async with asyncio.timeout(5), parts.execute_with_streaming(task()) as execution:
        await settle()
        assert provider.open == 1
        assert len(toolset.ran) == 1
        execution.cancel()
        events = [event async for event in execution]
    assert provider.open == 0
    assert [event.type for event in events].count("done") == 1
    assert (done(events).stop_reason, done(events).final) == ("cancelled", "I ask. ")
    outcomes = {each: result_of(events, each).error and "cancelled" for each in ("a", "b", "c", "deep", "hanging")}
    assert outcomes == {"a": "cancelled", "b": "cancelled", "c": None, "deep": "cancelled", "hanging": "cancelled"}
    assert [message.tool_call_id for message in execution.messages] == ["", "a", "b", "c"]
    assert execution.messages[-1].content == "Quick."
    taken_back = [event.task for event in events if isinstance(event, AgentChange) and event.parent is None]
    assert sorted(map(str, taken_back)) == ["a", "b", "c", "deep"]


async def test_leaving_the_stream_early_ends_subtasks_that_wait_for_room() -> None:
    burst: list[Step] = [Token("x" * 2**20), Token("y" * 2**20), END]
    provider = asking(delegate("A", "a"), delegate("B", "b"), A=[burst], B=[burst])
    parts = orchestrator(provider, agents=AGENTS, models=AnyModels(provider))

    async def leave() -> None:
        async with parts.execute_with_streaming(task()):
            await settle()
            assert provider.open == 1

    leaving = asyncio.ensure_future(leave())  # apart: what waits for ever here could not be ended by a deadline inside
    ended, _ = await asyncio.wait({leaving}, timeout=5)
    assert ended == {leaving}
    assert provider.open == 0
