import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from pydantic import Field

from chatls.chat.events import ToolCall, ToolFailure, ToolText
from chatls.chat.ports import ToolRun
from chatls.tools.base import MAX_SHOWN, Arguments, Tool, ToolError
from chatls.tools.toolset import MAX_TITLE, MAX_URIS, Toolset
from tests.support.workspaces import called, quiet_run


class Echoed(Arguments):
    text: str
    times: int = Field(1, ge=1, le=9)


Run = Callable[[Echoed, ToolRun], Awaitable[ToolText]]


async def echo(arguments: Echoed, _: ToolRun) -> ToolText:
    return ToolText(arguments.text * arguments.times)


def toolset(run: Run = echo, *, time_limit: float = 30.0) -> Toolset:
    title: Callable[[Echoed], str] = lambda arguments: f"Echo {arguments.text}"  # noqa: E731 (as tools have it)
    return Toolset([Tool("echo", "Says it again.", "other", Echoed, title, run, time_limit)])


def raising(error: BaseException) -> Toolset:
    async def fail(_: Echoed, __: ToolRun) -> ToolText:
        raise error

    return toolset(fail)


def returning(result: ToolText) -> Toolset:
    async def give(_: Echoed, __: ToolRun) -> ToolText:
        return result

    return toolset(give)


async def test_a_call_gives_what_the_tool_gives() -> None:
    assert await called(toolset(), "echo", text="a", times=3) == ToolText("aaa")


async def test_a_null_counts_as_absent() -> None:
    assert await called(toolset(), "echo", text="a", times=None) == ToolText("a")


async def test_an_unknown_tool_is_told_with_those_there_are() -> None:
    assert await called(toolset(), "shout\n" * 50) == ToolFailure(
        "unknown_tool", f"There is no tool {('shout ' * 50)[: MAX_TITLE - 1] + '…'!r}; there are: echo."
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, ["text is missing"]),
        ({"text": 1}, ["text (", "string"]),
        ({"text": "a", "times": 10}, ["times (", "9"]),
        ({"text": "a", "txet": "b"}, ["txet is unknown", "takes text, times"]),
        ({"times": "x"}, ["text is missing", "times ("]),
        ('{"text": ', ["one JSON object", "text, times"]),
    ],
)
async def test_wrong_arguments_are_told_field_by_field(arguments: Mapping[str, Any] | str, told: list[str]) -> None:
    failure = await toolset().run(ToolCall("1", "echo", arguments), quiet_run())
    assert isinstance(failure, ToolFailure)
    assert failure.code == "invalid_arguments"
    assert "\n" not in failure.message
    for words in told:
        assert words in failure.message


async def test_a_tools_own_error_is_its_failure() -> None:
    assert await called(raising(ToolError("not_found", "It is not there.")), "echo", text="a") == ToolFailure(
        "not_found", "It is not there."
    )


