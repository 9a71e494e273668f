"""Conversations read again: what a client lists, draws, and catches up with, is what was streamed."""

import asyncio
from typing import Any

import pytest

from chatls.chat.events import Finish, Thinking, Token, Usage
from chatls.errors import ProviderError
from tests.support.connection import Connection, connection, turn_params
from tests.support.heart import END, FakeProvider, Step, call
from tests.support.schemas import check_value
from tests.support.turns import events, text_of

Json = dict[str, Any]


async def ask(server: Connection, method: str, **params: Any) -> Json:
    """The result of a query, as its schema has it."""
    response = await server.request(method, params, f"{method} {len(server.received)}")
    check_value(f"{method.replace('/', '_')}.result", response["result"])
    return response["result"]


async def error(server: Connection, method: str, **params: Any) -> Json:
    response = await server.request(method, params, f"{method} {len(server.received)}")
    return response["error"]


def answers(count: int) -> FakeProvider:
    return FakeProvider(*[[Token(f"Answer {number}"), END] for number in range(count)])


def merged(found: list[Json]) -> list[Json]:
    """Events with neighbouring text joined, as the history has them."""
    joined: list[Json] = []
    for event in found:
        last = joined[-1] if joined else None
        if last is not None and event["type"] in ("token", "thinking") and last["type"] == event["type"]:
            joined[-1] = {**last, "seq": event["seq"], "data": last["data"] + event["data"]}
        else:
            joined.append(event)
    return joined


# -- listing -------------------------------------------------------------------------------------------------------


async def test_sessions_are_listed_newest_first_with_what_a_picker_shows() -> None:
    async with connection(answers(3)) as server:
        first = (await server.turn("How does the\n  buffer work?", "a", 1))["result"]["sessionId"]
        second = (await server.turn("x" * 200, "b", 2))["result"]["sessionId"]
        found = (await ask(server, "chat/listSessions"))["sessions"]
        assert [session["sessionId"] for session in found] == [second, first]
        assert found[1]["title"] == "How does the buffer work?"
        assert found[0]["title"] == "x" * 59 + "…"
        assert found[1] | {"createdAt": 0, "updatedAt": 0} == {
            "sessionId": first,
            "title": "How does the buffer work?",
            "createdAt": 0,
            "updatedAt": 0,
            "workspace": ["file:///ws"],
            "model": "fake/model",
            "turns": 1,
            "busy": False,
        }


async def test_a_session_that_is_used_again_comes_first() -> None:
    async with connection(answers(3)) as server:
        first = (await server.turn("One", "a", 1))["result"]["sessionId"]
        await server.turn("Two", "b", 2)
        await server.turn("Three", "c", 3, sessionId=first)
        found = (await ask(server, "chat/listSessions"))["sessions"]
        assert (found[0]["sessionId"], found[0]["turns"]) == (first, 2)


async def test_pages_follow_each_other_to_the_end_without_gap_or_overlap() -> None:
    async with connection(answers(5)) as server:
        ids = [(await server.turn("x", number, number))["result"]["sessionId"] for number in range(1, 6)]
        seen: list[str] = []
        more: Json = {}
        while True:
            page = await ask(server, "chat/listSessions", limit=2, **more)
            seen += [session["sessionId"] for session in page["sessions"]]
            if "nextCursor" not in page:
                break
            more = {"cursor": page["nextCursor"]}
        assert seen == ids[::-1]


async def test_a_query_looks_into_titles_and_messages_whatever_the_case() -> None:
    async with connection(answers(3)) as server:
        first = (await server.turn("Parse TOML", "a", 1))["result"]["sessionId"]
        second = (await server.turn("Other", "b", 2))["result"]["sessionId"]
        await server.turn("and the STRASSE?", "c", 3, sessionId=second)
        for query, wanted in (("toml", [first]), ("straße", [second]), ("nothing", []), ("", [second, first])):
            found = (await ask(server, "chat/listSessions", query=query))["sessions"]
            assert [session["sessionId"] for session in found] == wanted


@pytest.mark.parametrize(
    ("params", "field"),
    [({"limit": 0}, "limit"), ({"limit": 1000}, "limit"), ({"cursor": "nosuch"}, "cursor"), ({"query": 5}, "query")],
    ids=["limit 0", "limit too large", "unknown cursor", "query is a number"],
)
async def test_bad_params_of_a_listing_name_the_field(params: Json, field: str) -> None:
    async with connection() as server:
        found = await error(server, "chat/listSessions", **params)
        assert (found["code"], found["data"]["field"]) == (-32602, field)


# -- drawing -------------------------------------------------------------------------------------------------------


async def test_a_session_read_again_has_the_events_of_its_stream_with_text_merged() -> None:
    first: list[Step] = [Thinking("Hm"), Thinking("m."), Token("Let me "), Token("look."), call(path="a"), END]
    provider = FakeProvider(first, [Token("Done"), Token("."), Finish(usage=Usage(3, 4))])
    async with connection(provider) as server:
        result = (await server.turn("Hi"))["result"]
        found = await ask(server, "chat/getSession", sessionId=result["sessionId"])
        (turn,) = found["turns"]
        assert turn["events"] == merged(events(server.received, "t"))
        assert turn | {"events": []} == {
            "turnId": result["turnId"],
            "message": {"content": "Hi"},
            "agent": "chat",
            "model": "fake/model",
            "state": "done",
            "events": [],
        }


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([Token("Hi"), END], "done"),
        ([ProviderError("auth_failed", "No key.")], "failed"),
        ([Token("Hi"), ProviderError("provider_error", "Gone.")], "cut"),
    ],
    ids=["done", "failed", "cut"],
)
async def test_a_turn_keeps_how_it_ended(steps: list[Step], state: str) -> None:
    async with connection(FakeProvider(steps)) as server:
        await server.turn()
        session = (await ask(server, "chat/listSessions"))["sessions"][0]["sessionId"]
        found = await ask(server, "chat/getSession", sessionId=session)
        assert [turn["state"] for turn in found["turns"]] == [state]
        assert found["turns"][0]["events"] == merged(events(server.received, "t"))


