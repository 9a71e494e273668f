"""A server without a process: what the editor sends goes straight in, what is written comes straight out."""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from chatls.chat.commands import Command, built_in_commands
from chatls.chat.events import ToolFailure, ToolText
from chatls.chat.messages import ModelOptions
from chatls.chat.undo import Content, TurnChanges, Undo, Undone
from chatls.chat.workspace import LineRange, Located, PathMatches, WorkspaceReader
from chatls.errors import ConfigError
from chatls.lsp.editor import LspEditor
from chatls.lsp.framing import FrameDecoder, FrameError, encode
from chatls.lsp.pipe import BackpressureHandler
from chatls.lsp.protocol import ChatProtocol
from chatls.lsp.requests import Requests
from chatls.lsp.server import ChatServer
from chatls.lsp.services import Services
from chatls.store.conversations import Conversations
from chatls.tools.approval.gate import Gate
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.reader import AttachmentReader
from tests.support.clock import FakeClock, settle
from tests.support.grants import MemoryGrants
from tests.support.heart import AGENT, FakeModels, FakeProvider, FakeToolset, NoRetry, RetryOnce, echo, orchestrator
from tests.support.schemas import check_outgoing
from tests.support.turns import check_turn, events, kinds

Json = dict[str, Any]


class FakeReader:
    """The port `WorkspaceReader`: files by URI."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def name(self, uri: str) -> str | None:
        return uri.removeprefix("file:///ws/") if uri.startswith("file:///ws/") else None

    async def locate(self, path: str) -> Located | None:
        uri = f"file:///ws/{path}"
        return Located("file", uri) if uri in self.files else None

    async def file(self, uri: str, lines: tuple[int, int] | None = None) -> ToolText | ToolFailure:
        return ToolText(self.files[uri]) if uri in self.files else ToolFailure("not_found", "No such file.")

    async def folder(self, uri: str) -> ToolText | ToolFailure:
        return ToolText("a.py") if uri == "file:///ws" else ToolFailure("not_found", "No such folder.")

    async def secret(self, name: str) -> ToolFailure | None:
        return ToolFailure("secret", f"{name} may hold keys.") if name.endswith(".env") else None


class FakeNames:
    """The port `WorkspaceNames`: the paths that have what was typed in them, and the ranges of `a.py`."""

    def __init__(self) -> None:
        self.all = ["a.py", "src/", "src/b.py", "my file.txt"]
        self.complete = True

    async def paths(self, typed: str, limit: int) -> PathMatches:
        return PathMatches([path for path in self.all if typed in path][:limit], self.complete)

    async def ranges(self, path: str) -> Sequence[LineRange]:
        return [LineRange(1, 9, "class A"), LineRange(12, 20, "function run")] if path == "a.py" else []


async def no_undo(_turn: TurnChanges, _content: Content) -> Undone:
    """Nothing was changed, nothing is put back."""
    return Undone()


class Connection:
    """The editor's end. Everything that was written is in `received`, in order."""

    undo: Undo = staticmethod(no_undo)

    def __init__(
        self,
        provider: FakeProvider,
        toolset: FakeToolset,
        files: Mapping[str, str],
        retry: NoRetry | RetryOnce,
        clock: FakeClock,
        folder: Path | None,
    ) -> None:
        self.provider = provider
        self.toolset = toolset
        self.files = files
        self.folder = folder
        self.models = FakeModels(provider)
        self.retry = retry
        self.clock = clock
        self.building = asyncio.Event()
        """Cleared, it holds back the services that the chat methods wait for."""
        self.building.set()
        self.received: list[Json] = []
        self.problems: tuple[ConfigError, ...] = ()
        self.guidance = ""
        self.commands, self.names = built_in_commands(), FakeNames()
        self.settings: list[object] = []
        self.broken = False
        """Whether making the services fails."""
        self.closed = 0
        """How many services were closed."""
        self.answers: dict[str, Callable[[Json], object]] = {}
        """Answers to the server's requests, by method; without one they wait, and a test answers them by hand."""
        self.told: list[str] = []
        """What the store had to say to the user."""
        self.odd: list[str] = []
        """What the server sent that its schemas do not have."""
        self.pipe = BackpressureHandler(self._write, asyncio.get_running_loop(), lambda: None)
        self.server = ChatServer(self.pipe, self._build)
        self._decoder = FrameDecoder()
        self._arrived = asyncio.Event()
        self.sessions = Conversations(None, self.told.append)
        self.grants = MemoryGrants()
        self._editor: LspEditor | None = None
        self._loop = asyncio.get_running_loop()
        self._reads = threading.Event()
        self._reads.set()

    @property
    def editor(self) -> LspEditor:
        """The editor as the rooms see it, once they were made."""
        assert self._editor is not None
        return self._editor

    def pause(self) -> None:
        """Stop reading: what the server writes waits in it from now on."""
        self._reads.clear()

    def resume(self) -> None:
        self._reads.set()

    def send(self, message: object) -> None:
        self.send_bytes(encode(cast("Json", message)) if isinstance(message, dict) else _frame(message))

    def send_bytes(self, data: bytes) -> None:
        self.server.receive(FrameDecoder().feed(data))

    def send_at_once(self, *messages: Json) -> None:
        """Several messages that arrive in one read."""
        self.send_bytes(b"".join(encode(message) for message in messages))

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
        return await self.wait_for(lambda message: "method" not in message and message["id"] == message_id, after)

    async def wait_for(self, wanted: Callable[[Json], bool], after: int = 0) -> Json:
        """The first message that is wanted, also of those already received."""
        async with asyncio.timeout(5):
            while True:
                for message in self.received[after:]:
                    if wanted(message):
                        return message
                self._arrived.clear()
                await self._arrived.wait()

    async def event(self, token: int | str, kind: str) -> Json:
        """The first event of that type on a token."""
        await self.wait_for(lambda message: kind in kinds([message], token))
        return next(event for event in events(self.received, token) if event["type"] == kind)

    async def turn(self, content: str = "Hi", token: int | str = "t", message_id: object = 1, **params: Any) -> Json:
        """One turn to its end; its response, after a check that all of it was told as it must be."""
        await self.request("chat/stream", turn_params(content, token, **params), message_id)
        return check_turn(await self.settled(), token, message_id)

    async def configure(self, settings: object) -> None:
        """Send new settings, and let the server take them."""
        self.notify("workspace/didChangeConfiguration", {"settings": settings})
        await self.settled()

    async def initialize(self, **params: Any) -> Json:
        wanted: Json = {"processId": None, "capabilities": {}, "rootUri": None, **params}
        response = await self.request("initialize", wanted, 0)
        self.notify("initialized", {})
        await self.settled()
        return cast("Json", response["result"])

    async def introduce(self, chat: Json | None = None, **capabilities: Any) -> None:
        """Initialize as a client with one folder that can do this: of our own requests, and of LSP's."""
        experimental = {} if chat is None else {"experimental": {"chatls": {"protocol": 1, **chat}}}
        folders = [{"uri": "file:///ws", "name": "ws"}]
        await self.initialize(workspaceFolders=folders, capabilities={**capabilities, **experimental})

    async def settled(self) -> list[Json]:
        """All that was written once nothing moves any more."""
        while True:
            before = len(self.received)
            await settle()
            await asyncio.to_thread(lambda: None)
            await self._stored()
            await settle()
            if self.pipe.size == 0 and len(self.received) == before:
                return self.received

    async def _stored(self) -> None:
        """Wait for what the store is doing: what is read after a reading comes after its group was committed."""
        if self._editor is not None:
            for _ in range(2):
                await self.sessions.sessions(self._editor.workspace(), "", None, 1)

    def said(self, number: int) -> list[tuple[str, str]]:
        """What the model call with this number was given, as (role, text); its instructions left out."""
        return [(message.role, message.content) for message in self.provider.requests[number].messages[1:]]

    def methods(self) -> list[str]:
        return [message["method"] for message in self.received if "method" in message]

    def _write(self, data: bytes) -> None:
        if not self._reads.wait(10):
            raise AssertionError("nobody let the client read on")
        frames = [frame for frame in self._decoder.feed(data) if not isinstance(frame, FrameError)]
        messages = [json.loads(frame) for frame in frames]
        self.received += messages
        self._loop.call_soon_threadsafe(self._take, messages)

    def _take(self, messages: Sequence[Json]) -> None:
        self._arrived.set()
        for message in messages:
            try:
                check_outgoing(message)
            except AssertionError as error:
                self.odd.append(str(error))
            if "id" in message and message.get("method") in self.answers:
                self.reply(message["id"], self.answers[message["method"]](message["params"]))

    def reply(self, message_id: object, result: object) -> None:
        """Answer a request of the server."""
        self.send({"jsonrpc": "2.0", "id": message_id, "result": result})

    async def asked(self, method: str, number: int = 1) -> Json:
        """The server's request or notification with this method: the first one, or the one with this number."""
        await self.wait_for(lambda _: sum(message.get("method") == method for message in self.received) >= number)
        return [message for message in self.received if message.get("method") == method][number - 1]

    async def _build(self, client_settings: object, protocol: ChatProtocol, pipe: BackpressureHandler) -> Requests:
        self.settings.append(client_settings)
        await self.building.wait()
        if self.broken:
            raise KeyError("broken")
        return Requests(self._services(LspEditor(protocol)), LspEditor(protocol), pipe, protocol.tokens)

    def _reader(self, editor: LspEditor) -> WorkspaceReader:
        if self.folder is None:
            return FakeReader(self.files)
        return AttachmentReader(Roots([("ws", str(self.folder))]), editor)

    def _services(self, editor: LspEditor) -> Services:
        self._editor = editor
        self.gate = Gate(editor, self.grants, editor.workspace, editor.warn)
        parts = orchestrator(
            self.provider, toolset=self.toolset, models=self.models, retry=self.retry, clock=self.clock
        )

        async def close() -> None:
            self.closed += 1

        async def guidance() -> str:
            return self.guidance

        async def commands() -> Mapping[str, Command]:
            return self.commands

        return Services(
            orchestrator=parts,
            models=self.models,
            toolset=self.toolset,
            reader=self._reader(editor),
            sessions=self.sessions,
            grants=self.gate,
            agents={AGENT.id: AGENT},
            agent=AGENT.id,
            options=ModelOptions(),
            guidance=guidance,
            commands=commands,
            names=self.names,
            undo=lambda turn, content: self.undo(turn, content),
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
    retry: NoRetry | RetryOnce | None = None,
    clock: FakeClock | None = None,
    folder: Path | None = None,
    initialize: bool = True,
) -> AsyncGenerator[Connection]:
    """A connection to a server of its own; initialized, with one workspace folder, unless told otherwise.

    `folder` is a real one, whose files can be attached; without it there are only `files`.
    """
    found = Connection(
        provider or FakeProvider(),
        toolset or FakeToolset({"look": echo}),
        files or {},
        retry or NoRetry(),
        clock or FakeClock(),
        folder,
    )
    found.pipe.start()
    try:
        if initialize:
            uri = "file:///ws" if folder is None else folder.as_uri()
            await found.initialize(workspaceFolders=[{"uri": uri, "name": "ws"}])
        yield found
        assert found.odd == []
    finally:
        found.resume()
        await found.server.close(1)
        found.sessions.close(1)
        found.pipe.close(1)


def turn_params(content: str = "Hi", token: int | str | None = None, **params: Any) -> Json:
    """Params of a `chat/stream`."""
    found: Json = {"message": {"content": content}, **params}
    return found if token is None else {**found, "workDoneToken": token}


def _frame(value: object) -> bytes:
    body = json.dumps(value).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