@pytest.mark.parametrize("error", [ValueError("/secret/path"), RecursionError("x"), TimeoutError("not ours")])
async def test_a_crash_is_told_without_what_it_said(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        failure = await called(raising(error), "echo", text="S3CRET")
    assert failure == ToolFailure("internal", f"echo failed by a fault of its own ({type(error).__name__}).")
    assert "echo" in caplog.text
    assert "/secret" not in caplog.text
    assert "S3CRET" not in caplog.text


async def test_a_slow_tool_is_ended() -> None:
    ended = asyncio.Event()

    async def hang(_: Echoed, __: ToolRun) -> ToolText:
        try:
            return ToolText(str(await asyncio.Event().wait()))
        finally:
            ended.set()

    async with asyncio.timeout(5):
        failure = await called(toolset(hang, time_limit=0.01), "echo", text="a")
    assert isinstance(failure, ToolFailure)
    assert failure.code == "timeout"
    assert ended.is_set()


async def test_a_cancelled_call_is_cancelled() -> None:
    started = asyncio.Event()

    async def hang(_: Echoed, __: ToolRun) -> ToolText:
        started.set()
        return ToolText(str(await asyncio.Event().wait()))

    async with asyncio.timeout(5):
        task = asyncio.ensure_future(called(toolset(hang), "echo", text="a"))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("first", ["", "a"])
async def test_what_is_too_long_is_cut_between_characters_and_says_so(first: str) -> None:
    text = first + "é" * MAX_SHOWN
    result = await called(returning(ToolText(text)), "echo", text="a")
    assert isinstance(result, ToolText)
    assert len(result.text.encode()) <= MAX_SHOWN
    assert result.truncated
    kept, _, note = result.text.rpartition("\n")
    assert text.startswith(kept)
    assert note == f"[cut: {MAX_SHOWN:,} of {len(text.encode()):,} bytes shown]"


async def test_what_no_encoding_can_carry_is_replaced_and_escape_sequences_stay() -> None:
    result = await called(returning(ToolText("a\ud800b\x1b[31mé")), "echo", text="a")
    assert result == ToolText("a\ufffdb\x1b[31mé")


async def test_no_more_uris_are_given_than_an_editor_wants() -> None:
    uris = tuple(f"file:///{number}" for number in range(MAX_URIS + 1))
    result = await called(returning(ToolText("", uris=uris)), "echo", text="a")
    assert result == ToolText("", uris=uris[:MAX_URIS])


@pytest.mark.parametrize(
    ("call", "described"),
    [
        (ToolCall("1", "echo", {"text": "a\nb"}), ("other", "Echo a b")),
        (ToolCall("1", "echo", {"text": "a" * 200}), ("other", "Echo " + "a" * 94 + "…")),
        (ToolCall("1", "echo", {"text": "\ud800"}), ("other", "Echo \ufffd")),
        (ToolCall("1", "echo", {}), ("other", "echo")),
        (ToolCall("1", "echo", "{"), ("other", "echo")),
        (ToolCall("1", "shout", {}), ("other", "shout")),
    ],
)
def test_every_call_can_be_described(call: ToolCall, described: tuple[str, str]) -> None:
    assert toolset().describe(call) == described


def test_a_title_that_fails_is_the_tools_name() -> None:
    def failing(_: Echoed) -> str:
        raise KeyError("x")

    tools = Toolset([Tool("echo", "Says it again.", "read", Echoed, failing, echo)])
    assert tools.describe(ToolCall("1", "echo", {"text": "a"})) == ("read", "echo")


def test_tools_are_offered_in_their_order_or_as_asked_for() -> None:
    first = Tool("a", "First.", "read", Echoed, lambda _: "", echo)
    second = Tool("b", "Second.", "read", Echoed, lambda _: "", echo)
    tools = Toolset([second, first])
    assert [spec.name for spec in tools.specs()] == ["b", "a"]
    assert [spec.name for spec in tools.specs(["a", "unknown"])] == ["a"]
    assert tools.specs()[0].input_schema["required"] == ["text"]


async def test_a_turns_end_takes_only_so_long_and_a_fault_in_it_is_logged_without_its_values(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("chatls.tools.toolset.FINISH_SECONDS", 0.01)
    told: list[str] = []

    async def hang(scope: str) -> None:
        told.append(scope)
        await asyncio.Event().wait()

    async def fail(scope: str) -> None:
        told.append(scope)
        raise KeyError("secret")

    async with asyncio.timeout(5):
        await Toolset([], finish=hang).finish("t1")
        await Toolset([], finish=fail).finish("t2")
    assert told == ["t1", "t2"]
    assert "KeyError" in caplog.text
    assert "secret" not in caplog.text


async def test_a_turns_end_can_be_cancelled() -> None:
    async def hang(_: str) -> None:
        await asyncio.Event().wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        finishing = group.create_task(Toolset([], finish=hang).finish("t"))
        await asyncio.sleep(0)
        finishing.cancel()
    assert finishing.cancelled()
