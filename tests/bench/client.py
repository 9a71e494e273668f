"""The client of the benchmarks: one server process, and blocking reads of the frames it writes.

So lean that the server is the slower side: it looks for bytes in a frame, and parses nothing but responses while the
clock runs.
"""

import json
import os
import select
import subprocess
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, cast

from tests.bench.prompts import MODEL, Prompt

READ_SIZE = 256 * 1024
DEADLINE = 60.0
_LENGTH = len(b"Content-Length: ")

Json = dict[str, Any]
Frame = tuple[float, bytes]
"""When it was read, and its body."""


@dataclass(slots=True)
class Turn:
    """One chat: when its request was written, when its first token and its response were read, and all it brought."""

    prompt: Prompt
    request_id: int
    sent: float
    first: float = 0.0
    ended: float = 0.0
    frames: list[bytes] = field(default_factory=list[bytes])

    @property
    def token(self) -> bytes:
        """What is in each of its progress frames and in no other's."""
        return b'"%b"' % token_of(self.prompt).encode()

    @property
    def result(self) -> Json:
        """The result of its response."""
        return cast("Json", json.loads(self.frames[-1])["result"])


class Client:
    """A conversation with one server process. `token_mark` is in each frame that has text of an answer."""

    def __init__(self, process: "subprocess.Popen[bytes]", token_mark: bytes) -> None:
        self.pid = process.pid
        self._process = process
        self.token_mark = token_mark
        self._input = cast("IO[bytes]", process.stdin)
        self._output = cast("IO[bytes]", process.stdout).fileno()
        self._rest = b""
        self._ready: deque[Frame] = deque()
        self._last_id = 0

    def notify(self, method: str, params: Json) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: Json) -> Frame:
        """Send a request and wait for its response."""
        request_id = self._begin(method, params)
        return self.wait_for(lambda frame: is_response(frame, request_id))

    def initialize(self) -> float:
        """Go through `initialize` and `initialized`; returns when the first was answered."""
        at, _ = self.request("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": {}})
        self.notify("initialized", {})
        return at

    def ask(self, prompt: Prompt) -> Turn:
        """Begin a chat without waiting for anything."""
        params = {
            "message": {"content": prompt.message()},
            "model": f"ollama/{MODEL}",
            "workDoneToken": token_of(prompt),
        }
        sent = time.monotonic()
        return Turn(prompt, self._begin("chat/stream", params), sent)

    def cancel(self, turn: Turn) -> float:
        """Cancel a chat; returns when."""
        at = time.monotonic()
        self.notify("$/cancelRequest", {"id": turn.request_id})
        return at

    def finish(self, turn: Turn) -> Turn:
        """Read until a chat is over; frames of others are dropped."""
        for at, frame in self.frames():
            if turn.token in frame:
                turn.frames.append(frame)
                if not turn.first and self.token_mark in frame:
                    turn.first = at
            elif is_response(frame, turn.request_id):
                turn.frames.append(frame)
                turn.ended = at
                break
        return turn

    def stream(self, prompt: Prompt) -> Turn:
        """One chat from its beginning to its end.

        Raises:
            ValueError: the answer is not what the model said.
        """
        turn = self.finish(self.ask(prompt))
        if turn.result["final"] != prompt.answer():
            raise ValueError("the answer is not what the model said")
        return turn

    def wait_for(self, wanted: Callable[[bytes], bool]) -> Frame:
        """Read until there is a frame that is wanted; those before it are dropped."""
        return next(frame for frame in self.frames() if wanted(frame[1]))

    def frames(self) -> Generator[Frame]:
        """Everything that comes, as it comes."""
        while True:
            while self._ready:
                yield self._ready.popleft()
            self._read()

    def drop(self, seconds: float) -> None:
        """Read for that long, and drop what comes."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and self._readable(left):
            self._read()
        self._ready.clear()

    def leave(self) -> None:
        """Go through `shutdown` and `exit`, and wait until the process has ended."""
        self.request("shutdown", {})
        self.notify("exit", {})
        self._process.wait(DEADLINE)

    def _begin(self, method: str, params: Json) -> int:
        self._last_id += 1
        self._send({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        return self._last_id

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps(message).encode()
        self._input.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _read(self) -> None:
        if not self._readable(DEADLINE):
            raise TimeoutError(f"the server wrote nothing for {DEADLINE:.0f} seconds")
        if not (data := os.read(self._output, READ_SIZE)):
            raise EOFError("the server ended")
        at = time.monotonic()
        self._rest += data
        start = 0
        while (header_end := self._rest.find(b"\r\n\r\n", start)) >= 0:
            body = header_end + 4
            end = body + int(self._rest[start + _LENGTH : self._rest.index(b"\r\n", start)])
            if end > len(self._rest):
                break
            self._ready.append((at, self._rest[body:end]))
            start = end
        self._rest = self._rest[start:]

    def _readable(self, within: float) -> bool:
        return bool(select.select([self._output], [], [], within)[0])


def token_of(prompt: Prompt) -> str:
    """The work-done token of a chat."""
    return f"chatls:{prompt.id}"


def is_response(frame: bytes, request_id: int) -> bool:
    """Whether a frame is the response to that request."""
    return b'"method"' not in frame and json.loads(frame).get("id") == request_id
