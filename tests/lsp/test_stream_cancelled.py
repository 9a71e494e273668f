"""A turn that is cancelled, by either road and at any moment: it ends, says so, and is answered normally."""

import asyncio
from typing import Any

import pytest

from chatls.chat.events import Token, ToolCall, ToolText
from chatls.chat.ports import ToolRun
from chatls.errors import ProviderError
from tests.support.clock import FakeClock, settle
from tests.support.connection import Connection, connection, turn_params
from tests.support.heart import END, FakeProvider, FakeToolset, RetryOnce, call
from tests.support.turns import check_turn, events, values

Json = dict[str, Any]
DOWN = ProviderError("provider_unreachable", "It is not there.", retryable=True)


async def hang(call: ToolCall, run: ToolRun) -> ToolText:
    await asyncio.Event().wait()
    raise NotImplementedError


class Patient(FakeClock):
    """A clock on which no sleep ever ends."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


def request_cancel(server: Connection) -> None:
    server.notify("$/cancelRequest", {"id": 1})


def token_cancel(server: Connection) -> None:
    server.notify("window/workDoneProgress/cancel", {"token": "t"})


ROADS = pytest.mark.parametrize(
    "cancel",
    [pytest.param(request_cancel, id="F82 $/cancelRequest"), pytest.param(token_cancel, id="F81 workDoneProgress")],
)


@ROADS
async def test_a_cancel_while_the_model_speaks_closes_its_stream_and_answers_with_the_text_so_far(
    cancel: Any,
) -> None:
    async with connection(FakeProvider([Token("Once upon"), asyncio.Event()])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        cancel(server)
        await server.response()
        result = check_turn(await server.settled(), "t", 1)["result"]
        assert (result["stopReason"], result["final"]) == ("cancelled", "Once upon")
        assert server.provider.open == 0


@ROADS
async def test_a_cancel_while_a_tool_runs_ends_it_and_reports_its_result(cancel: Any) -> None:
    provider = FakeProvider([call(a=1), call("hang", "c2", a=2), END])
    async with connection(provider, toolset=FakeToolset({"look": hang, "hang": hang})) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "tool_call")
        cancel(server)
        await server.response()
        result = check_turn(await server.settled(), "t", 1)["result"]
        assert result["stopReason"] == "cancelled"
        last = events(server.received, "t")[-2]
        assert (last["type"], last["error"]["code"]) == ("tool_result", "cancelled")


@ROADS
async def test_a_cancel_during_the_wait_for_a_retry_ends_it_at_once(cancel: Any) -> None:
    async with connection(FakeProvider([DOWN]), retry=RetryOnce(), clock=Patient()) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "error")
        cancel(server)
        await server.response()
        assert check_turn(await server.settled(), "t", 1)["result"]["stopReason"] == "cancelled"


@pytest.mark.parametrize(
    "cancel",
    [
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}},
        {"jsonrpc": "2.0", "method": "window/workDoneProgress/cancel", "params": {"token": "t"}},
    ],
    ids=["F82 $/cancelRequest", "F81 workDoneProgress"],
)
async def test_a_cancel_in_the_same_write_as_its_request_still_begins_ends_and_answers(cancel: Json) -> None:
    async with connection(FakeProvider([Token("Hi"), asyncio.Event()])) as server:
        params = turn_params(token="t")
        server.send_at_once({"jsonrpc": "2.0", "id": 1, "method": "chat/stream", "params": params}, cancel)
        await server.response()
        result = check_turn(await server.settled(), "t", 1)["result"]
        assert (result["stopReason"], result["final"]) == ("cancelled", "")


@ROADS
async def test_a_cancel_before_the_services_are_ready_still_begins_ends_and_answers(cancel: Any) -> None:
    async with connection(FakeProvider([asyncio.Event()]), initialize=False) as server:
        server.building.clear()
        await server.initialize()
        server.begin("chat/stream", turn_params(token="t"))
        await settle()
        cancel(server)
        await settle()
        assert values(server.received, "t") == []
        server.building.set()
        await server.response()
        assert check_turn(await server.settled(), "t", 1)["result"]["stopReason"] == "cancelled"


async def test_a_cancel_before_its_request_is_for_nobody() -> None:
    async with connection(FakeProvider([Token("Hi"), END])) as server:
        request_cancel(server)
        token_cancel(server)
        assert (await server.turn())["result"]["stopReason"] == "end_turn"


async def test_cancelling_twice_and_by_both_roads_is_one_cancel() -> None:
    async with connection(FakeProvider([Token("Hi"), asyncio.Event()], [Token("Again"), END])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        for _ in range(3):
            request_cancel(server)
            token_cancel(server)
        await server.response()
        request_cancel(server)
        token_cancel(server)
        session = check_turn(await server.settled(), "t", 1)["result"]["sessionId"]
        assert (await server.turn("On", "u", 2, sessionId=session))["result"]["stopReason"] == "end_turn"


async def test_f81_ten_thousand_cancels_of_unknown_tokens_say_nothing_and_stop_nobody() -> None:
    going_on = asyncio.Event()
    async with connection(FakeProvider([Token("Hi"), going_on, END])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        seen = len(await server.settled())
        for number in range(10_000):
            server.notify("window/workDoneProgress/cancel", {"token": number})
        odd: list[object] = ["T", "", None, [], {}, True]
        for token in odd:
            server.notify("window/workDoneProgress/cancel", {"token": token})
        assert len(await server.settled()) - seen <= 1
        going_on.set()
        assert (await server.response())["result"]["stopReason"] == "end_turn"


async def test_1_and_the_text_1_are_two_tokens_and_true_is_neither() -> None:
    going_on = asyncio.Event()
    async with connection(FakeProvider([Token("Hi"), going_on, END])) as server:
        server.begin("chat/stream", turn_params(token=1))
        await server.event(1, "token")
        server.notify("window/workDoneProgress/cancel", {"token": "1"})
        server.notify("window/workDoneProgress/cancel", {"token": True})
        server.notify("$/cancelRequest", {"id": True})
        server.notify("$/cancelRequest", {"id": "1"})
        going_on.set()
        assert (await server.response())["result"]["stopReason"] == "end_turn"


async def test_what_was_streamed_before_a_cancel_stays_in_the_conversation() -> None:
    provider = FakeProvider([call(path="a"), END], [Token("So far"), asyncio.Event()], [END])
    async with connection(provider) as server:
        server.begin("chat/stream", turn_params("One", "t"))
        await server.event("t", "token")
        request_cancel(server)
        session = (await server.response())["result"]["sessionId"]
        await server.turn("Two", "u", 2, sessionId=session)
        assert server.said(2) == [
            ("user", "One"),
            ("assistant", ""),
            ("tool", "result of look"),
            ("assistant", "So far"),
            ("user", "Two"),
        ]


async def test_a_tool_call_that_was_cancelled_has_its_result_in_the_conversation() -> None:
    provider = FakeProvider([call(a=1), call("look", "c2"), END], [END])
    async with connection(provider, toolset=FakeToolset({"look": hang})) as server:
        server.begin("chat/stream", turn_params("One", "t"))
        await server.event("t", "tool_call")
        request_cancel(server)
        session = (await server.response())["result"]["sessionId"]
        await server.turn("Two", "u", 2, sessionId=session)
        messages = server.provider.requests[1].messages
        assert [message.tool_call_id for message in messages if message.role == "tool"] == ["c1", "c2"]


async def test_shutdown_cancels_the_turns_that_run() -> None:
    async with connection(FakeProvider([Token("Hi"), asyncio.Event()])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        await server.request("shutdown", None, 2)
        await server.response()
        assert check_turn(await server.settled(), "t", 1)["result"]["stopReason"] == "cancelled"
