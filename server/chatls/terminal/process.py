"""The server process: spoken to over its stdin and stdout, and ended, here; `spawn.py` starts it.

Threads and blocking pipes instead of asyncio: one-shot mode needs no event loop at all. What the messages mean is
`rpc.py`'s business.
"""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Any, cast

from chatls.lsp.framing import FrameDecoder, encode
from chatls.terminal.spawn import Process

READ_SIZE = 64 * 1024
UNHANDLED = 256
"""So many messages may wait to be shown. Then the pipe is not read, and the server slows the model down."""
STDERR_KEPT = 4096
"""Bytes of the server's last words."""
GRACE = 2.0
"""Seconds a server gets to end by itself."""

Message = dict[str, Any]


class ServerProcess:
    """One server process. Messages are sent from one thread only."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._room = threading.Semaphore(UNHANDLED)
        self._is_stopping = False
        self._last_words = bytearray()
        self._stderr_reader = threading.Thread(target=self._keep_stderr, daemon=True)
        self._stderr_reader.start()

    def send(self, message: Mapping[str, Any]) -> None:
        """Write one message. That the server is gone is noticed by the reader, not here."""
        with suppress(OSError, ValueError):
            self._stdin.write(encode(message))
            self._stdin.flush()

    def listen(self, deliver: Callable[[Message | None], None]) -> None:
        """Call `deliver` from a thread for every message, and with None once when there will be no more.

        `handled` is to be called for each message once it was dealt with.
        """
        threading.Thread(target=self._read, args=(deliver,), daemon=True).start()

    def handled(self) -> None:
        """One delivered message was dealt with."""
        self._room.release()

    def stop(self, grace: float = GRACE) -> None:
        """End the server: by itself within `grace` seconds, else by force. What it still says is passed over."""
        # The server may wait for us to read, and the reader for somebody to handle what it has read.
        self._is_stopping = True
        self._room.release()
        with suppress(OSError, ValueError):
            self._stdin.close()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def epitaph(self) -> str:
        """How the server ended: "exit code 1", with the last line it wrote to stderr if there is one."""
        try:
            code = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        self._stderr_reader.join(GRACE)
        how = f"exit code {code}" if code >= 0 else f"signal {-code}"
        lines = self._last_words.decode(errors="replace").strip().splitlines()
        return f"{how}: {lines[-1]}" if lines else how

    @property
    def _stdin(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    def _read(self, deliver: Callable[[Message | None], None]) -> None:
        decoder = FrameDecoder()
        with cast("IO[bytes]", self._process.stdout) as stdout:
            while data := os.read(stdout.fileno(), READ_SIZE):
                for frame in decoder.feed(data):
                    if isinstance(frame, bytes) and (message := _parse(frame)) is not None:
                        self._hand_over(message, deliver)
        deliver(None)

    def _hand_over(self, message: Message, deliver: Callable[[Message | None], None]) -> None:
        if not self._is_stopping:
            self._room.acquire()
            deliver(message)

    def _keep_stderr(self) -> None:
        with cast("IO[bytes]", self._process.stderr) as stderr:
            while data := os.read(stderr.fileno(), READ_SIZE):
                self._last_words += data
                del self._last_words[:-STDERR_KEPT]


def _parse(body: bytes) -> Message | None:
    """The message of a frame; None for what is not one (a server that is not ours may say anything)."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return cast("Message", message) if isinstance(message, dict) else None
