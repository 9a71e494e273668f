"""Clients that do not read, go away, or die: the server stays small, lets nobody wait, and does not outlive them."""

import asyncio
import contextlib
import itertools
import os
import signal
import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.chat_server import NOWHERE, chat_server, environment, new_token
from tests.support.fake_model_server import FakeModelServer, Reply
from tests.support.lsp_client import LspClient, running_server, stream_params
from tests.support.process_facts import descriptors, memory, steady, threads, until
from tests.support.recordings import answer, done, message
from tests.support.turns import check_turn, events, text_of

MIB = 1024 * 1024
PIECE = "0123456789abcdef" * 64
SCRIPT = {"slow": '[[answer]]\nsteps = [{ text = "So far" }, { wait = 60 }]\n'}


class Flood:
    """A reply as fast as it is read: `count` pieces of a KiB, or without end. Counts what was taken."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count
        self.taken = 0

    def reply(self) -> Reply:
        return Reply(self._steps())

    def _steps(self) -> Iterator[bytes]:
        for _ in itertools.repeat(None) if self.count is None else range(self.count):
            self.taken += 1
            yield message(PIECE)
        yield done()


# -- a client that does not read -----------------------------------------------------------------------------------


async def test_f76_a_client_that_does_not_read_costs_no_memory_and_loses_no_text(tmp_path: Path) -> None:
    endless, long = Flood(), Flood(20 * 1024)
    async with FakeModelServer() as model, chat_server(tmp_path, model=model) as client:
        first, second, third = new_token(), new_token(), new_token()
        model.answer(endless.reply(), long.reply(), Reply(answer("Third.")))
        cancelled = client.begin("chat/stream", stream_params("one", first))
        await client.wait_for_event(first, "token")
        other = client.begin("chat/stream", stream_params("two", second))
        await client.wait_for_event(second, "token")
        client.pause()
        await steady(lambda: endless.taken + long.taken)
        held = memory(client.process.pid)

        await asyncio.sleep(1.0)
        assert memory(client.process.pid) - held < MIB
        assert held < 120 * MIB

        client.notify("$/cancelRequest", {"id": cancelled})
        async with asyncio.timeout(1):
            await model.chats[0].gone.wait()
        late = client.begin("chat/stream", stream_params("three", third))
        await until(lambda: len(model.chats) == 3)

        client.resume()
        await client.response(other)
        await client.response(late)
        end = check_turn(client.received, first, cancelled)
        assert end["result"]["stopReason"] == "cancelled"
        before = client.received[: client.received.index(end)]
        assert len(text_of(events(before, second))) < 10 * MIB
        assert check_turn(client.received, second, other)["result"]["final"] == PIECE * 20 * 1024
        assert check_turn(client.received, third, late)["result"]["final"] == "Third."


# -- a client that goes away ---------------------------------------------------------------------------------------


async def test_f77_a_client_that_closes_stdout_alone_ends_the_server_within_a_second(tmp_path: Path) -> None:
    async with FakeModelServer() as model, chat_server(tmp_path, model=model) as client:
        model.answer(Flood().reply())
        token = new_token()
        client.begin("chat/stream", stream_params("Hi", token))
        await client.wait_for_event(token, "token")
        cast("Any", client.process)._transport.get_pipe_transport(1).close()
        assert await client.wait(1.0) == 1
        async with asyncio.timeout(1):
            await model.chats[0].gone.wait()


async def test_f78_a_killed_editor_takes_the_server_along_although_stdin_is_still_held(tmp_path: Path) -> None:
    editor = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", "import time; time.sleep(600)")
    async with chat_server(tmp_path, scripts=SCRIPT, processId=editor.pid) as client:
        token = new_token()
        client.begin("chat/stream", stream_params("Hi", token))
        await client.wait_for_event(token, "token")
        editor.kill()
        assert await client.wait(1.0) == 1
    await editor.wait()


async def test_f78_a_process_that_is_gone_already_ends_the_server(tmp_path: Path) -> None:
    editor = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", "")
    await editor.wait()
    async with running_server(env=environment(tmp_path), cwd=tmp_path) as client:
        client.begin("initialize", {"processId": editor.pid, "rootUri": None, "capabilities": {}})
        assert await client.wait() == 1


@pytest.mark.parametrize(
    ("how", "code"),
    [("stop", 0), ("exit", 1), ("eof", 1), ("shutdown, eof", 0), ("SIGTERM", 1), ("SIGINT", 1), ("SIGHUP", 1)],
    ids=["shutdown and exit", "exit alone", "end of stdin", "shutdown and end of stdin", "SIGTERM", "SIGINT", "SIGHUP"],
)
async def test_f62_the_end_cancels_what_runs_and_has_its_code(tmp_path: Path, how: str, code: int) -> None:
    async with chat_server(tmp_path, scripts=SCRIPT, processId=None) as client:
        token = new_token()
        request = client.begin("chat/stream", stream_params("Hi", token))
        await client.wait_for_event(token, "token")
        assert client.process.stdin is not None
        if how in ("stop", "shutdown, eof"):
            await client.result("shutdown")
        match how:
            case "stop" | "exit":
                client.notify("exit")
            case "eof" | "shutdown, eof":
                client.process.stdin.close()
            case name:
                client.process.send_signal(getattr(signal, name))
        assert await client.wait(1.5) == code
        await client.response(request)
        assert check_turn(client.received, token, request)["result"]["stopReason"] == "cancelled"


async def test_a_client_that_neither_reads_nor_waits_cannot_hold_up_the_end(tmp_path: Path) -> None:
    async with FakeModelServer() as model, chat_server(tmp_path, model=model) as client:
        flood = Flood()
        model.answer(flood.reply())
        token = new_token()
        client.begin("chat/stream", stream_params("Hi", token))
        await client.wait_for_event(token, "token")
        client.pause()
        await steady(lambda: flood.taken)
        client.may_be_cut = True
        client.process.terminate()
        await until(lambda: client.process.returncode is not None, seconds=2.0)
        assert client.process.returncode == 1


# -- odd clients ---------------------------------------------------------------------------------------------------


async def test_f80_a_client_without_work_done_progress_is_never_asked_to_create_any(tmp_path: Path) -> None:
    script = {"hi": '[[answer]]\nsteps = [{ text = "Hi" }]\n'}
    async with chat_server(tmp_path, scripts=script, capabilities={"window": {"workDoneProgress": False}}) as client:
        assert (await client.request("chat/stream", stream_params("x")))["result"]["final"] == "Hi"
        assert not [found for found in client.received if "id" in found and "method" in found]
        assert "$/progress" not in [found.get("method") for found in client.received]


async def test_f88_ids_come_back_as_they_were_and_our_own_are_integers(tmp_path: Path) -> None:
    capabilities = {"experimental": {"chatls": {"protocol": 1, "diagnostics": True}}}
    async with chat_server(tmp_path, capabilities=capabilities) as client:

        async def diagnose(_params: Any) -> Any:
            return {"items": []}

        client.handlers["chat/getDiagnostics"] = diagnose
        for request_id in ("1", 1001, "a-b", 2**31 - 1):
            client.begin("chat/listAgents", request_id=request_id)
            response = await client.response(request_id)
            assert type(response["id"]) is type(request_id)
        attachment = {"type": "diagnostics", "uri": (tmp_path / "ws" / "a.py").as_uri()}
        await client.result("chat/stream", {"message": {"content": "Hi", "attachments": [attachment]}})
        questions = [found["id"] for found in client.received if found.get("method") == "chat/getDiagnostics"]
        assert [type(number) for number in questions] == [int]


async def test_f89_f65_two_editors_on_one_workspace_share_its_sessions_and_never_a_turn(tmp_path: Path) -> None:
    async with chat_server(tmp_path, scripts=SCRIPT) as one, chat_server(tmp_path, scripts=SCRIPT) as two:
        one.begin("chat/stream", stream_params("a", "t"))
        session = (await one.wait_for_event("t", "start"))["sessionId"]
        await one.wait_for_event("t", "token")
        params = stream_params("b", "u", sessionId=session)
        for method, refused in (("chat/stream", params), ("chat/deleteSession", {"sessionId": session})):
            assert (await two.error(method, refused))["data"]["reason"] == "session_busy"
        (listed,) = (await two.result("chat/listSessions"))["sessions"]
        assert (listed["sessionId"], listed["busy"]) == (session, True)
        assert two.events("t") == two.events("u") == []

        one.notify("window/workDoneProgress/cancel", {"token": "t"})
        await one.wait_for_event("t", "done")
        two.begin("chat/stream", params)
        await two.wait_for_event("u", "token")
        assert (await one.error("chat/stream", params))["data"]["reason"] == "session_busy"
        turns = (await one.result("chat/getSession", {"sessionId": session}))["turns"]
        assert [turn["state"] for turn in turns] == ["cancelled", "running"]


async def test_f90_a_blocked_stderr_blocks_nobody(tmp_path: Path) -> None:
    async with (
        full_pipe() as stderr,
        running_server("--log-level", "debug", env=environment(tmp_path), cwd=tmp_path, stderr=stderr) as client,
    ):
        options = {"ollama": {"address": NOWHERE}}
        await client.initialize(tmp_path, trace="verbose", initializationOptions=options)
        client.notify("$/setTrace", {"value": "verbose"})
        for number in range(3):
            assert (await client.stream("Hi", number))["result"]["stopReason"] == "end_turn"
        assert await client.stop() == 0


@contextlib.asynccontextmanager
async def full_pipe() -> AsyncGenerator[int]:
    """The end to write to of a pipe that nobody reads and that takes no byte more."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(write_end, b"x" * 4096)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(write_end, b"x")
    os.set_blocking(write_end, True)
    try:
        yield write_end
    finally:
        os.close(read_end)
        os.close(write_end)


async def test_f74_turns_cancels_and_failures_leave_no_thread_and_no_descriptor_behind(tmp_path: Path) -> None:
    async with FakeModelServer() as model, chat_server(tmp_path, model=model) as client:
        await turns(client, model)
        pid = client.process.pid
        before = (threads(pid), descriptors(pid))
        for _ in range(5):
            await turns(client, model)
        assert (threads(pid), descriptors(pid)) == before


async def turns(client: LspClient, model: FakeModelServer) -> None:
    """One turn that ends well, one that breaks and one that is cancelled, each on a connection of its own."""
    model.answer(
        Reply(answer("Well.")), Reply([message("Half")], ending="reset"), Reply([message("So far")], ending="open")
    )
    for _ in range(2):
        await client.stream("Hi", new_token())
    token = new_token()
    request = client.begin("chat/stream", stream_params("Hi", token))
    await client.wait_for_event(token, "token")
    client.notify("$/cancelRequest", {"id": request})
    await client.response(request)
