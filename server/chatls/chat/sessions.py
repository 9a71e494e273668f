"""Sessions: a conversation and its turns, one turn at a time.

Values and the rules about them; where sessions are kept is behind the port `SessionStore`. Used by `lsp/stream.py`
(turns) and `lsp/history.py` (listing and reading).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from chatls.chat.journal import Journal
from chatls.chat.messages import Message
from chatls.errors import InvalidParams, NotFound, SessionBusy

TurnState = Literal["running", "done", "cut", "cancelled", "failed"]
TITLE_LENGTH = 60


def new_id() -> str:
    """An id nobody can guess or has to escape."""
    return secrets.token_hex(8)


def utc_now() -> str:
    """The time as the wire has it: ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True)
class TurnRecord:
    """One turn: what was asked, how it went, what of it the model sees again.

    `asked` is the user's message as it came over the wire; `goal` the same as a model reads it, attachments included.
    """

    asked: Mapping[str, Any]
    goal: Message
    agent: str
    turn_id: str = field(default_factory=new_id)
    state: TurnState = "running"
    journal: Journal = field(default_factory=Journal)
    messages: Sequence[Message] = ()

    @property
    def model(self) -> str:
        """The model that answers, once it was chosen."""
        return self.journal.model


@dataclass(slots=True)
class Session:
    """A conversation in one set of workspace folders."""

    workspace: tuple[str, ...]
    session_id: str = field(default_factory=new_id)
    title: str = ""
    created_at: str = field(default_factory=utc_now)
    updated_at: str = field(default_factory=utc_now)
    turns: list[TurnRecord] = field(default_factory=list[TurnRecord])
    running: TurnRecord | None = None
    guidance: str = ""
    """What every agent is told beside its own instructions, the same as long as the session lasts."""

    def check_free(self) -> None:
        """
        Raises:
            SessionBusy: a turn is running.
        """
        if self.running is not None:
            raise SessionBusy(self.session_id)

    def check_turn(self, turn_id: str) -> None:
        """
        Raises:
            InvalidParams: no turn to replace has this id.
        """
        if all(turn.turn_id != turn_id for turn in self.turns):
            raise InvalidParams("replaceTurnId", "the id of a turn of this session")

    def turn(self, turn_id: str) -> TurnRecord:
        """
        Raises:
            NotFound: no turn has this id.
        """
        for turn in self.turns:
            if turn.turn_id == turn_id:
                return turn
        raise NotFound(f"Session {self.session_id!r} has no turn {turn_id!r}.", hint="Read the session again.")

    def begin(self, turn: TurnRecord, replace_turn_id: str | None = None) -> list[Message]:
        """Take the session for a turn; returns what was said before it. The replaced turn and later ones are dropped.

        Raises:
            SessionBusy: a turn is running.
        """
        self.check_free()
        if replace_turn_id is not None:
            del self.turns[self.turns.index(self.turn(replace_turn_id)) :]
        context = [message for earlier in self.turns for message in (earlier.goal, *earlier.messages)]
        self.turns.append(turn)
        self.running = turn
        self.updated_at = utc_now()
        if len(self.turns) == 1:
            self.title = _title(str(turn.asked.get("content", "")))
        return context

    def end(self, turn: TurnRecord, state: TurnState, messages: Sequence[Message]) -> None:
        """Give the session back."""
        turn.state = state
        turn.messages = tuple(messages)
        self.running = None
        self.updated_at = utc_now()


def _title(content: str) -> str:
    words = " ".join(content.split())
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1].rstrip() + "…"
