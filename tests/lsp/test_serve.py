"""A server on real pipes without any room behind it: what it says, when it ends, and with which code."""

import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.support.lsp_client import LspClient, running_server

BROKEN = "raise KeyError('no rooms')"
NEVER = "await asyncio.Event().wait()"
PROGRAM = """
import asyncio, os
from chatls.lsp.serve import serve
async def build(*_):
    {}
os._exit(asyncio.run(serve(build)))
"""


@asynccontextmanager
async def serving(build: str) -> AsyncGenerator[LspClient]:
    async with running_server(command=(sys.executable, "-c", PROGRAM.format(build))) as client:
        await client.initialize(processId=None)
        yield client


async def test_rooms_that_cannot_be_built_fail_the_requests_and_not_the_server() -> None:
    async with serving(BROKEN) as client:
        assert (await client.error("chat/listAgents"))["code"] == -32603
        assert (await client.error("no/such"))["code"] == -32601
        assert await client.stop() == 0


async def test_requests_that_still_wait_for_the_rooms_do_not_hold_up_the_end() -> None:
    async with serving(NEVER) as client:
        waiting = client.begin("chat/listAgents")
        client.notify("exit")
        assert await client.wait(2.0) == 1
        assert (await client.response(waiting))["error"]["code"] == -32800


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
async def test_a_signal_ends_it_as_the_end_of_stdin_does(name: str) -> None:
    async with serving(NEVER) as client:
        client.process.send_signal(getattr(signal, name))
        assert await client.wait(2.0) == 1


async def test_what_was_answered_before_the_end_is_written() -> None:
    async with serving(NEVER) as client:
        requests: list[Any] = [client.begin("no/such") for _ in range(500)]
        client.notify("exit")
        assert await client.wait(2.0) == 1
        for request in requests:
            assert (await client.response(request))["error"]["code"] == -32601
