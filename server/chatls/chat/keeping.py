"""What the heart needs of a store, as Protocols: sessions that last, and the log of a turn that runs.

The store that plays them is `store/conversations.py`; a turn writes its log through `chat/recorder.py`.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from chatls.chat.events import Compacted, LogEvent
from chatls.chat.journal import Journal
from chatls.chat.messages import Message
from chatls.chat.sessions import Asked, NewTurn, Session, TurnRecord
from chatls.chat.undo import TurnChanges


class TurnLog(Protocol):
    """Where the events of one turn are kept."""

    def append(self, events: list[LogEvent]) -> None:
        """Keep these events after those before them; returns at once."""
        ...

    async def begun(self) -> None:
        """Wait until the turn itself, with what the user said, outlasts the process."""
        ...

    async def kept(self) -> None:
        """Wait until all that was appended outlasts the process, as far as the store can keep anything at all."""
        ...


@dataclass(frozen=True, slots=True)
class RunningTurn:
    """A session that was taken for a turn.

    `context` is what was said before it, without the words of turns that a summary stands for, `compacted` how the
    model is shown that. `release` gives the session back, if the turn's last event has not done so.
    """

    context: Sequence[Message]
    compacted: Compacted
    journal: Journal
    log: TurnLog
    release: Callable[[], None]


class SessionStore(Protocol):
    """Where sessions are kept, those of each set of workspace folders apart from all others."""

    async def find(self, workspace: tuple[str, ...], session_id: str) -> Session:
        """
        Raises:
            SessionNotFound: none of this set of folders has this id.
        """
        ...

    async def sessions(
        self, workspace: tuple[str, ...], query: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[Session], str | None]:
        """A page of the sessions whose title or messages mention the query, the one used last first, and the cursor
        of the next page.

        Raises:
            InvalidParams: no page ended at this cursor.
        """
        ...

    async def turns(self, session: Session, before: str | None, limit: int) -> tuple[Sequence[TurnRecord], bool]:
        """A page of a session's turns, oldest first: the newest, or those before a turn; and whether earlier ones are
        left.

        Raises:
            InvalidParams: there is no such turn.
        """
        ...

    async def turn(self, session: Session, turn_id: str) -> TurnRecord:
        """
        Raises:
            NotFound: the session has no such turn.
        """
        ...

    async def asked(self, session: Session, turn_id: str) -> Asked:
        """What the user said in a turn.

        Raises:
            NotFound: the session has no such turn.
        """
        ...

    async def conversation(self, session: Session) -> tuple[Sequence[Message], Compacted]:
        """What was said in a session, as a model sees it, and how it is shown; see `RunningTurn`."""
        ...

    async def begin(self, session: Session, turn: NewTurn, replaced: str | None = None) -> RunningTurn:
        """Take a session, new or not, for a turn. The replaced turn and later ones leave the conversation first.

        Raises:
            SessionNotFound, SessionBusy: it cannot be taken.
            InvalidParams: there is no turn to replace.
        """
        ...

    def held(self, session: Session) -> AbstractAsyncContextManager[None]:
        """Keep turns out of a session, those of other processes too, as long as the context lasts.

        Raises:
            SessionNotFound, SessionBusy: on entering; it cannot be taken.
        """
        ...

    async def leave(self, session: Session, turn_id: str) -> int:
        """Take a turn and later ones out of the conversation; returns how many, none where it has left before.

        Raises:
            NotFound: the session never had such a turn.
        """
        ...

    async def changes(self, session: Session, turn_id: str) -> TurnChanges:
        """What a turn did to files, also one that has left the conversation.

        Raises:
            NotFound: the session never had such a turn.
        """
        ...

    async def content(self, session: Session, digest: str) -> bytes | None:
        """What a file with this digest held before a turn of the session; None where that is not kept (any more)."""
        ...

    async def rename(self, session: Session, title: str) -> None:
        """
        Raises:
            SessionNotFound: it is no more.
        """
        ...

    async def entitle(self, session: Session, title: str) -> None:
        """Give a session a title that the user did not choose; nothing happens where the user did."""
        ...

    async def delete(self, session: Session) -> None:
        """
        Raises:
            SessionBusy: a turn of it runs.
        """
        ...

    async def fork(self, session: Session, turn_id: str) -> str:
        """Copy a session up to and with a turn; returns the id of the copy.

        Raises:
            NotFound: the session has no such turn.
            SessionBusy: the turn is not over.
        """
        ...
