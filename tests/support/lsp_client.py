"""A raw LSP client for end-to-end tests: it starts the real server and sees every frame as it came.

It takes nothing for granted: what it reads are the bytes between the headers, and every message of ours is checked
against `schemas/` before a test gets to see it.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from tests.support.schemas import check_outgoing, check_value

Json = dict[str, Any]
Handler = Callable[[Json], Awaitable[Any]]
DEADLINE = 20.0
RESULTS = {
    "chat/stream": "chat_stream.result",
    "chat/listModels": "chat_listModels.result",
    "chat/listAgents": "chat_listAgents.result",
    "chat/listGrants": "chat_listGrants.result",
    "chat/revokeGrant": "chat_revokeGrant.result",
    "chat/listTools": "chat_listTools.result",
    "chat/callTool": "chat_callTool.result",
    "chat/listSessions": "chat_listSessions.result",
    "chat/getSession": "chat_getSession.result",
    "chat/getTurn": "chat_getTurn.result",
    "chat/renameSession": "chat_renameSession.result",
    "chat/deleteSession": "chat_deleteSession.result",
    "chat/forkSession": "chat_forkSession.result",
    "chat/undoTurn": "chat_undoTurn.result",
}


class LspClient:
    """One server process and the conversation with it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.received: list[Json] = []
        """Every message in the order in which it came."""
        self.handlers: dict[str, Handler] = {}
        """Answers to the server's requests, by method; what is not here is answered with an error."""
        self.held: set[str] = set()
        """Requests of the server that a test answers by hand, by method."""
        self.may_be_cut = False
        """Whether the server may end in the middle of a frame: when it was killed, or nobody read."""
        self._methods: dict[int | str, str] = {}
        self._arrived = asyncio.Condition()
        self._ended = False
        self._reading = asyncio.Event()
        self._reading.set()
        self._next_id = 0

    def pause(self) -> None:
        """Stop reading what the server writes."""
        self._reading.clear()

    def resume(self) -> None:
        self._reading.set()

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def begin(self, method: str, params: Any = None, *, request_id: int | str | None = None) -> int | str:
        """Send a request without waiting; returns its id."""
        self._next_id += 1
        chosen = self._next_id if request_id is None else request_id
        self._methods[chosen] = method
        self.send({"jsonrpc": "2.0", "id": chosen, "method": method, "params": params})
        return chosen

    async def response(self, request_id: int | str) -> Json:
        """The response to a request, result or error."""
        return await self.wait_for(lambda message: _answers(message, request_id))

    async def request(self, method: str, params: Any = None) -> Json:
        return await self.response(self.begin(method, params))

    async def result(self, method: str, params: Any = None) -> Any:
        response = await self.request(method, params)
        assert "result" in response, response
        return response["result"]

    async def error(self, method: str, params: Any = None) -> Json:
        response = await self.request(method, params)
        assert "error" in response, response
        return cast("Json", response["error"])

    async def wait_for(self, wanted: Callable[[Json], bool], *, seconds: float = DEADLINE) -> Json:
        """The first message, also of those already received, that is wanted."""
        async with asyncio.timeout(seconds), self._arrived:
            seen = 0
            while True:
                for message in self.received[seen:]:
                    if wanted(message):
                        return message
                seen = len(self.received)
                assert not self._ended, f"the server ended; it had sent {self.received[-3:]}"
                await self._arrived.wait()

    async def wait_for_event(self, token: int | str, kind: str, *, seconds: float = DEADLINE) -> Json:
        """The first event of that type on a token."""

        def wanted(message: Json) -> bool:
            return any(event["type"] == kind for event in _events([message], token))

        return _events([await self.wait_for(wanted, seconds=seconds)], token)[0]

    def values(self, token: int | str) -> list[Json]:
        """All progress values of a token so far."""
        return [message["params"]["value"] for message in self.received if _is_progress(message, token)]

    def events(self, token: int | str) -> list[Json]:
        """All events of a token so far."""
        return _events(self.received, token)

    def text(self, token: int | str) -> str:
        """The answer on a token so far."""
        return "".join(event["data"] for event in self.events(token) if event["type"] == "token")

    async def initialize(self, folder: Path | None = None, **more: Any) -> Json:
        """Go through `initialize` and `initialized`; returns the result of the first."""
        folders = [] if folder is None else [{"uri": folder.as_uri(), "name": folder.name}]
        params: Json = {"processId": os.getpid(), "rootUri": None, "capabilities": {}, "workspaceFolders": folders}
        result = await self.result("initialize", params | more)
        self.notify("initialized", {})
        return cast("Json", result)

    async def stream(self, content: str, token: int | str, **params: Any) -> Json:
        """One turn; returns its response."""
        return await self.request("chat/stream", stream_params(content, token, **params))

    async def stop(self) -> int:
        """`shutdown` and `exit`; returns the exit code."""
        await self.result("shutdown")
        self.notify("exit")
        return await self.wait()

    async def wait(self, seconds: float = 5.0) -> int:
        async with asyncio.timeout(seconds):
            return await self.process.wait()

    async def read_all(self) -> None:
        """Read until the server has closed its stdout."""
        output = self.process.stdout
        assert output is not None
        try:
            while True:
                await self._reading.wait()
                header = await output.readuntil(b"\r\n\r\n")
                length = int(header.removeprefix(b"Content-Length: "))
                await self._take(json.loads(await output.readexactly(length)))
        except asyncio.IncompleteReadError as error:
            if error.partial and not self.may_be_cut:
                raise AssertionError(f"a torn frame: {error.partial[:200]!r}") from error
        finally:
            async with self._arrived:
                self._ended = True
                self._arrived.notify_all()

    async def _take(self, message: Json) -> None:
        self._check(message)
        async with self._arrived:
            self.received.append(message)
            self._arrived.notify_all()
        if "method" in message and "id" in message and message["method"] not in self.held:
            await self._answer(message)

    async def _answer(self, message: Json) -> None:
        handler = self.handlers.get(message["method"])
        if handler is None:
            answer: Json = {"error": {"code": -32601, "message": "not in this test"}}
        else:
            answer = {"result": await handler(message["params"])}
        self.send({"jsonrpc": "2.0", "id": message["id"], **answer})

    def _check(self, message: Json) -> None:
        """Every message of ours must be what the schemas say."""
        assert message.get("jsonrpc") == "2.0", message
        if "method" in message:
            check_outgoing(message)
        elif "result" in message and (name := RESULTS.get(self._methods.get(message["id"], ""))):
            check_value(name, message["result"])


