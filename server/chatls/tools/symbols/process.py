"""Parsing in a process of its own: what a source can do there is slow, large or a crash, and costs only that process.

tree-sitter parses without letting other threads run, and cannot be interrupted without losing memory. Used by
`tools/symbols/search.py` and `tools/symbols/tools.py`, in the thread of one call.
"""

import json
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

from chatls.tools.symbols.parse import Definition
from chatls.tools.work import Deadline

FILE_SECONDS = 3.0
"""A source of 1 MiB takes less than one; one made to be slow must not use up the call's time."""
_LOOK_SECONDS = 0.05


class Interrupted(Exception):
    """The source was not parsed: its time was up, or the process died of it."""


class ParserProcess:
    """The parsing process of one call. It starts with the first source, and again after one that it died of."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._process: subprocess.Popen[bytes] | None = None
        self._until = float("inf")
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._kill_in_time, name="chatls-parser-watch", daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._stop()
        self._watch.join()

    def definitions(self, source: bytes, language: str) -> list[Definition]:
        """All definitions of a source (UTF-8).

        Raises:
            Interrupted: it takes too long, or too much memory.
        """
        process = self._process or self._started()
        self._until = time.monotonic() + FILE_SECONDS
        try:
            answer = _exchange(process, f"{language} {len(source)}\n".encode() + source)
        finally:
            self._until = float("inf")
        if not answer:
            self._stop()
            raise Interrupted
        return [Definition(kind, tuple(within), tuple(own), *rest) for kind, within, own, *rest in json.loads(answer)]

    def _started(self) -> "subprocess.Popen[bytes]":
        # -P: what lies in the current folder, maybe the workspace, must not be imported.
        command = [sys.executable, "-P", "-m", "chatls.tools.symbols.worker"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _kill_in_time(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            process = self._process
            if process is not None and (self._deadline.passed or time.monotonic() > self._until):
                process.kill()


def _exchange(process: "subprocess.Popen[bytes]", request: bytes) -> bytes:
    """The answer to a request; nothing if the process died before it was whole."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(request)
        process.stdin.flush()
        answer = process.stdout.readline()
    except OSError:
        return b""
    return answer if answer.endswith(b"\n") else b""
