"""The wire contract as this client uses it: handshake, turns, and what the server may ask of us.

Knows methods and their params, and nothing of terminals or processes. Both modes build on it: `oneshot.py` and
`interactive.py` hand in how to send, and what to do with notices and questions.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from chatls import __version__
from chatls.terminal import approval
from chatls.terminal.approval import Approval, Decision
from chatls.terminal.rpc import METHOD_NOT_FOUND, Failure, Json, OnReply, Peer, Reply, RequestId, as_list, as_object

PROTOCOL = 1
"""The version of the wire contract that this client speaks."""
SHOWN_LEVELS = (1, 2, 3)
"""Error, warning and information (LSP MessageType); the rest is for logs."""

_QUIET_ANSWERS: dict[str, Any] = {
    "window/workDoneProgress/create": None,
    "client/registerCapability": None,
    "client/unregisterCapability": None,
    "workspace/workspaceFolders": None,
    "window/showDocument": {"success": False},
    "workspace/applyEdit": {"applied": False, "failureReason": "The terminal client has no open documents."},
}


class Listener(Protocol):
    """Who shows what the server says outside a turn's events."""

    def notice(self, level: int, text: str) -> None:
        """A message for the user; `level` is LSP's MessageType (1 error, 2 warning, 3 information)."""
        ...

    def ask(self, question: Approval) -> None:
        """Have the user decide, and call `ChatClient.decide`; not necessarily before returning."""
        ...

    def withdraw(self, approval_id: str) -> None:
        """The question need not be answered any more."""
        ...


OnEvent = Callable[[Json], None]


class ChatClient:
    """One connection to one server."""

    def __init__(self, send: Callable[[Mapping[str, Any]], None], listener: Listener) -> None:
        self.peer = Peer(send, self)
        self._listener = listener
        self._events: dict[str, OnEvent] = {}
        self._turns = 0

    def initialize(self, folder: Path, on_ready: Callable[[Failure | None], None]) -> None:
        """Shake hands; `on_ready` gets None, or why this server cannot be used."""

        def answered(reply: Reply) -> None:
            failure = reply.error or version_problem(reply.values)
            if failure is None:
                self.peer.notify("initialized", {})
            on_ready(failure)

        self.peer.request("initialize", _initialize_params(folder), answered)

    def stream(self, params: Json, on_event: OnEvent, on_reply: OnReply) -> int:
        """Send a turn; returns its request's id. `on_event` gets its events in order, then `on_reply` its result."""
        self._turns += 1
        token = f"chatls:terminal-{self._turns}"
        self._events[token] = on_event

        def ended(reply: Reply) -> None:
            del self._events[token]
            on_reply(reply)

        return self.peer.request("chat/stream", {**params, "workDoneToken": token}, ended)

    def cancel(self, request_id: int) -> None:
        """Ask for the end of a turn. Its reply still comes, with what there was until then."""
        self.peer.notify("$/cancelRequest", {"id": request_id})

    def decide(self, question: Approval, decision: Decision | None) -> None:
        """Answer a question of the server; None refuses."""
        self.peer.respond(question.request_id, question.answer(decision))

    def leave(self) -> None:
        """Say good-bye; the server ends after it."""
        self.peer.request("shutdown", {}, lambda _: None)
        self.peer.notify("exit", {})

    def on_request(self, request_id: RequestId, method: str, params: Json) -> None:
        if question := approval.from_request(request_id, method, params):
            self._listener.ask(question)
        elif method == "workspace/configuration":
            self.peer.respond(request_id, [None for _ in as_list(params.get("items"))])
        elif method in _QUIET_ANSWERS:
            self.peer.respond(request_id, _QUIET_ANSWERS[method])
        else:
            self.peer.refuse(request_id, METHOD_NOT_FOUND, f"The terminal client does not know {method}.")

    def on_notification(self, method: str, params: Json) -> None:
        if method == "$/progress":
            self._on_progress(params)
        elif method == "chat/approvalClosed":
            self._listener.withdraw(str(params.get("approvalId", "")))
        elif method == "$/cancelRequest":
            self._listener.withdraw(approval.withdrawal_id(params.get("id")))
        elif method == "window/showMessage" and params.get("type") in SHOWN_LEVELS:
            self._listener.notice(int(params["type"]), str(params.get("message", "")))

    def _on_progress(self, params: Json) -> None:
        event = as_object(as_object(params.get("value")).get("event"))
        token = params.get("token")
        if event and isinstance(token, str) and (on_event := self._events.get(token)):
            on_event(event)


def told(phase: Json) -> str:
    """What the server has to say to the user as a turn begins. The messages of later phases tell what is waited for."""
    return str(phase.get("message") or "") if phase.get("phase") == "connecting" else ""


def version_problem(initialized: Json) -> Failure | None:
    """Why the server that answered `initialize` so cannot be used, and which side to update."""
    experimental = as_object(as_object(initialized.get("capabilities")).get("experimental"))
    theirs = as_object(experimental.get("chatls")).get("protocol")
    if theirs == PROTOCOL:
        return None
    if not isinstance(theirs, int):
        return Failure(0, "This server is not chatls: it does not say which chat protocol it speaks.")
    older = "the server" if theirs < PROTOCOL else "this client"
    problem = f"The server speaks version {theirs} of the chat protocol, this client version {PROTOCOL}"
    return Failure(0, f"{problem}: update {older}.")


def _initialize_params(folder: Path) -> Json:
    uri = folder.as_uri()
    return {
        "processId": os.getpid(),
        "clientInfo": {"name": "chatls terminal", "version": __version__},
        "rootUri": uri,
        "workspaceFolders": [{"uri": uri, "name": folder.name or "root"}],
        "capabilities": {
            "experimental": {"chatls": {"protocol": PROTOCOL, "approval": True, "hunks": True}},
            "window": {"showMessage": {"messageActionItem": {"additionalPropertiesSupport": False}}},
            "general": {"positionEncodings": ["utf-32", "utf-16"]},
        },
    }
