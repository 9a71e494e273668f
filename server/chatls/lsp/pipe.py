"""Owns standard input and output: the only code that reads the one or writes the other.

A reader thread cuts stdin into frames and hands them to the event loop. What the loop cannot write without waiting
(`lsp/at_once.py`) is up to a writer thread, the `BackpressureHandler`'s: a client which does not read blocks nobody.
Nothing here knows what a frame means. Called by `lsp/serve.py` (start and stop), `lsp/protocol.py` (single messages)
and `lsp/progress.py` (turns).
"""

import asyncio
import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from chatls.lsp.at_once import WriteAtOnce, nothing_at_once
from chatls.lsp.framing import FrameDecoder, FrameError

HIGH_WATER = 8 * 1024 * 1024
"""Bytes waiting for stdout, whole process: above it no turn may add text."""
LANE_HIGH_WATER = 64 * 1024
"""Bytes of one turn waiting for stdout: as much as a Linux pipe holds. What comes after waits, and merges, upstream."""
WRITE_SIZE = 32 * 1024
"""Bytes handed to the system in one call: what was handed over cannot be overtaken any more."""
READ_SIZE = 64 * 1024
BACKLOG = 64 * 1024 * 1024
"""Bytes read from stdin that the loop has not looked at yet: above it stdin is not read."""
QUIET = 0.02
"""Seconds after a cancel in which no other turn adds text: what the cancelled one still has to say takes less."""
PARTIAL_NOTICE = 10.0
"""Seconds after which an incomplete frame is worth a word."""

logger = logging.getLogger(__name__)


class Lane:
    """The frames of one turn that wait to be written: in order among themselves, free against other lanes."""

    __slots__ = ("frames", "size", "urgent", "waiter")

    def __init__(self) -> None:
        self.frames: deque[bytes] = deque()
        self.size = 0
        self.urgent = False
        self.waiter: asyncio.Future[None] | None = None


class Write(Protocol):
    def __call__(self, data: bytes, /) -> object: ...


