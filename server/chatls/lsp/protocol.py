"""ChatProtocol: JSON-RPC as the specification has it, on top of pygls' dispatch and capabilities.

What pygls leaves to us lives here: bounded frames become messages, lifecycle gates, one answer for every request,
params that are never renamed, cancellation of whatever a request started, and a registry that forgets what is over.
No method of ours is known here: `lsp/server.py` registers those. Bytes come from and go to `lsp/pipe.py`.
"""

import asyncio
import contextvars
import inspect
import json
import logging
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, Protocol, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound
from pygls.protocol import LanguageServerProtocol, lsp_method

from chatls.errors import internal
from chatls.lsp import errors
from chatls.lsp.documents import Documents
from chatls.lsp.errors import RpcFailure
from chatls.lsp.framing import FrameError, encode
from chatls.lsp.params import structure
from chatls.lsp.running import CURRENT, MessageId, ProgressTokens, RunningRequest, is_id, nothing, token_of
from chatls.tasks import spawn

Json = dict[str, Any]
INCREMENTAL = types.TextDocumentSyncKind.Incremental
logger = logging.getLogger(__name__)


class Outbox(Protocol):
    """Where control frames go: the `BackpressureHandler`."""

    def send(self, frame: bytes) -> None: ...


class ChatProtocol(LanguageServerProtocol):
    """One connection to one client."""

    outbox: Outbox
    on_exit: Callable[[], None]
    adapt: Callable[[types.InitializeResult], None]
    documents: Documents
    """The open documents and the workspace folders, once `initialize` has come."""

    def __init__(self, server: Any, converter: Any) -> None:
        # First our own: pygls looks at every attribute of the class on its way.
        self.tokens = ProgressTokens()
        self._initialized = False
        self._requests: dict[MessageId, RunningRequest] = {}
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._last_id = 0
        self._last_notice = float("-inf")
        self._chat_capabilities: Mapping[str, Any] | None = None
        super().__init__(server, converter)

    # -- coming in ------------------------------------------------------------------------------------------------

    def receive(self, frame: bytes | FrameError) -> None:
        """Handle one frame; whatever it holds, the next one is handled too."""
        if isinstance(frame, FrameError):
            self._receive_bad_frame(frame)
            return
        try:
            message = _parsed(frame)
        except (ValueError, RecursionError) as error:
            self.notice(f"a message could not be read: {type(error).__name__}")
            return
        if isinstance(message, dict):
            self._route(cast("Json", message))
        else:
            self.notice("a message that is not an object was left out (batches are not part of LSP)")

    def _receive_bad_frame(self, frame: FrameError) -> None:
        self.notice(f"input that is no message was left out: {frame.problem}")
        try:
            message = json.loads((frame.body or b"").decode(frame.charset))
            self._refuse(message["id"], RpcFailure(errors.INVALID_REQUEST, frame.problem))
        except (ValueError, LookupError, TypeError):  # no id in it that could be answered
            return

    def _route(self, message: Json) -> None:
        method, message_id = message.get("method"), message.get("id")
        if method is None and ("result" in message or "error" in message or self._asked_with(message_id) is not None):
            self._on_response(message)
        elif "id" not in message:
            self._on_notification(method, message)
        elif is_id(message_id):
            self._on_request(message_id, method, message)
        else:
            self.notice("a request without a usable id was left out")

    def _on_request(self, message_id: MessageId, method: object, message: Json) -> None:
        try:
            handler, params = self._admit(message_id, method, message)
        except Exception as error:  # noqa: BLE001 (border: whatever is wrong with a request is its answer)
            self._refuse(message_id, error)
            return
        running = RunningRequest(message_id, token_of(message.get("params")))
        if getattr(handler, "answers_cancel", False):
            running.cancel_with(nothing)
        self._requests[message_id] = running
        self.tokens.take(running)
        context = contextvars.copy_context()
        context.run(CURRENT.set, running)
        context.run(self._execute_handler, message_id, handler, partial(self._answer, running), (params,))

    def _admit(self, message_id: MessageId, method: object, message: Json) -> tuple[Callable[[Any], Any], Any]:
        """The handler and params of a request that may run now (LSP 3.17, "Server lifecycle")."""
        if message.get("jsonrpc") != "2.0" or not isinstance(method, str):
            raise RpcFailure(errors.INVALID_REQUEST, 'A request needs jsonrpc "2.0" and a method.')
        if message_id in self._requests:
            raise RpcFailure(errors.INVALID_REQUEST, f"Request id {message_id!r} is already in use.")
        if self._shutdown:
            raise RpcFailure(errors.INVALID_REQUEST, "The server is shutting down.")
        if not self._initialized and method != types.INITIALIZE:
            raise RpcFailure(errors.SERVER_NOT_INITIALIZED, "The first request must be initialize.")
        if self._initialized and method == types.INITIALIZE:
            raise RpcFailure(errors.INVALID_REQUEST, "initialize may be sent only once.")
        handler = self._handler(method)
        return handler, structure(self._converter, method, message.get("params"))

    def _on_notification(self, method: object, message: Json) -> None:
        if not isinstance(method, str) or message.get("jsonrpc") != "2.0":
            self.notice("a message without a method was left out")
        elif method == types.EXIT:
            self.on_exit()
        elif self._initialized and not self._shutdown:
            self._notify_handler(method, message.get("params"))

    def _notify_handler(self, method: str, params: object) -> None:
        try:
            if method == types.CANCEL_REQUEST:
                self._on_cancel(params)
                return
            handler = self._handler(method)
            arguments = (structure(self._converter, method, params),)
        except RpcFailure:  # unknown notifications are ignored (LSP 3.17, "$ Notifications and Requests")
            return
        except Exception as error:  # noqa: BLE001 (border: a bad notification costs itself, nothing else)
            self.notice(f"{method} was left out: {errors.to_rpc_error(error)['message']}")
            return
        contextvars.copy_context().run(self._execute_handler, method, handler, self._check_handler_result, arguments)

    def _on_cancel(self, params: object) -> None:
        message_id = cast("Json", params).get("id") if isinstance(params, dict) else None
        if is_id(message_id) and (running := self._requests.get(message_id)) is not None:
            running.cancel()

    def _on_response(self, message: Json) -> None:
        message_id = self._asked_with(message.get("id"))
        future = None if message_id is None else self._asked.pop(message_id)
        if future is None or future.done():
            return
        if message.get("error") is not None:
            future.set_exception(RpcFailure(errors.REQUEST_FAILED, "The client answered with an error."))
        else:
            future.set_result(message.get("result"))

    def _asked_with(self, message_id: object) -> int | None:
        """The id of a request of ours that waits for its answer. Some clients turn ids into strings."""
        if isinstance(message_id, str) and message_id.isascii() and message_id.isdigit() and len(message_id) < 20:
            message_id = int(message_id)
        return message_id if is_id(message_id) and message_id in self._asked else None

    def _handler(self, method: str) -> Callable[[Any], Any]:
        try:
            return self._get_handler(method)
        except JsonRpcMethodNotFound as error:
            raise RpcFailure(errors.METHOD_NOT_FOUND, f"There is no method {method!r}.") from error

    def _execute_handler(
        self,
        msg_id: MessageId,
        handler: Callable[..., Any],
        callback: Callable[[Any], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """Run a handler of any kind pygls knows; unlike pygls, keep nothing of it once it is over."""
        arguments, keywords = args or (), kwargs or {}
        future: Future[Any] | asyncio.Future[Any]
        if inspect.iscoroutinefunction(handler):
            future = spawn(_contained(handler, arguments, keywords), name=str(msg_id), on_done=callback)
        else:
            future = Future()
            future.add_done_callback(callback)
        if (running := CURRENT.get(None)) is not None and running.future is None:
            running.future = future
        if isinstance(future, Future):
            self._run_inline(handler, arguments, keywords, future)

    def _run_inline(
        self, handler: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any], future: Future[Any]
    ) -> None:
        try:
            if inspect.isgeneratorfunction(handler):
                self._run_generator(future=None, gen=handler(*arguments, **keywords), result_future=future)
            else:
                future.set_result(handler(*arguments, **keywords))
        except Exception as error:  # noqa: BLE001 (border: a handler's failure is its request's answer)
            future.set_exception(error)

    # -- going out ------------------------------------------------------------------------------------------------

    def _answer(self, running: RunningRequest, future: Future[Any] | asyncio.Future[Any]) -> None:
        """Answer a request, whatever became of its handler."""
        self._requests.pop(running.id, None)
        self.tokens.give_back(running)
        if future.cancelled():
            told = RpcFailure(errors.REQUEST_CANCELLED, "The request was cancelled.")
            self._refuse(running.id, told if running.cancelled else asyncio.CancelledError())
        elif (error := future.exception()) is not None:
            self._refuse(running.id, error)
        else:
            self._answer_with(running.id, future.result())

    def _answer_with(self, message_id: MessageId, result: Any) -> None:
        try:
            frame = encode({"jsonrpc": "2.0", "id": message_id, "result": self._plain(result)})
        except Exception as error:  # noqa: BLE001 (border: a result that is no JSON must not leave the client waiting)
            self._refuse(message_id, error)
        else:
            self.outbox.send(frame)

    def _refuse(self, message_id: MessageId, error: BaseException) -> None:
        if isinstance(error, JsonRpcException):  # raised by pygls' own handlers
            error = RpcFailure(error.code or errors.INTERNAL_ERROR, error.message or "The request failed.")
        response = {"jsonrpc": "2.0", "id": message_id, "error": errors.to_rpc_error(error)}
        self.outbox.send(encode(response))

    def _check_handler_result(self, future: Future[Any] | asyncio.Future[Any]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            self.notice(errors.to_rpc_error(error)["message"])

    def notify(self, method: str, params: Any | None = None) -> None:
        """Send a notification; `params` is plain JSON or an lsprotocol object."""
        self.outbox.send(encode({"jsonrpc": "2.0", "method": method, "params": self._plain(params)}))

    async def settled(self) -> None:
        """Wait until what is sent next overtakes nothing that was shown for the running request."""
        if (running := CURRENT.get(None)) is not None:
            await running.settled()

    async def ask(self, method: str, params: Mapping[str, Any], *, on_withdrawn: Callable[[], object] = nothing) -> Any:
        """Send a request to the client and wait for its answer; cancelling the wait withdraws the request.

        Inside a request of the client, it goes out after all that was shown for that one. `on_withdrawn` is called
        after the cancel was sent.

        Raises:
            RpcFailure: the client answered with an error.
        """
        await self.settled()
        self._last_id += 1
        message_id = self._last_id
        future = asyncio.get_running_loop().create_future()
        self._asked[message_id] = future
        self.outbox.send(encode({"jsonrpc": "2.0", "id": message_id, "method": method, "params": params}))
        try:
            return await future
        except asyncio.CancelledError:
            self.notify(types.CANCEL_REQUEST, {"id": message_id})
            on_withdrawn()
            raise
        finally:
            self._asked.pop(message_id, None)

    def notice(self, text: str) -> None:
        """Tell both logs about input that could not be used, once a second at most."""
        now = time.monotonic()
        if now - self._last_notice < 1.0:
            return
        self._last_notice = now
        logger.warning("%s", text)
        if self._initialized:
            warning = types.MessageType.Warning.value
            self.notify(types.WINDOW_LOG_MESSAGE, {"type": warning, "message": f"chatls: {text}"})

    def _plain(self, value: Any) -> Any:
        return self._converter.unstructure(value) if hasattr(value, "__attrs_attrs__") else value

    # -- lifecycle ------------------------------------------------------------------------------------------------

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Open the gates, and answer with pygls' capabilities; the store of documents is ours."""
        result = yield from super().lsp_initialize(params)
        root = self.workspace.root_uri
        # Once and for all: a root is no folder any more when its folder has been taken away.
        folders = params.workspace_folders or ([types.WorkspaceFolder(root, "")] if root else [])
        encoding = result.capabilities.position_encoding
        self._workspace = self.documents = Documents(self.workspace.root_uri, INCREMENTAL, folders, encoding)
        self._chat_capabilities = _chat_capabilities(params)
        self.adapt(result)
        self._initialized = True
        return result

    @property
    def speaks_chat(self) -> bool:
        """Whether the client announced that it knows this protocol (wire contract, section 2)."""
        return self._chat_capabilities is not None

    def client_can(self, capability: str) -> bool:
        """Whether the client implements one of our server-to-client requests."""
        return bool((self._chat_capabilities or {}).get(capability))

    def cancel_all(self) -> None:
        """Cancel every running request, but for the one that asks for it."""
        current = CURRENT.get(None)
        for running in list(self._requests.values()):
            if running is not current:
                running.cancel()

    async def wait_idle(self, seconds: float) -> None:
        """Wait until every request was answered, for that long at most."""
        pending = [running.future for running in self._requests.values()]
        tasks = [future for future in pending if isinstance(future, asyncio.Future)]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    @property
    def shut_down(self) -> bool:
        """Whether the client has asked for `shutdown`."""
        return self._shutdown


def _chat_capabilities(params: types.InitializeParams) -> Mapping[str, Any] | None:
    experimental = cast("Mapping[str, Any]", params.capabilities.experimental or {})
    announced = experimental.get("chatls")
    return cast("Mapping[str, Any]", announced) if isinstance(announced, dict) else None


async def _contained(handler: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Keep what would end the loop (SystemExit, KeyboardInterrupt) inside the request that raised it."""
    try:
        return await handler(*arguments, **keywords)
    except (SystemExit, KeyboardInterrupt) as error:
        raise RpcFailure(errors.INTERNAL_ERROR, internal(error).message) from error


def _parsed(frame: bytes) -> Any:
    """
    Raises:
        ValueError, RecursionError: it is no JSON, or too deep.
    """
    try:
        return json.loads(frame)
    except UnicodeDecodeError:  # a buffer may hold any bytes, and some editors send them as they are
        return json.loads(frame.decode(errors="replace"))