async def test_a_cancelled_turn_says_so() -> None:
    async with connection(FakeProvider([Token("Hi"), asyncio.Event()])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        session = (await server.event("t", "start"))["sessionId"]
        await server.event("t", "token")
        found = await ask(server, "chat/getSession", sessionId=session)
        assert (found["session"]["busy"], found["turns"][0]["state"]) == (True, "running")
        server.notify("$/cancelRequest", {"id": 1})
        await server.response()
        found = await ask(server, "chat/getSession", sessionId=session)
        assert (found["session"]["busy"], found["turns"][0]["state"]) == (False, "cancelled")


async def test_turns_come_in_pages_from_the_newest_back_each_page_oldest_first() -> None:
    async with connection(answers(5)) as server:
        more: Json = {}
        for number in range(1, 6):
            more = {"sessionId": (await server.turn(str(number), number, number, **more))["result"]["sessionId"]}
        page = await ask(server, "chat/getSession", limit=2, **more)
        assert [turn["message"]["content"] for turn in page["turns"]] == ["4", "5"]
        page = await ask(server, "chat/getSession", limit=2, before=page["before"], **more)
        assert [turn["message"]["content"] for turn in page["turns"]] == ["2", "3"]
        page = await ask(server, "chat/getSession", limit=2, before=page["before"], **more)
        assert [turn["message"]["content"] for turn in page["turns"]] == ["1"]
        assert "before" not in page


async def test_an_unknown_page_of_turns_is_refused() -> None:
    async with connection(answers(1)) as server:
        session = (await server.turn())["result"]["sessionId"]
        found = await error(server, "chat/getSession", sessionId=session, before="nosuch")
        assert (found["code"], found["data"]["field"]) == (-32602, "before")


# -- catching up ---------------------------------------------------------------------------------------------------


async def test_what_was_missed_is_exactly_what_came_after_also_while_the_turn_runs() -> None:
    going_on = asyncio.Event()
    provider = FakeProvider([Token("One "), call(), END], [Token("two "), going_on, Token("three"), END])
    async with connection(provider) as server:
        server.begin("chat/stream", turn_params(token="t"))
        start = await server.event("t", "start")
        names = {"sessionId": start["sessionId"], "turnId": start["turnId"]}
        await server.wait_for(lambda _: text_of(events(server.received, "t")) == "One two ")
        for done in (False, True):
            if done:
                going_on.set()
                await server.response()
            own = events(await server.settled(), "t")
            for after in range(-1, len(own)):
                missed = await ask(server, "chat/getTurn", afterSeq=after, **names)
                assert missed == {"events": merged(own[after + 1 :]), "lastSeq": len(own) - 1}


async def test_without_a_number_all_of_the_turn_comes() -> None:
    async with connection(answers(1)) as server:
        result = (await server.turn())["result"]
        found = await ask(server, "chat/getTurn", sessionId=result["sessionId"], turnId=result["turnId"])
        assert found == {"events": merged(events(server.received, "t")), "lastSeq": result["lastSeq"]}


async def test_a_number_that_the_turn_never_reached_resets_the_client() -> None:
    async with connection(answers(1)) as server:
        result = (await server.turn())["result"]
        names = {"sessionId": result["sessionId"], "turnId": result["turnId"]}
        found = await ask(server, "chat/getTurn", afterSeq=result["lastSeq"] + 1, **names)
        assert found["reset"] is True
        assert found["events"] == merged(events(server.received, "t"))


async def test_a_turn_without_a_progress_token_can_be_read_all_the_same() -> None:
    async with connection(FakeProvider([Token("Unseen"), END])) as server:
        result = (await server.request("chat/stream", turn_params()))["result"]
        found = await ask(server, "chat/getTurn", sessionId=result["sessionId"], turnId=result["turnId"])
        assert text_of(found["events"]) == "Unseen"


async def test_an_unknown_turn_is_not_found() -> None:
    async with connection(answers(1)) as server:
        session = (await server.turn())["result"]["sessionId"]
        found = await error(server, "chat/getTurn", sessionId=session, turnId="nosuch")
        assert (found["code"], found["data"]["reason"]) == (-32803, "not_found")
        assert found["data"]["hint"]


# -- whose sessions they are ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["chat/getSession", "chat/getTurn", "chat/stream"])
async def test_a_session_of_another_set_of_folders_is_not_found(method: str) -> None:
    async with connection(answers(1)) as server:
        session = (await server.turn())["result"]["sessionId"]
        added = {"added": [{"uri": "file:///more", "name": "more"}], "removed": []}
        server.notify("workspace/didChangeWorkspaceFolders", {"event": added})
        params: Json = {"sessionId": session, "turnId": "t", "message": {"content": "x"}}
        found = await error(server, method, **params)
        assert (found["code"], found["data"]["reason"]) == (-32803, "session_not_found")
        assert (await ask(server, "chat/listSessions"))["sessions"] == []


async def test_the_order_of_the_folders_makes_no_other_set() -> None:
    async with connection(answers(1)) as server:
        first = {"uri": "file:///ws", "name": "ws"}
        second = {"uri": "file:///a", "name": "a"}
        server.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [second], "removed": []}})
        session = (await server.turn())["result"]["sessionId"]
        for event in ({"added": [], "removed": [first]}, {"added": [first], "removed": []}):
            server.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        assert (await ask(server, "chat/getSession", sessionId=session))["session"]["sessionId"] == session
