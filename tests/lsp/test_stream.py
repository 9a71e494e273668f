"""A turn on the wire, whatever becomes of it: begin once, report, end once, then the response and nothing more."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from chatls.chat.events import Finish, Thinking, Token, ToolCall, ToolText, Usage
from chatls.chat.messages import ModelOptions
from chatls.chat.ports import ToolRun
from chatls.errors import ProviderError
from tests.support.connection import connection, turn_params
from tests.support.heart import AGENT, END, FakeModels, FakeProvider, FakeToolset, RetryOnce, Step, call
from tests.support.turns import check_turn, events, kinds, values

Json = dict[str, Any]
DOWN = ProviderError("provider_unreachable", "It is not there.", hint="Start it.", retryable=True)
BAD = ProviderError("provider_error", "It does not want to.", hint="Ask otherwise.", status=400)


# -- a turn that ends well ----------------------------------------------------------------------------------------


async def test_a_turn_with_thinking_tools_and_text_is_told_in_order_and_then_answered() -> None:
    calls: list[Sequence[Step]] = [
        [Thinking("Hm."), Token("Let me "), Token("look. "), call(path="a"), END],
        [Token("Found."), Finish(usage=Usage(12, 3))],
    ]
    async with connection(FakeProvider(*calls)) as server:
        response = await server.turn()
        assert response["result"]["final"] == "Let me look. Found."
        assert response["result"]["usage"] == {"promptTokens": 12, "completionTokens": 3}
        assert kinds(server.received, "t") == [
            "start", "phase", "phase", "thinking", "token", "phase", "tool_call", "tool_result",
            "phase", "phase", "token", "usage", "done",
        ]  # fmt: skip


async def test_a_turn_without_a_token_has_no_progress_only_a_result() -> None:
    async with connection(FakeProvider([Token("Hello"), END])) as server:
        response = await server.request("chat/stream", turn_params())
        assert response["result"]["final"] == "Hello"
        assert "$/progress" not in server.methods()


async def test_text_of_any_script_arrives_exactly() -> None:
    pieces = ["naïve ", "日本", "語\r\n", "👩‍👩‍👧", "\u2028\x00\x1c", ' "\\', "\t"]
    async with connection(FakeProvider([*map(Token, pieces), END])) as server:
        assert (await server.turn())["result"]["final"] == "".join(pieces)


async def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    async with connection(FakeProvider([Token("a\ud83db"), END])) as server:
        assert (await server.turn())["result"]["final"] == "a\ufffdb"


async def test_two_sessions_run_side_by_side_and_their_events_do_not_mix() -> None:
    first, second = asyncio.Event(), asyncio.Event()
    provider = FakeProvider([Token("one"), first, END], [Token("two"), second, END])
    async with connection(provider) as server:
        server.begin("chat/stream", turn_params("a", "A"), 1)
        server.begin("chat/stream", turn_params("b", "B"), 2)
        await server.event("A", "token")
        await server.event("B", "token")
        second.set()
        assert (await server.response(2))["result"]["final"] == "two"
        first.set()
        await server.response(1)
        for token, number in (("A", 1), ("B", 2)):
            check_turn(await server.settled(), token, number)


async def test_the_next_turn_goes_on_with_the_conversation() -> None:
    async with connection(FakeProvider([Token("4"), END], [Token("5"), END])) as server:
        session = (await server.turn("2+2?"))["result"]["sessionId"]
        response = await server.turn("And one more?", "u", 2, sessionId=session)
        assert response["result"]["sessionId"] == session
        assert server.said(1) == [("user", "2+2?"), ("assistant", "4"), ("user", "And one more?")]


async def test_a_thousand_tokens_at_a_hundred_a_second_are_told_twenty_times_a_second() -> None:
    pauses = [asyncio.Event() for _ in range(1000)]
    steps: list[Step] = [step for pause in pauses for step in (Token("word "), pause)]
    async with connection(FakeProvider([*steps, END])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        for pause in pauses:
            pause.set()
            await server.clock.advance(0.01)
        await server.response()
        assert check_turn(await server.settled(), "t", 1)["result"]["final"] == "word " * 1000
        assert 100 <= kinds(server.received, "t").count("token") <= 205


async def test_options_of_a_request_reach_the_model() -> None:
    async with connection(FakeProvider([END])) as server:
        await server.turn(options={"temperature": 0, "topP": 0.5, "seed": 7, "maxTokens": 9, "think": "low"})
        assert server.provider.requests[0].options == ModelOptions(0, 0.5, 7, 9, "low")


# -- a turn that fails ---------------------------------------------------------------------------------------------

FAILURES = {
    "before any text": ([BAD], BAD),
    "after some text": (
        [Token("Half an ans"), DOWN],
        ProviderError("stream_interrupted", "The answer broke off: It is not there.", hint="Start it.", retryable=True),
    ),
    "F37 no end of its own": (
        [Token("Half")],
        ProviderError("stream_interrupted", "The model's answer broke off.", retryable=True),
    ),
}


@pytest.mark.parametrize(("steps", "error"), FAILURES.values(), ids=FAILURES)
async def test_a_failed_turn_ends_with_its_error_and_keeps_the_text(steps: list[Step], error: ProviderError) -> None:
    async with connection(FakeProvider(steps)) as server:
        response = await server.turn()
        data = response["error"]["data"]
        assert response["error"]["message"] == error.message
        assert (data["reason"], data["retryable"]) == (error.reason, error.retryable)
        assert data.get("hint", "") == error.hint
        assert data.get("status") == error.status
        assert data["model"] == "fake/model"
        assert kinds(server.received, "t")[-1] == "error"


async def test_an_unknown_model_fails_after_the_begin() -> None:
    async with connection() as server:
        server.models.error = ProviderError("model_not_found", "There is no model 'x/y'.", hint="Take another.")
        response = await server.turn(model="x/y")
        assert response["error"]["data"]["reason"] == "model_not_found"
        assert kinds(server.received, "t") == ["start", "error"]
        assert values(server.received, "t")[0]["title"] == "x/y"


async def test_a_fault_that_a_retry_heals_is_told_and_the_turn_ends_well() -> None:
    async with connection(FakeProvider([DOWN], [Token("There."), END]), retry=RetryOnce()) as server:
        assert (await server.turn())["result"]["final"] == "There."
        faults = [event["error"] for event in events(server.received, "t") if event["type"] == "error"]
        assert faults == [
            {
                "code": "provider_unreachable",
                "message": "It is not there.",
                "hint": "Start it.",
                "retryable": True,
                "attempt": 1,
                "retryInMs": 1000,
            }
        ]


async def test_a_bug_inside_shows_a_number_and_nothing_else() -> None:
    class Bug(FakeModels):
        async def choose(self, model: str | None) -> Any:
            raise KeyError("/home/someone/secret")

    async with connection() as server:
        server.models = Bug(server.provider)
        await server.configure({})
        response = await server.turn()
        assert response["error"]["data"]["reason"] == "internal"
        assert "secret" not in str(server.received)
        assert "Traceback" not in str(server.received)


async def test_an_event_that_cannot_be_sent_ends_the_turn_and_gives_the_session_back() -> None:
    async def odd(call: ToolCall, run: ToolRun) -> ToolText:
        return ToolText(object())  # pyright: ignore[reportArgumentType]

    provider = FakeProvider([call(), END], [Token("Never heard"), END], [Token("Well"), END])
    async with connection(provider, toolset=FakeToolset({"look": odd})) as server:
        response = await server.request("chat/stream", turn_params(token="t"))
        data = response["error"]["data"]
        assert data["reason"] == "internal"
        assert [value["kind"] for value in values(server.received, "t")].count("end") == 1
        assert provider.open == 0
        again = await server.turn("Again", "u", 2, sessionId=data["sessionId"])
        assert again["result"]["stopReason"] == "end_turn"


async def test_a_session_goes_on_after_a_failed_turn_with_what_was_shown() -> None:
    async with connection(FakeProvider([Token("Half"), DOWN], [Token("Whole."), END])) as server:
        session = (await server.turn("One"))["error"]["data"]["sessionId"]
        await server.turn("Two", "u", 2, sessionId=session)
        assert server.said(1) == [("user", "One"), ("assistant", "Half"), ("user", "Two")]


# -- a turn that is refused ----------------------------------------------------------------------------------------

MESSAGE = {"content": "Hi"}
BAD_PARAMS: dict[str, tuple[Json, str]] = {
    "no message": ({}, "message"),
    "message is text": ({"message": "Hi"}, "message"),
    "empty message": ({"message": {"content": ""}}, "message.content"),
    "empty attachments": ({"message": {"content": "", "attachments": []}}, "message.content"),
    "content is a number": ({"message": {"content": 5}}, "message.content"),
    "no content": ({"message": {}}, "message.content"),
    "attachments is an object": ({"message": {**MESSAGE, "attachments": {"a": 1}}}, "message.attachments"),
    "attachment of no kind": ({"message": {**MESSAGE, "attachments": [{}]}}, "message.attachments[0].type"),
    "attachment of an unknown kind": (
        {"message": {**MESSAGE, "attachments": [{"type": "text", "name": "a", "text": "b"}, {"type": "x"}]}},
        "message.attachments[1].type",
    ),
    "sessionId is a number": ({"message": MESSAGE, "sessionId": 5}, "sessionId"),
    "replaceTurnId without a session": ({"message": MESSAGE, "replaceTurnId": "t"}, "sessionId"),
    "unknown agent": ({"message": MESSAGE, "agent": "nobody"}, "agent"),
    "model is a number": ({"message": MESSAGE, "model": 5}, "model"),
    "temperature is text": ({"message": MESSAGE, "options": {"temperature": "hot"}}, "options.temperature"),
    "temperature out of range": ({"message": MESSAGE, "options": {"temperature": 3}}, "options.temperature"),
    "maxTokens is zero": ({"message": MESSAGE, "options": {"maxTokens": 0}}, "options.maxTokens"),
    "token is a list": ({"message": MESSAGE, "workDoneToken": [1]}, "workDoneToken"),
    "token is true": ({"message": MESSAGE, "workDoneToken": True}, "workDoneToken"),
}


@pytest.mark.parametrize(("params", "field"), BAD_PARAMS.values(), ids=BAD_PARAMS)
async def test_bad_params_are_refused_naming_the_field_and_nothing_begins(params: Json, field: str) -> None:
    async with connection(FakeProvider()) as server:
        response = await server.request("chat/stream", {"workDoneToken": "t", **params})
        assert response["error"]["code"] == -32602
        assert response["error"]["data"]["field"] == field
        assert response["error"]["data"]["expected"]
        assert "$/progress" not in server.methods()
        assert (await server.request("chat/listSessions", None, 2))["result"]["sessions"] == []


async def test_a_token_in_use_is_refused_and_the_turn_that_uses_it_goes_on() -> None:
    going_on = asyncio.Event()
    async with connection(FakeProvider([Token("Hi"), going_on, END])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        response = await server.request("chat/stream", turn_params(token="t"), 2)
        assert (response["error"]["code"], response["error"]["data"]["field"]) == (-32602, "workDoneToken")
        going_on.set()
        await server.response()
        check_turn(await server.settled(), "t", 1)


async def test_a_busy_session_is_refused_and_its_turn_goes_on() -> None:
    going_on = asyncio.Event()
    async with connection(FakeProvider([Token("Hi"), going_on, END])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        session = (await server.event("t", "start"))["sessionId"]
        for number, more in ((2, {}), (3, {"replaceTurnId": "any"})):
            response = await server.request("chat/stream", turn_params("x", "u", sessionId=session, **more), number)
            assert response["error"]["code"] == -32803
            assert response["error"]["data"]["reason"] == "session_busy"
            assert response["error"]["data"]["retryable"] is True
        assert values(server.received, "u") == []
        going_on.set()
        await server.response()
        check_turn(await server.settled(), "t", 1)


async def test_an_unknown_session_is_refused_and_the_hint_says_what_to_do() -> None:
    async with connection() as server:
        response = await server.request("chat/stream", turn_params(token="t", sessionId="nosuch"))
        data = response["error"]["data"]
        assert (response["error"]["code"], data["reason"], data["retryable"]) == (-32803, "session_not_found", False)
        assert "chat/listSessions" in data["hint"]
        assert "$/progress" not in server.methods()


async def test_a_token_can_be_used_again_after_its_request_was_answered_or_refused() -> None:
    async with connection(FakeProvider([Token("Hi"), END])) as server:
        await server.request("chat/stream", turn_params(token="t", sessionId="nosuch"), 7)
        assert (await server.turn())["result"]["final"] == "Hi"


# -- edit-and-resend, retry ----------------------------------------------------------------------------------------


async def test_replacing_a_turn_takes_it_and_later_ones_out_of_the_conversation() -> None:
    provider = FakeProvider(*[[Token(f"Answer {number}"), END] for number in range(4)])
    async with connection(provider) as server:
        result = (await server.turn("One", "a", 1))["result"]
        session = result["sessionId"]
        second = (await server.turn("Two", "b", 2, sessionId=session))["result"]["turnId"]
        await server.turn("Three", "c", 3, sessionId=session)
        replaced = (await server.turn("Zwei", "d", 4, sessionId=session, replaceTurnId=second))["result"]
        assert server.said(3) == [("user", "One"), ("assistant", "Answer 0"), ("user", "Zwei")]
        found = (await server.request("chat/getSession", {"sessionId": session}, 5))["result"]
        assert [turn["turnId"] for turn in found["turns"]] == [result["turnId"], replaced["turnId"]]


async def test_a_retry_without_a_message_sends_the_same_message_again_attachments_and_all() -> None:
    provider = FakeProvider([Token("Bad"), END], [Token("Good"), END])
    async with connection(provider, files={"file:///ws/a.py": "X = 1\n"}) as server:
        message = {"content": "Look", "attachments": [{"type": "file", "uri": "file:///ws/a.py"}]}
        first = (await server.turn("", "a", 1, message=message))["result"]
        params = {"sessionId": first["sessionId"], "replaceTurnId": first["turnId"], "workDoneToken": "b"}
        await server.request("chat/stream", params, 2)
        again = check_turn(await server.settled(), "b", 2)["result"]
        assert again["final"] == "Good"
        assert server.said(1) == server.said(0)
        assert "X = 1" in server.said(1)[-1][1]
        found = (await server.request("chat/getSession", {"sessionId": first["sessionId"]}, 3))["result"]
        assert [turn["message"] for turn in found["turns"]] == [message]


async def test_replacing_an_unknown_turn_is_refused_and_the_conversation_stays() -> None:
    async with connection(FakeProvider([Token("Hi"), END])) as server:
        session = (await server.turn())["result"]["sessionId"]
        params = turn_params("x", "u", sessionId=session, replaceTurnId="nosuch")
        response = await server.request("chat/stream", params, 2)
        assert (response["error"]["code"], response["error"]["data"]["field"]) == (-32602, "replaceTurnId")
        found = (await server.request("chat/getSession", {"sessionId": session}, 3))["result"]
        assert len(found["turns"]) == 1


async def test_a_refused_replacement_leaves_the_conversation_as_it_was() -> None:
    async with connection(FakeProvider([Token("Hi"), END])) as server:
        result = (await server.turn())["result"]
        message = {"content": "x", "attachments": [{"type": "file", "uri": "file:///ws/missing"}]}
        params = {"message": message, "sessionId": result["sessionId"], "replaceTurnId": result["turnId"]}
        assert (await server.request("chat/stream", params, 2))["error"]["code"] == -32602
        found = (await server.request("chat/getSession", {"sessionId": result["sessionId"]}, 3))["result"]
        assert [turn["turnId"] for turn in found["turns"]] == [result["turnId"]]


async def test_what_a_project_advises_stands_behind_the_agents_instructions_as_long_as_the_session_lasts() -> None:
    provider = FakeProvider([Token("Hello"), END], [Token("Again"), END])
    async with connection(provider) as server:
        server.guidance = "\n\nUse tabs."
        first = await server.turn()
        server.guidance = "\n\nUse spaces."
        await server.request("chat/stream", turn_params(sessionId=first["result"]["sessionId"]), 2)
        told = [request.messages[0].content for request in provider.requests]
        assert told == [AGENT.instructions + "\n\nUse tabs."] * 2
