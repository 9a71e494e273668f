"""A server that ends while it answers, and the next one: what was shown is there, and the conversation goes on."""

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_server import chat_server
from tests.support.lsp_client import LspClient, stream_params
from tests.support.process_facts import until
from tests.support.sessions import the_file
from tests.support.turns import text_of

SCRIPT = {
    "slow": """
[[answer]]
steps = [{ text = "So far" }, { wait = 60 }]
[[answer]]
steps = [{ text = "Again" }]
"""
}


async def history(client: LspClient, session: str) -> dict[str, Any]:
    return await client.result("chat/getSession", {"sessionId": session})


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "SIGHUP", "eof", "stop"])
async def test_f62_what_was_shown_is_there_after_the_end_however_it_came(tmp_path: Path, how: str) -> None:
    async with chat_server(tmp_path, scripts=SCRIPT, processId=None) as client:
        client.begin("chat/stream", stream_params("Hi", "t"))
        session = (await client.wait_for_event("t", "start"))["sessionId"]
        await client.wait_for_event("t", "token")
        match how:
            case "eof":
                assert client.process.stdin is not None
                client.process.stdin.close()
            case "stop":
                await client.stop()
            case name:
                client.process.send_signal(getattr(signal, name))
        await client.wait(1.5)
    async with chat_server(tmp_path, scripts=SCRIPT) as client:
        (turn,) = (await history(client, session))["turns"]
        assert (turn["state"], text_of(turn["events"]), turn["events"][-1]["type"]) == ("cancelled", "So far", "done")
        caught_up = await client.result("chat/getTurn", {"sessionId": session, "turnId": turn["turnId"], "afterSeq": 2})
        assert caught_up["reset"] is True
        assert caught_up["events"] == turn["events"]


async def test_f61_a_killed_server_loses_no_more_than_a_second_of_what_was_shown(tmp_path: Path) -> None:
    async with chat_server(tmp_path, scripts=SCRIPT) as client:
        client.may_be_cut = True
        client.begin("chat/stream", stream_params("Hi", "t"))
        session = (await client.wait_for_event("t", "start"))["sessionId"]
        await client.wait_for_event("t", "token")
        state = tmp_path / "state" / "chatls"
        await until(lambda: b"So far" in the_file(state).with_suffix(".db-wal").read_bytes(), seconds=2.0)
        client.process.kill()
        await client.process.wait()
    async with chat_server(tmp_path, scripts=SCRIPT) as client:
        found = await history(client, session)
        assert (found["session"]["busy"], found["session"]["title"]) == (False, "Hi")
        (turn,) = found["turns"]
        assert (turn["state"], text_of(turn["events"])) == ("cut", "So far")
        assert turn["events"][-1]["error"]["code"] == "stream_interrupted"
        again = stream_params("Go on", "u", sessionId=session)
        client.begin("chat/stream", again)
        await client.wait_for_event("u", "token")
        assert len((await history(client, session))["turns"]) == 2


async def test_a_session_is_renamed_forked_and_deleted_over_the_wire(tmp_path: Path) -> None:
    script = {"hi": '[[answer]]\nsteps = [{ text = "Hi" }]\n'}
    async with chat_server(tmp_path, scripts=script) as client:
        first = (await client.stream("One", "a"))["result"]
        session = first["sessionId"]
        await client.stream("Two", "b", sessionId=session)
        assert await client.result("chat/renameSession", {"sessionId": session, "title": " My\n parser "}) == {}
        assert (await history(client, session))["session"]["title"] == "My parser"
        fork = (await client.result("chat/forkSession", {"sessionId": session, "turnId": first["turnId"]}))["sessionId"]
        assert [turn["message"]["content"] for turn in (await history(client, fork))["turns"]] == ["One"]
        assert await client.result("chat/deleteSession", {"sessionId": session}) == {}
        for method in ("chat/getSession", "chat/deleteSession"):
            refused = await client.error(method, {"sessionId": session})
            assert refused["data"]["reason"] == "session_not_found"
        error = await client.error("chat/renameSession", {"sessionId": fork, "title": " "})
        assert (error["code"], error["data"]["field"]) == (-32602, "title")
        error = await client.error("chat/forkSession", {"sessionId": fork, "turnId": "nosuch"})
        assert error["data"]["reason"] == "not_found"
    async with chat_server(tmp_path, scripts=script) as client:
        assert [found["sessionId"] for found in (await client.result("chat/listSessions"))["sessions"]] == [fork]


async def test_a_state_folder_in_the_workspace_is_told_and_chat_goes_on(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path / "ws" / "state")}
    async with chat_server(tmp_path, scripts=SCRIPT, env=env) as client:
        client.begin("chat/stream", stream_params("Hi", "t"))
        await client.wait_for_event("t", "token")
        told = await client.wait_for(lambda message: message.get("method") == "window/showMessage")
        assert "conversations cannot be saved" in told["params"]["message"]
        assert len((await client.result("chat/listSessions"))["sessions"]) == 1
    assert not (tmp_path / "ws" / "state" / "chatls" / "sessions").exists()
