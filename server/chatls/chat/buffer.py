"""ResponseBuffer: between a model that speaks in tokens and a client that is told twenty times a second.

It merges text, holds it for as long as a reader does not notice, and makes the producer wait when too much is held.
The orchestrator puts events in; `lsp/progress.py` waits for them and takes them out. Pure but for the injected clock.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace

from chatls.chat.events import Done, Fault, LogEvent, Phase, Start, StreamEvent, Thinking, Token
from chatls.chat.ports import Clock, Timer
from chatls.chat.recorder import Recorder

MIN_CHARS = 10
"""Characters that are worth a message of their own."""
MIN_INTERVAL = 0.05
"""Seconds between two messages of text."""
MAX_DELAY = 0.1
"""Seconds that text is held at most."""
ENOUGH_CHARS = 4096
"""Characters that go out at once, whatever the time: a model faster than any reader."""
PIECE_CHARS = 16 * 1024
"""Characters that go out in one message at most: nothing urgent then waits behind a larger one."""
NOTICE_DELAY = 0.002
"""Seconds that word of a phase waits for more to go with it: the request to the model is made in that time."""
MAX_BYTES = 1024 * 1024
"""UTF-8 bytes held before the producer has to wait."""

NOW, NEVER = float("-inf"), float("inf")


@dataclass(slots=True)
class _Run:
    """Text of one kind and task that can still grow."""

    kind: type[Token] | type[Thinking]
    pieces: list[str] = field(default_factory=list[str])


class ResponseBuffer:
    """Events of one turn that have not been sent yet: in order, neighbouring text merged, bounded.

    The first text goes out at once. Later text goes out when `min_chars` wait and `min_interval` has passed since
    text was last sent, at the latest `max_delay` after it came, and at once when `enough_chars` wait. Any other event
    takes all text before it along, at once, or a moment later where it only says what the turn is busy with (wire
    contract, section 4, "Buffering"). Texts of several tasks grow side by side.
    What is about to be shown is recorded.
    """

    def __init__(  # noqa: PLR0913 (what it is to do, by name)
        self,
        clock: Clock,
        recorder: Recorder | None = None,
        *,
        min_chars: int = MIN_CHARS,
        min_interval: float = MIN_INTERVAL,
        max_delay: float = MAX_DELAY,
        enough_chars: int = ENOUGH_CHARS,
        piece_chars: int = PIECE_CHARS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.min_interval = min_interval
        self._clock = clock
        self._recorder = recorder
        self._min_chars = min_chars
        self._max_delay = max_delay
        self._enough_chars = enough_chars
        self._piece_chars = piece_chars
        self._max_bytes = max_bytes
        self._sealed: deque[StreamEvent] = deque()
        self._taken = 0
        self._open: dict[str | None, _Run] = {}
        self._chars = 0
        self._bytes = 0
        self._oldest = 0.0
        self._last_sent = NOW
        self._urgent = False
        self._notice_due = NEVER
        self._closed = False
        self._abandoned = False
        self._reader: asyncio.Future[None] | None = None
        self._timer: Timer | None = None
        self._timer_at = NEVER
        self._room = asyncio.Event()

    @property
    def bytes_waiting(self) -> int:
        """UTF-8 bytes of text that are held."""
        return self._bytes

    async def put(self, event: StreamEvent) -> None:
        """Add an event; waits first while more than `max_bytes` of text are held."""
        while self._bytes >= self._max_bytes and not self._abandoned:
            self._room.clear()
            await self._room.wait()
        self.put_nowait(event)

    def put_nowait(self, event: StreamEvent) -> None:
        """Add an event without waiting: for the few that end a turn, and for what is small."""
        if isinstance(event, Token | Thinking):
            self._add_text(event)
        else:
            self._seal()
            self._record(event)
            self._sealed.append(event)
            if isinstance(event, Start | Phase):
                self._notice_due = min(self._notice_due, self._clock.now() + NOTICE_DELAY)
            else:
                self._urgent = True
        self._schedule()

    def note(self, event: LogEvent) -> None:
        """Record an event, after all before it, that is not shown, or not yet."""
        self._hurry()
        self._record(event)

    async def begun(self) -> None:
        """Wait until the turn itself, with what the user said, is where it lasts."""
        if self._recorder is not None:
            await self._recorder.begun()

    async def kept(self) -> None:
        """Wait until all that was put or noted is where it lasts."""
        self._hurry()
        if self._recorder is not None:
            await self._recorder.kept()

    async def settled(self) -> None:
        """Have all that is held now taken at once, and wait until it was: the reader sends what it takes in one go."""
        self._seal()
        last = self._taken + len(self._sealed)
        while self._taken < last and not self._abandoned:
            self._urgent = True
            self._schedule()
            self._room.clear()
            await self._room.wait()

    def close(self, last: Done | Fault | None = None) -> None:
        """Nothing more will come, or this alone, which was noted before. What is held can still be taken."""
        self._seal()
        if last is not None:
            self._sealed.append(last)
        self._closed = True
        self._schedule()

    def abandon(self) -> None:
        """Nobody will take anything any more: let go of all who wait for that."""
        self._abandoned = True
        self._room.set()

    async def ready(self) -> bool:
        """Wait until something is due; False once all has been taken and nothing more will come."""
        while self._due_at() > self._clock.now():
            self._reader = asyncio.get_running_loop().create_future()
            self._schedule()
            try:
                await self._reader
            finally:
                self._reader = None
                self._stop_timer()
        return not self._closed or bool(self._sealed or self._open)

    def drain(self) -> list[StreamEvent]:
        """Take what is held, due or not; at most `piece_chars` characters of text at a time, the rest is then due."""
        if self._open:
            self._last_sent = self._clock.now()
        self._seal()
        taken: list[StreamEvent] = []
        room = self._piece_chars
        while self._sealed and room > 0:
            event = self._sealed.popleft()
            self._taken += 1
            if isinstance(event, Token | Thinking):
                event = self._cut(event, room)
                room -= len(event.data)
                self._bytes -= _size(event.data)
            taken.append(event)
        self._urgent = bool(self._sealed)
        self._notice_due = NEVER
        self._room.set()
        return taken

    def _cut(self, event: Token | Thinking, chars: int) -> Token | Thinking:
        """The beginning of a text event; what is left of it stays the first to be taken."""
        if len(event.data) <= chars:
            return event
        self._sealed.appendleft(replace(event, data=event.data[chars:]))
        self._taken -= 1
        return replace(event, data=event.data[:chars])

    def _add_text(self, event: Token | Thinking) -> None:
        if not event.data:
            return
        run = self._open.get(event.task)
        if run is not None and run.kind is not type(event):
            self._seal()
            self._urgent = True
            run = None
        if run is None:
            if not self._open:
                self._oldest = self._clock.now()
            run = self._open[event.task] = _Run(type(event))
        data = event.data
        run.pieces.append(data)
        self._chars += len(data)
        self._bytes += _size(data)

    def _seal(self) -> None:
        if self._open:
            for task, run in self._open.items():
                event = run.kind("".join(run.pieces), task)
                self._record(event)
                self._sealed.append(event)
            self._open = {}
            self._chars = 0

    def _hurry(self) -> None:
        """Have what is held taken as soon as can be."""
        self._seal()
        self._urgent = bool(self._sealed)
        self._schedule()

    def _record(self, event: LogEvent) -> None:
        if self._recorder is not None:
            self._recorder.add(event)

    def _due_at(self) -> float:
        """When what is held should go out, on the clock's scale."""
        if self._urgent or self._closed:
            return NOW
        return min(self._notice_due, self._text_due()) if self._open else self._notice_due

    def _text_due(self) -> float:
        if self._chars >= self._enough_chars or self._last_sent == NOW:
            return NOW
        latest = self._oldest + self._max_delay
        return min(latest, self._last_sent + self.min_interval) if self._chars >= self._min_chars else latest

    def _schedule(self) -> None:
        """Wake the waiting reader: now, or by one timer when what is held becomes due."""
        if self._reader is None or self._reader.done():
            return
        due = self._due_at()
        if due == self._timer_at:  # also "never": most tokens change nothing
            return
        self._stop_timer()
        wait = due - self._clock.now()
        if wait <= 0:
            self._reader.set_result(None)
        else:
            self._timer, self._timer_at = self._clock.call_later(wait, self._on_timer), due

    def _on_timer(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._timer_at = None, NEVER


def _size(text: str) -> int:
    """UTF-8 bytes."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))
