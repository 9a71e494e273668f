"""Notices that something holds the event loop, so that nobody is answered, and logs what it is.

A thread of its own looks while requests run, and sleeps while none does. It changes nothing: the log says where the
loop stood. Made and used by `lsp/server.py`.
"""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import Generator
from contextlib import contextmanager

PATIENCE = 0.25
"""Seconds without a sign of the loop's life that are worth a line in the log."""
LINGER = 0.005
"""Seconds after a request came before the thread is woken: it would be in the way of the request itself."""

_log = logging.getLogger(__name__)


class Watchdog:
    """Watches the loop it was made in."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._patience = patience
        self._watched = 0
        self._next: asyncio.TimerHandle | None = None
        self._beat_at = 0.0
        self._awake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self) -> Generator[None]:
        """Watch the loop during a block."""
        self._watched += 1
        if self._next is None:
            self._next = self._loop.call_later(LINGER, self._beat)
        try:
            yield
        finally:
            self._watched -= 1

    @property
    def awake(self) -> bool:
        """Whether its thread looks."""
        return self._awake.is_set()

    def close(self) -> None:
        """Look no more."""
        self._closed = True
        self._awake.set()

    def _beat(self) -> None:
        self._beat_at, self._next = time.monotonic(), None
        if self._closed:
            return
        if not self._watched:
            self._awake.clear()
            return
        self._next = self._loop.call_later(0.8 * self._patience, self._beat)
        self._awake.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="chatls-watchdog", daemon=True)
            self._thread.start()

    def _look(self) -> None:
        told = 0.0
        while self._awake.wait() and not self._closed:
            seen = self._beat_at
            time.sleep(self._patience)
            if self._beat_at == seen != told and self._awake.is_set() and not self._closed:
                told = seen
                _log.warning("The event loop stands still:\n%s", self._stack())

    def _stack(self) -> str:
        frame = sys._current_frames().get(self._loop_thread)  # pyright: ignore[reportPrivateUsage]
        return "".join(traceback.format_stack(frame))
