"""The server in an event loop: its messages are handled there, and it can be started anew when it died.

Called by `conversation.py`; one-shot mode needs no event loop and does without this.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from chatls.terminal.places import server_ended
from chatls.terminal.process import Message, ServerProcess
from chatls.terminal.rpc import Failure
from chatls.terminal.session import ChatClient, Listener
from chatls.terminal.spawn import spawn


class LinkListener(Listener, Protocol):
    """Who hears of the server's life."""

    def on_ready(self, failure: Failure | None) -> None:
        """The server answered; or why it cannot be used."""
        ...

    def on_lost(self, reason: str) -> None:
        """The server ended by itself. Requests that waited for it were answered before, with this reason."""
        ...


class Link:
    """The server process that is spoken to now."""

    def __init__(self, server: ServerProcess, command: Sequence[str], folder: Path, listener: LinkListener) -> None:
        self._command = command
        self._folder = folder
        self._listener = listener
        self._server = server
        self.client = ChatClient(server.send, listener)
        self.is_ready = False

    def open(self) -> None:
        """Begin to listen, and shake hands."""
        loop = asyncio.get_running_loop()
        server = self._server

        def deliver(message: Message | None) -> None:
            with suppress(RuntimeError):  # the program has ended: the loop is closed
                loop.call_soon_threadsafe(self._receive, server, message)

        server.listen(deliver)
        self.client.initialize(self._folder, self._initialized)

    def reopen(self) -> None:
        """Start a new server in place of one that ended.

        Raises:
            OSError: it cannot be started.
        """
        self._server.stop()
        self._server = ServerProcess(spawn(self._command))
        self.client = ChatClient(self._server.send, self._listener)
        self.open()

    def close(self) -> None:
        """End the server."""
        self.client.leave()
        self._server.stop()

    def _initialized(self, failure: Failure | None) -> None:
        self.is_ready = failure is None
        self._listener.on_ready(failure)

    def _receive(self, server: ServerProcess, message: Message | None) -> None:
        if message is not None:
            server.handled()
        if server is not self._server:
            return
        if message is not None:
            self.client.peer.receive(message)
            return
        reason, was_ready, self.is_ready = server_ended(server), self.is_ready, False
        self.client.peer.close(reason)
        if was_ready:
            self._listener.on_lost(reason)