class BackpressureHandler:
    """The writer thread and its water marks.

    Control frames go out before the text of turns; the lanes of turns take their turns. `room` is what makes a
    producer wait, and with it the reading of the model's socket. While the thread has nothing to do, `at_once` is
    tried first: most of the time a client reads, and the thread sleeps.
    """

    def __init__(
        self,
        write: Write,
        loop: asyncio.AbstractEventLoop,
        on_broken: Callable[[], None],
        *,
        at_once: WriteAtOnce = nothing_at_once,
        high_water: int = HIGH_WATER,
        lane_high_water: int = LANE_HIGH_WATER,
    ) -> None:
        self._write = write
        self._loop = loop
        self._on_broken = on_broken
        self._at_once = at_once
        self._high_water = high_water
        self._lane_high_water = lane_high_water
        self._control: deque[bytes] = deque()
        self._lanes: deque[Lane] = deque()
        self._waiting: list[Lane] = []
        self._size = 0
        self._quiet = 0
        self._closing = False
        self._idle = True
        self._lock = threading.Lock()
        self._ready = threading.Condition(self._lock)
        self._thread = threading.Thread(target=self._run, name="chatls-writer", daemon=True)

    @property
    def size(self) -> int:
        """Bytes that wait, all lanes together."""
        return self._size

    def start(self) -> None:
        self._thread.start()

    def send(self, frame: bytes) -> None:
        """Queue a control frame: before all turns' text that waits."""
        with self._lock:
            if not self._written((frame,)):
                self._control.append(frame)
                self._added(len(frame))

    def send_on(self, lane: Lane, *frames: bytes) -> None:
        """Queue a turn's frames, at least one, behind the others of its lane."""
        with self._lock:
            if self._written(frames):
                return
            size = sum(map(len, frames))
            if lane.urgent:
                self._control.extend(frames)
            else:
                if not lane.frames:
                    self._lanes.append(lane)
                lane.frames.extend(frames)
                lane.size += size
            self._added(size)

    def flush(self, lane: Lane) -> None:
        """Let nothing of another turn overtake what this lane holds: for what must follow it as a control frame."""
        with self._lock:
            if lane.frames:
                self._lanes.remove(lane)
                self._control.extend(lane.frames)
                lane.frames.clear()
                lane.size = 0

    def hurry(self, lane: Lane) -> None:
        """From now on all of this lane goes before other turns' text, and waits for no room (a cancelled turn)."""
        self.flush(lane)
        lane.urgent = True
        self._quiet += 1
        self._loop.call_later(QUIET, self._end_quiet)
        if lane.waiter is not None and not lane.waiter.done():
            lane.waiter.set_result(None)

    async def room(self, lane: Lane) -> None:
        """Wait until this turn may add text."""
        while not self._has_room(lane):
            lane.waiter = self._loop.create_future()
            self._waiting.append(lane)
            if self._has_room(lane):  # the writer may have made room before it could see the waiter
                self._wake()
            try:
                await lane.waiter
            finally:
                lane.waiter = None
                if lane in self._waiting:
                    self._waiting.remove(lane)

    def close(self, seconds: float) -> None:
        """Write what waits, for at most that long, and end the thread."""
        with self._lock:
            self._closing = True
            self._ready.notify()
        self._thread.join(seconds)

    def _has_room(self, lane: Lane) -> bool:
        full = self._quiet or lane.size >= self._lane_high_water or self._size >= self._high_water
        return lane.urgent or not full

    def _written(self, frames: Sequence[bytes]) -> bool:
        """Write without waiting, where nothing waits to go first. What is left of a beginning goes before all else."""
        if not self._idle:
            return False
        data = b"".join(frames)
        if 0 < (taken := self._at_once(data)) < len(data):
            self._control.append(data[taken:])
            self._added(len(data) - taken)
        return taken > 0

    def _added(self, size: int) -> None:
        self._size += size
        if self._idle:
            self._idle = False
            self._ready.notify()

    def _end_quiet(self) -> None:
        self._quiet -= 1
        self._wake()

    def _wake(self) -> None:
        for lane in [lane for lane in self._waiting if self._has_room(lane)]:
            self._waiting.remove(lane)
            if lane.waiter is not None and not lane.waiter.done():
                lane.waiter.set_result(None)

    def _run(self) -> None:
        while data := self._next():
            try:
                self._write(data)
            except OSError:  # the client is gone; nothing can be told to it
                self._call_loop(self._on_broken)
                return
            with self._lock:
                self._size -= len(data)
            if self._waiting:
                self._call_loop(self._wake)

    def _next(self) -> bytes:
        """The next bytes to write; waits for some, and is empty when closed."""
        with self._ready:
            while not (self._control or self._lanes):
                if self._closing:
                    return b""
                self._idle = True
                self._ready.wait()
            return self._gather()

    def _gather(self) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while size < WRITE_SIZE and (self._control or self._lanes):
            piece = self._control.popleft() if self._control else self._from_next_lane()
            pieces.append(piece)
            size += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _from_next_lane(self) -> bytes:
        lane = self._lanes.popleft()
        frame = lane.frames.popleft()
        lane.size -= len(frame)
        if lane.frames:
            self._lanes.append(lane)
        return frame

    def _call_loop(self, callback: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(callback)
        except RuntimeError:  # the loop has ended, and with it all that could wait
            logger.debug("the loop has ended")


class FrameReader:
    """The reader thread: blocks in `read`, so that the loop does not."""

    def __init__(
        self,
        read: Callable[[int], bytes],
        loop: asyncio.AbstractEventLoop,
        on_frames: Callable[[Sequence[bytes | FrameError]], None],
        on_end: Callable[[], None],
        *,
        backlog: int = BACKLOG,
    ) -> None:
        self._read = read
        self._loop = loop
        self._on_frames = on_frames
        self._on_end = on_end
        self._partial = False
        self._notice: asyncio.TimerHandle | None = None
        self._capacity = max(1, backlog // READ_SIZE)
        self._room = threading.Semaphore(self._capacity)
        self._decoder = FrameDecoder()
        self._thread = threading.Thread(target=self._run, name="chatls-reader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        try:
            while data := self._read_some():
                frames = self._decoder.feed(data)
                if frames or self._decoder.partial != self._partial:
                    self._partial = self._decoder.partial
                    self._loop.call_soon_threadsafe(self._deliver, frames, self._reserve(frames), self._partial)
            self._loop.call_soon_threadsafe(self._on_end)
        except RuntimeError:  # the loop has ended: nobody is left to hand frames to
            logger.debug("the loop has ended")

    def _read_some(self) -> bytes:
        try:
            return self._read(READ_SIZE)
        except OSError:  # a terminal or pipe that went away is an end like any other
            return b""

    def _reserve(self, frames: Sequence[bytes | FrameError]) -> int:
        """Wait until the loop may be handed these; returns the units of `READ_SIZE` they take."""
        size = sum(len(frame) for frame in frames if isinstance(frame, bytes))
        units = min(self._capacity, 1 + size // READ_SIZE)
        for _ in range(units):
            self._room.acquire()
        return units

    def _deliver(self, frames: Sequence[bytes | FrameError], units: int, partial: bool) -> None:
        self._room.release(units)
        if self._notice is not None:
            self._notice.cancel()
        self._notice = self._loop.call_later(PARTIAL_NOTICE, self._tell_partial) if partial else None
        self._on_frames(frames)

    def _tell_partial(self) -> None:
        self._on_frames([FrameError(f"a message that began {PARTIAL_NOTICE:.0f} seconds ago has not ended")])


def take_stdio() -> tuple[int, int]:
    """Take the real stdin and stdout for the protocol alone; returns their new descriptors.

    What else prints goes to stderr, and a child process reads an empty stdin: neither can touch the wire.
    """
    stdin, stdout = os.dup(0), os.dup(1)
    empty = os.open(os.devnull, os.O_RDWR)
    os.dup2(empty, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # started without a stderr
        os.dup2(empty, 1)
        os.dup2(empty, 2)
    os.close(empty)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(stdin, os.O_BINARY)
        msvcrt.setmode(stdout, os.O_BINARY)
    return stdin, stdout


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, however little the system takes at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
