"""Runs one server over stdin and stdout, from the first byte to the exit code.

Ties the pipe to the server and both to the event loop; knows nothing of what is said. Called by `assembly.py`.
"""

import asyncio
import os
import signal
from functools import partial
from typing import TYPE_CHECKING

from chatls.lsp.at_once import at_once_to
from chatls.lsp.pipe import BackpressureHandler, FrameReader, take_stdio, write_all
from chatls.lsp.server import ChatServer

if TYPE_CHECKING:  # made of pydantic models: imported after `initialize` was answered
    from chatls.lsp.requests import BuildRequests

GOODBYE_SECONDS = 0.5
"""What cancelled turns get to end, and then what waits to be written: clients kill after 2 seconds."""
STOP_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")


async def serve(build: "BuildRequests") -> int:
    """Serve the client at the other end of stdin and stdout; returns the exit code."""
    stdin, stdout = take_stdio()
    loop = asyncio.get_running_loop()
    writer = BackpressureHandler(partial(write_all, stdout), loop, lambda: server.stop(), at_once=at_once_to(stdout))
    server = ChatServer(writer, build)
    reader = FrameReader(partial(os.read, stdin), loop, server.receive, server.stop)
    writer.start()
    reader.start()
    _stop_on_signals(loop, server)
    try:
        return await server.wait()
    finally:
        await server.close(GOODBYE_SECONDS)
        writer.close(GOODBYE_SECONDS)


def _stop_on_signals(loop: asyncio.AbstractEventLoop, server: ChatServer) -> None:
    for name in STOP_SIGNALS:
        if (number := getattr(signal, name, None)) is not None:
            try:
                loop.add_signal_handler(number, server.stop)
            except NotImplementedError:  # Windows ends the process by itself
                return