@asynccontextmanager
async def running_server(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    command: Sequence[str] | None = None,
    stderr: int | None = None,
) -> AsyncGenerator[LspClient]:
    """Start a server, read it in the background, and end it with the block."""
    process = await asyncio.create_subprocess_exec(
        *(command or (sys.executable, "-m", "chatls")),
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
        limit=256 * 1024,
        cwd=cwd,
        env={**os.environ, **(env or {})},
    )
    client = LspClient(process)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(client.read_all())
            try:
                yield client
            finally:
                client.resume()
                if process.returncode is None:
                    process.kill()
                await process.wait()
    finally:
        transport = cast("Any", process)._transport
        transport.close()


def stream_params(content: str, token: int | str | None = None, **params: Any) -> Json:
    """Params of a `chat/stream`."""
    found: Json = {"message": {"content": content}, **params}
    return found if token is None else {**found, "workDoneToken": token}


def _answers(message: Json, request_id: int | str) -> bool:
    return "method" not in message and message.get("id") == request_id


def _is_progress(message: Json, token: int | str) -> bool:
    return message.get("method") == "$/progress" and message["params"]["token"] == token


def _events(messages: Sequence[Json], token: int | str) -> list[Json]:
    return [message["params"]["value"]["event"] for message in messages if _is_progress(message, token)]
