"""What must not be lost of a turn, on its way to the store: it gathers, so that a write holds more than a token.

Pure but for the injected clock. Fed by `chat/buffer.py` with what is shown, in order; the store is behind the port
`TurnLog`.
"""

from dataclasses import replace

from chatls.chat.events import LogEvent, Thinking, Token
from chatls.chat.keeping import TurnLog
from chatls.chat.ports import Clock, Timer

MAX_SECONDS = 1.0
"""How long something may wait to be written."""
MAX_CHARS = 4096
"""How many characters of text may."""


class Recorder:
    """Writes the events of one turn to its log."""

    def __init__(self, clock: Clock, log: TurnLog) -> None:
        self._clock = clock
        self._log = log
        self._waiting: list[LogEvent] = []
        self._pieces: list[str] = []
        self._chars = 0
        self._timer: Timer | None = None

    def add(self, event: LogEvent) -> None:
        """Take an event that comes after all that were added before."""
        if isinstance(event, Token | Thinking):
            self._add_text(event)
        else:
            self._join()
            self._waiting.append(event)
        if self._chars >= MAX_CHARS:
            self.flush()
        elif self._timer is None:
            self._timer = self._clock.call_later(MAX_SECONDS, self.flush)

    def flush(self) -> None:
        """Hand on what has gathered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._join()
        if self._waiting:
            self._log.append(self._waiting)
            self._waiting, self._chars = [], 0

    async def begun(self) -> None:
        """Wait until the turn itself, with what the user said, is where it lasts."""
        await self._log.begun()

    async def kept(self) -> None:
        """Wait until all that was added is where it lasts."""
        self.flush()
        await self._log.kept()

    def _add_text(self, event: Token | Thinking) -> None:
        last = self._waiting[-1] if self._pieces else None
        if not (isinstance(last, Token | Thinking) and type(last) is type(event) and last.task == event.task):
            self._join()
            self._waiting.append(event)
        self._pieces.append(event.data)
        self._chars += len(event.data)

    def _join(self) -> None:
        """Make one event of the text that was added last, whose first piece stands for it so far."""
        if self._pieces and isinstance(last := self._waiting[-1], Token | Thinking):
            self._waiting[-1] = replace(last, data="".join(self._pieces))
        self._pieces = []
