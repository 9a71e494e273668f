"""One question, one answer, plain text: `chatls chat PROMPT` in a pipe or with `--json`.

The main thread handles what the server's reader thread hands over; there is no event loop, and no heavy import. Called
by `asking.py` with a server that was started before.
"""

import queue
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from chatls.terminal import exits
from chatls.terminal.approval import Approval
from chatls.terminal.places import server_ended
from chatls.terminal.plain import JsonView, PlainView
from chatls.terminal.process import Message, ServerProcess
from chatls.terminal.rpc import Failure, Reply
from chatls.terminal.session import ChatClient
from chatls.terminal.streams import forget_stdout, stdout
from chatls.terminal.turn import Hearer, Question, Turn, exit_code, resumed

TICK = 0.25
"""Seconds between looks at the clock (and, on Windows, at Ctrl-C)."""


class Interrupted:
    """Ctrl-C, in the queue of messages."""


class OneShot:
    """Asks one question of one server; `run` shows the answer and returns the exit code."""

    def __init__(self, server: ServerProcess, question: Question, *, as_json: bool = False) -> None:
        self._server = server
        self._question = question
        view = JsonView if as_json else PlainView
        self._view = view(stdout(), sys.stderr, time.monotonic)
        self._client = ChatClient(server.send, self)
        self._inbox: queue.SimpleQueue[Message | Interrupted | None] = queue.SimpleQueue()
        self._turn: Turn | None = None
        self._code: int | None = None

    def run(self, folder: Path) -> int:
        """Ask in a workspace folder, show the answer, say good-bye to the server."""
        self._server.listen(self._inbox.put)
        self._client.initialize(folder, self._ready)
        try:
            with _interrupts(lambda: self._inbox.put(Interrupted())):
                code = self._handle_messages()
        except BrokenPipeError:
            self._stop_asking()
            forget_stdout()
            code = exits.CANCELLED
        self._client.leave()
        return code

    def notice(self, level: int, text: str) -> None:
        self._view.note(text if level > 1 else f"error: {text}")

    def ask(self, question: Approval) -> None:
        self._view.refuse(question)
        self._client.decide(question, None)

    def withdraw(self, approval_id: str) -> None:
        """Nothing is open here: every question was answered when it came."""

    def _handle_messages(self) -> int:
        while self._code is None:
            try:
                item = self._inbox.get(timeout=TICK)
            except queue.Empty:
                self._view.tick()
                continue
            match item:
                case Interrupted():
                    self._stop_asking()
                case None:
                    self._client.peer.close(server_ended(self._server))
                case _:
                    self._client.peer.receive(item)
                    self._server.handled()
        return self._code

    def _ready(self, failure: Failure | None) -> None:
        if failure:
            self._finish(Reply(error=failure))
        else:
            resumed(self._client, self._question, self._send, self._finish)

    def _send(self, question: Question) -> None:
        self._turn = Turn(self._client, question, Hearer(self._view.on_event, self._finish))

    def _stop_asking(self) -> None:
        if self._turn:
            self._turn.cancel()
        else:
            self._code = exits.CANCELLED

    def _finish(self, reply: Reply) -> None:
        self._view.on_end(reply)
        self._code = exit_code(reply)


@contextmanager
def _interrupts(once: Callable[[], None]) -> Generator[None]:
    """While this is open, Ctrl-C calls `once`; a second one soon after it raises KeyboardInterrupt."""
    last = float("-inf")

    def on_sigint(_signal: int, _frame: object) -> None:
        nonlocal last
        if time.monotonic() - last <= exits.TWICE_WITHIN:
            raise KeyboardInterrupt
        last = time.monotonic()
        once()

    before = signal.signal(signal.SIGINT, on_sigint)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
