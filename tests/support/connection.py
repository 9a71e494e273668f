"""A server without a process: what the editor sends goes straight in, what is written comes straight out."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

from chatls.chat.events import ToolFailure, ToolText
from chatls.chat.messages import ModelOptions
from chatls.errors import ConfigError
from chatls.lsp.editor import LspEditor
from chatls.lsp.framing import FrameDecoder, FrameError, encode
from chatls.lsp.pipe import BackpressureHandler
from chatls.lsp.progress import ProgressTokens
from chatls.lsp.requests import Requests
from chatls.lsp.server import ChatServer
from chatls.lsp.services import Services
from chatls.store.memory import MemorySessions
from tests.support.clock import settle
from tests.support.heart import AGENT, FakeProvider, FakeToolset, echo, orchestrator
from tests.support.heart import FakeModels as FakeModels

Json = dict[str, Any]


class FakeReader:
    """The port `WorkspaceReader`: files by URI."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def name(self, uri: str) -> str | None:
        return uri.removeprefix("file:///ws/") if uri.startswith("file:///ws/") else None

    async def file(self, uri: str) -> ToolText | ToolFailure:
        return ToolText(self.files[uri]) if uri in self.files else ToolFailure("not_found", "No such file.")

    async def folder(self, uri: str) -> ToolText | ToolFailure:
        return ToolText("a.py") if uri == "file:///ws" else ToolFailure("not_found", "No such folder.")


class Connection:
    """The editor's end. Everything that was written is in `received`, in order."""

    def __init__(self, provider: FakeProvider, toolset: FakeToolset, files: Mapping[str, str]) -> None:
        self.provider = provider
        self.toolset = toolset
        self.files = files
        self.received: list[Json] = []
        self.problems: tuple[ConfigError, ...] = ()
        self.settings: list[object] = []
        self.closed = 0
        self.pipe = BackpressureHandler(self._write, asyncio.get_running_loop(), lambda: None)
        self.server = ChatServer(self.pipe, self._build)
        self._decoder = FrameDecoder()
        self._arrived = asyncio.Event()
        self._sessions = MemorySessions()
        self._loop = asyncio.get_running_loop()

    def send(self, message: object) -> None:
        self.send_bytes(encode(cast("Json", message)) if isinstance(message, dict) else _frame(message))

    def send_bytes(self, data: bytes) -> None:
        self.server.receive(FrameDecoder().feed(data))

    def notify(self, method: str, params: object = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def begin(self, method: str, params: object = None, message_id: object = 1) -> None:
        self.send({"jsonrpc": "2.0", "id": message_id, "method": method, "params": params})

    async def request(self, method: str, params: object = None, message_id: object = 1) -> Json:
        """The response, whole."""
        seen = len(self.received)
        self.begin(method, params, message_id)
        return await self.response(message_id, seen)

    async def response(self, message_id: object = 1, after: int = 0) -> Json:
        async with asyncio.timeout(5):
            while True:
                for message in self.received[after:]:
                    if "method" not in message and message["id"] == message_id:
                        return message
                self._arrived.clear()
                await self._arrived.wait()

    async def initialize(self, **params: Any) -> Json:
        response = await self.request(
            "initialize", {"processId": None, "capabilities": {}, "rootUri": None} | params, 0
        )
        self.notify("initialized", {})
        await self.settled()
        return cast("Json", response["result"])

    async def settled(self) -> list[Json]:
        """All that was written once nothing moves any more."""
        while True:
            before = len(self.received)
            await settle()
            await asyncio.to_thread(lambda: None)
            await settle()
            if self.pipe.size == 0 and len(self.received) == before:
                return self.received

    def methods(self) -> list[str]:
        return [message["method"] for message in self.received if "method" in message]

    def _write(self, data: bytes) -> None:
        frames = [frame for frame in self._decoder.feed(data) if not isinstance(frame, FrameError)]
        self.received += [json.loads(frame) for frame in frames]
        self._loop.call_soon_threadsafe(self._arrived.set)

    async def _build(
        self, client_settings: object, editor: LspEditor, pipe: BackpressureHandler, tokens: ProgressTokens
    ) -> Requests:
        self.settings.append(client_settings)
        return Requests(self._services(), editor, pipe, tokens)

    def _services(self) -> Services:
        parts = orchestrator(self.provider, toolset=self.toolset)

        async def close() -> None:
            self.closed += 1

        return Services(
            orchestrator=parts,
            models=FakeModels(self.provider),
            toolset=self.toolset,
            reader=FakeReader(self.files),
            sessions=self._sessions,
            agents={AGENT.id: AGENT},
            agent=AGENT.id,
            options=ModelOptions(),
            problems=self.problems,
            folders_changed=lambda: None,
            close=close,
        )


@asynccontextmanager
async def connection(
    provider: FakeProvider | None = None,
    *,
    toolset: FakeToolset | None = None,
    files: Mapping[str, str] | None = None,
    initialize: bool = True,
) -> AsyncGenerator[Connection]:
    """A connection to a server of its own; initialized, with one workspace folder, unless told otherwise."""
    found = Connection(provider or FakeProvider(), toolset or FakeToolset({"look": echo}), files or {})
    found.pipe.start()
    try:
        if initialize:
            await found.initialize(workspaceFolders=[{"uri": "file:///ws", "name": "ws"}])
        yield found
    finally:
        await found.server.close(1)
        found.pipe.close(1)


def _frame(value: object) -> bytes:
    body = json.dumps(value).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
