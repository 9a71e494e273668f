"""A server that is started, asked a few things one after the other, and ended: for `chatls models` and others.

Blocking, as there is nothing to show meanwhile. Called by `models.py`, `sessions.py` and `doctor.py`.
"""

import queue
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from chatls.terminal.approval import Approval
from chatls.terminal.finding import find_session
from chatls.terminal.places import server_ended
from chatls.terminal.process import Message, ServerProcess
from chatls.terminal.rpc import Failure, Json, Reply
from chatls.terminal.session import ChatClient
from chatls.terminal.spawn import spawn

T = TypeVar("T")
SECONDS = 20.0
"""The longest wait for an answer."""
WARNING = 2
"""LSP's MessageType; errors are below it."""


class Enquiry:
    """One server; a context manager that ends it. `notices` has what it warned of on its own accord.

    Raises:
        OSError: on construction, when the server cannot be started.
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.notices: list[str] = []
        self._folder = folder
        self._server = ServerProcess(spawn(command))
        self._client = ChatClient(self._server.send, self)
        self._inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.leave()
        self._server.stop()

    def begin(self) -> Failure | None:
        """Shake hands; why it failed, or None."""
        outcome: list[Failure | None] = []
        self._server.listen(self._inbox.put)
        self._client.initialize(self._folder, outcome.append)
        return self._wait_for(outcome, Failure(0, f"The server did not answer within {SECONDS:.0f} s."))

    def call(self, method: str, params: Json) -> Reply:
        """The reply to a request."""
        outcome: list[Reply] = []
        self._client.peer.request(method, params, outcome.append)
        return self._wait_for(outcome, Reply(error=Failure(0, f"{method} took more than {SECONDS:.0f} s.")))

    def find_session(self, beginning: str) -> Json | Failure:
        """The session that is meant, found as `finding.find_session` does."""
        outcome: list[Json | Failure] = []
        find_session(self._client.peer, beginning, outcome.append)
        return self._wait_for(outcome, Failure(0, f"Finding the session took more than {SECONDS:.0f} s."))

    def notice(self, level: int, text: str) -> None:
        if level <= WARNING:
            self.notices.append(text)

    def ask(self, question: Approval) -> None:
        self._client.decide(question, None)

    def withdraw(self, approval_id: str) -> None:
        """Nothing is open: every question was answered when it came."""

    def _wait_for(self, outcome: list[T], otherwise: T) -> T:
        deadline = time.monotonic() + SECONDS
        while not outcome:
            try:
                message = self._inbox.get(timeout=max(deadline - time.monotonic(), 0.001))
            except queue.Empty:
                return otherwise
            if message is None:
                self._client.peer.close(server_ended(self._server))
            else:
                self._client.peer.receive(message)
                self._server.handled()
        return outcome[0]
