"""The lifecycle, the configuration and the end of a connection."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from chatls import tasks
from chatls.chat.events import Token
from chatls.errors import ConfigError
from tests.support.clock import settle
from tests.support.connection import Connection, connection, turn_params
from tests.support.heart import END, FakeProvider
from tests.support.schemas import check_value
from tests.support.turns import check_turn

Json = dict[str, Any]


def told(server: Connection) -> list[str]:
    """What the server showed to the user."""
    return [
        message["params"]["message"] for message in server.received if message.get("method") == "window/showMessage"
    ]


# -- configuration -------------------------------------------------------------------------------------------------


async def test_initialization_options_are_the_clients_settings() -> None:
    async with connection(initialize=False) as server:
        await server.initialize(initializationOptions={"model": "fake/model"})
        assert server.settings == [{"model": "fake/model"}]


SETTINGS: dict[str, tuple[object, list[object]]] = {
    "named": ({"chatls": {"model": "x/y"}}, [{"model": "x/y"}]),
    "bare": ({"model": "x/y"}, [{"model": "x/y"}]),
    "named and empty": ({"chatls": {}}, [{}]),
    "empty": ({}, [{}]),
    "empty in Lua": ([], [[]]),
    "null": (None, []),
    "named and null": ({"chatls": None}, []),
}


@pytest.mark.parametrize(("settings", "taken"), SETTINGS.values(), ids=SETTINGS)
async def test_new_settings_replace_the_old_and_null_changes_nothing(settings: object, taken: list[object]) -> None:
    async with connection() as server:
        await server.configure(settings)
        assert server.settings[1:] == taken
        assert server.closed == len(taken)


async def test_a_turn_keeps_the_services_it_began_with_and_they_close_after_it() -> None:
    going_on = asyncio.Event()
    async with connection(FakeProvider([Token("Hi"), going_on, END], [END])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        await server.configure({"model": "x/y"})
        await server.turn("Other", "u", 2)
        assert server.closed == 0
        going_on.set()
        await server.response()
        check_turn(await server.settled(), "t", 1)
        assert server.closed == 1


async def test_settings_that_come_faster_than_they_are_taken_count_in_their_order() -> None:
    async with connection(initialize=False) as server:
        server.building.clear()
        await server.initialize()
        for name in ("a", "b", "c"):
            server.notify("workspace/didChangeConfiguration", {"settings": {"model": name}})
        await settle()
        server.building.set()
        await server.settled()
        assert server.settings == [None, {"model": "a"}, {"model": "b"}, {"model": "c"}]
        assert server.closed == 3


async def test_a_session_goes_on_under_new_settings() -> None:
    async with connection(FakeProvider([Token("A"), END], [Token("B"), END])) as server:
        session = (await server.turn("One"))["result"]["sessionId"]
        await server.configure({})
        await server.turn("Two", "u", 2, sessionId=session)
        assert [message.content for message in server.provider.requests[1].messages[1:]] == ["One", "A", "Two"]


async def test_other_folders_are_asked_for_what_they_suggest_under_the_same_settings(tmp_path: Path) -> None:
    async with connection(initialize=False) as server:
        await server.initialize(initializationOptions={"model": "x/y"})
        added = {"added": [{"uri": tmp_path.as_uri(), "name": "other"}], "removed": []}
        server.notify("workspace/didChangeWorkspaceFolders", {"event": added})
        await server.settled()
        assert server.settings == [{"model": "x/y"}] * 2
        assert server.closed == 1


async def test_a_wrong_setting_is_told_once_and_the_server_goes_on() -> None:
    async with connection(FakeProvider([Token("Hi"), END]), initialize=False) as server:
        server.problems = (ConfigError("ollama.num_ctx", "expected an integer", origin="client"),)
        await server.initialize()
        await server.configure({"ollama": {"numCtx": "x"}})
        assert told(server) == ["chatls: ollama.num_ctx (client): expected an integer"]
        assert (await server.turn())["result"]["final"] == "Hi"


async def test_a_wrong_setting_is_told_again_when_it_comes_back() -> None:
    async with connection() as server:
        problem = (ConfigError("model", "expected a string"),)
        for problems in (problem, (), problem):
            server.problems = problems
            await server.configure({})
        assert told(server) == ["chatls: model: expected a string"] * 2


async def test_settings_that_break_the_set_up_fail_the_requests_and_better_ones_mend_it() -> None:
    async with connection(FakeProvider([Token("Hi"), END])) as server:
        server.broken = True
        await server.configure({})
        response = await server.request("chat/stream", turn_params())
        assert response["error"]["code"] == -32603
        server.broken = False
        await server.configure({})
        assert (await server.turn("Hi", "t", 2))["result"]["final"] == "Hi"


# -- the beginning -------------------------------------------------------------------------------------------------


async def test_a_request_right_behind_initialize_waits_for_the_services() -> None:
    async with connection(FakeProvider([Token("Hi"), END]), initialize=False) as server:
        params: Json = {"processId": None, "capabilities": {}, "rootUri": None}
        server.send_at_once(
            {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params},
            {"jsonrpc": "2.0", "method": "initialized", "params": {}},
            {"jsonrpc": "2.0", "id": 1, "method": "chat/stream", "params": turn_params(token="t")},
        )
        await server.response()
        assert check_turn(await server.settled(), "t", 1)["result"]["final"] == "Hi"


async def test_f80_no_progress_is_created_where_the_client_brings_its_own_token() -> None:
    async with connection(FakeProvider([Token("Hi"), END]), initialize=False) as server:
        await server.initialize(capabilities={"window": {"workDoneProgress": True}})
        await server.turn()
        assert "window/workDoneProgress/create" not in server.methods()


async def test_what_the_server_announces_is_as_its_schema_has_it() -> None:
    async with connection(initialize=False) as server:
        result = await server.initialize()
        announced = result["capabilities"]["experimental"]["chatls"]
        check_value("capability.server", announced)
        for number, method in enumerate(announced["methods"]):
            error = (await server.request(method, {"sessionId": 5, "limit": "x", "tool": 5}, number)).get("error", {})
            assert error.get("code") in (None, -32602)


async def test_a_root_without_folders_is_one_folder() -> None:
    async with connection(FakeProvider([END]), initialize=False) as server:
        await server.initialize(rootUri="file:///home/me/project")
        await server.turn()
        found = (await server.request("chat/listSessions", None, 2))["result"]["sessions"]
        assert found[0]["workspace"] == ["file:///home/me/project"]


async def test_a_root_that_was_taken_away_is_no_folder_any_more(tmp_path: Path) -> None:
    folder = {"uri": tmp_path.as_uri(), "name": "ws"}
    async with connection(FakeProvider([END]), initialize=False) as server:
        await server.initialize(rootUri=folder["uri"], workspaceFolders=[folder])
        gone = {"added": [], "removed": [folder]}
        server.notify("workspace/didChangeWorkspaceFolders", {"event": gone})
        await server.turn()
        found = (await server.request("chat/listSessions", None, 2))["result"]["sessions"]
        assert found[0]["workspace"] == []


async def test_chat_works_without_any_folder() -> None:
    async with connection(FakeProvider([Token("Hi"), END]), initialize=False) as server:
        await server.initialize()
        assert (await server.turn())["result"]["final"] == "Hi"
        found = (await server.request("chat/listSessions", None, 2))["result"]["sessions"]
        assert found[0]["workspace"] == []


# -- the end -------------------------------------------------------------------------------------------------------


async def test_closing_cancels_what_runs_lets_it_say_so_and_closes_the_services() -> None:
    async with connection(FakeProvider([Token("Hi"), asyncio.Event()])) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        await server.server.close(5)
        assert check_turn(await server.settled(), "t", 1)["result"]["stopReason"] == "cancelled"
        assert server.closed == 1


async def test_a_client_that_does_not_read_cannot_hold_up_the_end() -> None:
    provider = FakeProvider([Token("Hi"), *[Token("x" * 65536)] * 100, END])
    async with connection(provider) as server:
        server.pause()
        server.begin("chat/stream", turn_params(token="t"))
        await settle()
        async with asyncio.timeout(5):
            await server.server.close(5)
        assert (provider.open, server.closed) == (0, 1)


async def test_f74_no_task_outlives_its_turn() -> None:
    async with connection(FakeProvider(*[[Token("Hi"), END]] * 5)) as server:
        before = tasks.running()
        for number in range(1, 6):
            await server.turn("x", number, number)
        await settle()
        assert tasks.running() == before
        assert {task.get_name() for task in asyncio.all_tasks() if not task.done()} <= names_before()


def names_before() -> set[str]:
    """The tests' own task: whatever else is alive would be a leak."""
    task = asyncio.current_task()
    assert task is not None
    return {task.get_name()}
