"""The language server: which methods there are, and what the lifecycle and the editor's notifications do.

No logic: a chat request waits for the services, which are made in the background once `initialize` was answered, and
goes to `lsp/requests.py`. Built and run by `lsp/serve.py`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from chatls import __version__
from chatls.lsp.framing import FrameError
from chatls.lsp.parent import wait_until_gone
from chatls.lsp.pipe import BackpressureHandler
from chatls.lsp.protocol import ChatProtocol
from chatls.lsp.running import answers_cancel, current_request
from chatls.lsp.watchdog import Watchdog
from chatls.tasks import spawn

if TYPE_CHECKING:  # made of pydantic models: imported after `initialize` was answered
    from chatls.lsp.requests import BuildRequests, Requests

PROTOCOL = 1
ASK = "chatls.ask"
METHODS = (
    "chat/callTool",
    "chat/complete",
    "chat/deleteSession",
    "chat/forkSession",
    "chat/getSession",
    "chat/getTurn",
    "chat/listAgents",
    "chat/listGrants",
    "chat/listModels",
    "chat/listSessions",
    "chat/listTools",
    "chat/renameSession",
    "chat/revokeGrant",
    "chat/showPrompt",
    "chat/stream",
    "chat/undoTurn",
)
ANSWER_CANCEL = {"chat/callTool", "chat/stream", "chat/undoTurn", types.WORKSPACE_EXECUTE_COMMAND}


class ChatServer:
    """One connection to one editor."""

    def __init__(self, pipe: BackpressureHandler, build: "BuildRequests") -> None:
        self._pipe = pipe
        self._build = build
        self._server = LanguageServer("chatls", __version__, protocol_cls=ChatProtocol)
        self._protocol = cast("ChatProtocol", self._server.protocol)
        self._protocol.outbox = pipe
        self._protocol.on_exit = self.stop
        self._exit_code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._requests: asyncio.Future[Requests] = asyncio.get_running_loop().create_future()
        self._watchdog = Watchdog()
        self._told: set[str] = set()
        self._client_settings: object = None
        self._register()

    async def wait(self) -> int:
        """Serve until there is nobody left to serve; returns the exit code (LSP 3.17, "Exit Notification")."""
        return await self._exit_code

    def stop(self, code: int | None = None) -> None:
        """End: with 0 after `shutdown`, else with 1."""
        if not self._exit_code.done():
            self._exit_code.set_result((0 if self._protocol.shut_down else 1) if code is None else code)

    async def close(self, seconds: float) -> None:
        """Cancel what runs, and give it that long to say so."""
        self._watchdog.close()
        self._protocol.cancel_all()
        await self._protocol.wait_idle(seconds)
        if self._requests.done() and not self._requests.cancelled() and self._requests.exception() is None:
            await self._requests.result().retire()

    def receive(self, frames: Sequence[bytes | FrameError]) -> None:
        """Handle what came in, in order."""
        for frame in frames:
            self._protocol.receive(frame)

    def _register(self) -> None:
        manager = self._protocol.fm
        builtin = cast("dict[str, Any]", manager.builtin_features)
        del builtin[types.WORKSPACE_EXECUTE_COMMAND]  # pygls' own goes on after a cancel
        del builtin[types.EXIT]  # pygls' own ends the process from inside; ours is the protocol's `on_exit`
        ours = {
            types.INITIALIZE: self._on_initialize,
            types.SHUTDOWN: self._on_shutdown,
            types.WINDOW_WORK_DONE_PROGRESS_CANCEL: self._on_progress_cancel,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: self._on_configuration,
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: self._on_folders,
        }
        chat = {method: self._chat_handler(method) for method in (*METHODS, types.WORKSPACE_EXECUTE_COMMAND)}
        cast("dict[str, Any]", manager.features).update(ours | chat)
        self._protocol.adapt = self._adapt

    def _chat_handler(self, method: str) -> Any:
        async def handle(params: Any) -> Any:
            if (request := current_request()) is None:
                return None  # sent as a notification: there is nobody to answer
            with self._watchdog.watching():
                requests = await asyncio.shield(self._requests)
                return await requests.handle(method, request, params)

        return answers_cancel(handle) if method in ANSWER_CANCEL else handle

    def _adapt(self, result: types.InitializeResult) -> None:
        """What our capabilities are beside those that pygls found (wire contract, section 2)."""
        result.capabilities.experimental = {"chatls": {"protocol": PROTOCOL, "methods": list(METHODS)}}
        # VS Code registers advertised commands globally, so a client that knows chat/stream gets none.
        commands = [] if self._protocol.speaks_chat else [ASK]
        result.capabilities.execute_command_provider = types.ExecuteCommandOptions(commands) if commands else None

    def _on_initialize(self, params: types.InitializeParams) -> None:
        loop = asyncio.get_running_loop()
        if params.process_id is not None:
            spawn(self._watch_parent(params.process_id), name="parent")
        # After the answer: what follows is heavy to import.
        loop.call_soon(self._prepare, params.initialization_options)

    async def _watch_parent(self, pid: int) -> None:
        await wait_until_gone(pid)
        self.stop()

    def _prepare(self, client_settings: object) -> None:
        self._client_settings = client_settings
        spawn(self._make_requests(self._requests), name="services")

    async def _make_requests(self, ready: "asyncio.Future[Requests]") -> None:
        try:
            requests = await self._build(self._client_settings, self._protocol, self._pipe)
        except Exception as error:  # noqa: BLE001 (border: every request that waits for it is told)
            ready.set_exception(error)
            return
        ready.set_result(requests)
        self._tell([f"chatls: {problem.message}" for problem in requests.services.problems])

    def _tell(self, problems: Sequence[str]) -> None:
        """Show the problems of the settings that the settings before them did not have."""
        for text in problems:
            if text not in self._told:
                params = {"type": types.MessageType.Warning.value, "message": text}
                self._protocol.notify(types.WINDOW_SHOW_MESSAGE, params)
        self._told = set(problems)

    def _on_shutdown(self, _params: object) -> None:
        self._protocol.cancel_all()

    def _on_progress_cancel(self, params: types.WorkDoneProgressCancelParams) -> None:
        self._protocol.tokens.cancel(params.token)

    async def _on_configuration(self, params: types.DidChangeConfigurationParams) -> None:
        """Replace the client's layer; turns that run keep the services they began with."""
        settings = cast("Mapping[str, object] | None", params.settings)
        if isinstance(settings, dict) and "chatls" in settings:
            settings = settings["chatls"]
        if settings is not None:
            self._client_settings = settings
            await self._renew()

    async def _on_folders(self, _params: object) -> None:
        """Follow the editor's folders, and what the projects in them suggest."""
        (await asyncio.shield(self._requests)).services.folders_changed()
        await self._renew()

    async def _renew(self) -> None:
        ready: asyncio.Future[Requests] = asyncio.get_running_loop().create_future()
        old, self._requests = self._requests, ready
        await self._make_requests(ready)
        await (await asyncio.shield(old)).retire()
