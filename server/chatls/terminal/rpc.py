"""JSON-RPC as a client speaks it: requests and their replies, and what the server asks of us.

Without I/O, threads or event loop: `send` takes a message, `receive` is given one, and replies come as callbacks, so
the same code serves the blocking one-shot mode and the interactive one. Nested `jsonrpc` keys mean nothing here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
CLOSED = 0
"""The code of a failure that no server sent: it ended before it answered."""

Json = dict[str, Any]
RequestId = int | str


@dataclass(frozen=True, slots=True)
class Failure:
    """A JSON-RPC error; `data` as section 5 of the wire contract has it."""

    code: int
    message: str
    data: Json = field(default_factory=dict[str, Any])

    @property
    def hint(self) -> str:
        """What to do about it, or nothing."""
        return str(self.data.get("hint") or "")


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request: `error` is None when it succeeded."""

    result: Any = None
    error: Failure | None = None

    @property
    def values(self) -> Json:
        """The result as an object, empty if it is none."""
        return as_object(self.result)


class Asked(Protocol):
    """Who answers the server's requests and hears its notifications."""

    def on_request(self, request_id: RequestId, method: str, params: Json) -> None: ...

    def on_notification(self, method: str, params: Json) -> None: ...


OnReply = Callable[[Reply], None]


class Peer:
    """Our side of one connection."""

    def __init__(self, send: Callable[[Mapping[str, Any]], None], asked: Asked) -> None:
        self._send = send
        self._asked = asked
        self._waiting: dict[RequestId, OnReply] = {}
        self._last_id = 0
        self._closed: Failure | None = None

    def request(self, method: str, params: Json, on_reply: OnReply) -> int:
        """Send a request; `on_reply` is called exactly once, with a `CLOSED` failure if the server ends before."""
        self._last_id += 1
        if self._closed:
            on_reply(Reply(error=self._closed))
        else:
            self._waiting[self._last_id] = on_reply
            self._send({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        return self._last_id

    def notify(self, method: str, params: Json) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def respond(self, request_id: RequestId, result: Any) -> None:
        """Answer a request of the server."""
        self._send({"jsonrpc": "2.0", "id": request_id, "result": result})

    def refuse(self, request_id: RequestId, code: int, message: str) -> None:
        """Answer a request of the server with an error."""
        self._send({"jsonrpc": "2.0", "id": request_id, "error": {"code": code, "message": message}})

    def receive(self, message: Json) -> None:
        """Dispatch one message of the server; what is neither a request, a notification nor a reply is passed over."""
        method, request_id = message.get("method"), message.get("id")
        params = as_object(message.get("params"))
        if isinstance(method, str) and isinstance(request_id, int | str):
            self._asked.on_request(request_id, method, params)
        elif isinstance(method, str):
            self._asked.on_notification(method, params)
        elif isinstance(request_id, int | str) and (on_reply := self._waiting.pop(request_id, None)):
            on_reply(Reply(message.get("result"), _failure(message.get("error"))))

    def close(self, reason: str) -> None:
        """The server is gone: every request that waits fails with `reason`, and so will every later one."""
        self._closed = Failure(CLOSED, reason)
        waiting, self._waiting = self._waiting, {}
        for on_reply in waiting.values():
            on_reply(Reply(error=self._closed))


def as_object(value: object) -> Json:
    """A JSON object as it is, and anything else as an empty one."""
    return cast("Json", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[Json]:
    """The objects of a JSON array; anything else is an empty list."""
    return [as_object(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def as_texts(value: object) -> list[str]:
    """The items of a JSON array as text; anything else is an empty list."""
    return [str(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def _failure(error: object) -> Failure | None:
    if not isinstance(error, dict):
        return None
    values = as_object(cast("object", error))
    code = values.get("code")
    message = str(values.get("message") or "The server answered with an error.")
    return Failure(code if isinstance(code, int) else CLOSED, message, as_object(values.get("data")))
