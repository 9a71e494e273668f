"""Better titles for sessions whose first message is too long to be one, by the model, while nobody waits for it.

Only a model on this machine is asked, after some seconds in which no turn ran, and it is left alone again as soon as
the next turn begins. What goes wrong is nobody's concern: the session keeps the title it has. Used by `lsp/stream.py`.
"""

import asyncio
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from chatls.chat.keeping import SessionStore
from chatls.chat.messages import Message
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.ports import Clock, Timer
from chatls.chat.sessions import Session
from chatls.chat.task import TaskRequest
from chatls.errors import ChatError
from chatls.tasks import spawn

IDLE_SECONDS = 5.0
MAX_WAITING = 16
"""Sessions that wait for a title at most; the oldest then keeps what it has."""


@dataclass(frozen=True, slots=True)
class _Untitled:
    session: Session
    task: TaskRequest
    said: Sequence[Message]


class Titles:
    """The sessions of one connection that want a title."""

    def __init__(self, orchestrator: Orchestrator, sessions: SessionStore, clock: Clock) -> None:
        self._orchestrator = orchestrator
        self._sessions = sessions
        self._clock = clock
        self._waiting: deque[_Untitled] = deque(maxlen=MAX_WAITING)
        self._turns = 0
        self._timer: Timer | None = None
        self._asking: asyncio.Task[None] | None = None

    @property
    def is_asking(self) -> bool:
        """Whether the model is being asked."""
        return self._asking is not None and not self._asking.done()

    @contextmanager
    def left_alone(self) -> Generator[None]:
        """A turn runs in this block: the model is its own."""
        self._turns += 1
        self.close()
        try:
            yield
        finally:
            self._turns -= 1
            self._wait()

    def wish(self, session: Session, task: TaskRequest, said: Sequence[Message]) -> None:
        """The first turn of a session is over, with this said after its goal; its message is too long to name it."""
        self._waiting.append(_Untitled(session, task, tuple(said)))

    def close(self) -> None:
        """Ask no more, and break off what is asked."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _wait(self) -> None:
        if self._waiting and not self._turns:
            self._timer = self._clock.call_later(IDLE_SECONDS, self._ask)

    def _ask(self) -> None:
        self._timer = None
        self._asking = spawn(self._name_all(), name="titles")

    async def _name_all(self) -> None:
        while self._waiting:
            await self._name(self._waiting[0])
            self._waiting.popleft()

    async def _name(self, untitled: _Untitled) -> None:
        try:
            title = await self._orchestrator.title(untitled.task, untitled.said)
            if title:
                await self._sessions.entitle(untitled.session, title)
        except ChatError:
            return
