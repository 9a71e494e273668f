"""Sessions: a conversation and its turns, one turn at a time.

Values alone; where sessions are kept, and the rules about them, is behind the port `SessionStore`. Used by
`lsp/stream.py` (turns) and `lsp/history.py` (listing and reading).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import unquote

from chatls.chat.events import Done, Fault, LogEvent
from chatls.chat.journal import Journal

TurnState = Literal["running", "done", "cut", "cancelled", "failed"]
TITLE_LENGTH = 60


def new_id() -> str:
    """An id nobody can guess or has to escape."""
    return secrets.token_hex(8)


def utc_now() -> str:
    """The time as the wire has it: ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def title_of(content: str) -> str:
    """What a session is called that begins with this message: its beginning, on one line."""
    words = " ".join(content.split())
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1].rstrip() + "…"


def first_words(message: Mapping[str, Any]) -> str:
    """What a session may be called by that begins with this message: what was said, else what was attached."""
    content = str(message.get("content", ""))
    attached: Sequence[Mapping[str, str]] = message.get("attachments") or ()
    if title_of(content) or not attached:
        return content
    return attached[0].get("name") or unquote(attached[0].get("uri", "")).rstrip("/").rpartition("/")[2]


def has_title(content: str) -> bool:
    """Whether this message can be a title whole."""
    return len(" ".join(content.split())) <= TITLE_LENGTH


def state_after(event: LogEvent) -> TurnState | None:
    """How a turn ended whose last event this is; None if it goes on."""
    match event:
        case Done():
            return "cancelled" if event.stop_reason == "cancelled" else "done"
        case Fault(retry_in_ms=None, task=None):
            return "cut" if event.error.reason == "stream_interrupted" else "failed"
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation in one set of workspace folders, without its turns.

    `model` is that of its newest turn; `busy` says that one runs, in whatever process; `kept`, that a store has it.
    """

    workspace: tuple[str, ...]
    session_id: str = field(default_factory=new_id)
    title: str = ""
    created_at: str = field(default_factory=utc_now)
    updated_at: str = field(default_factory=utc_now)
    model: str = ""
    turns: int = 0
    busy: bool = False
    guidance: str = ""
    """What every agent is told beside its own instructions, the same as long as the session lasts."""
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user said: `message` as it came over the wire, `goal` the same as a model reads it, attachments
    included."""

    message: Mapping[str, Any]
    goal: str


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A turn that is about to begin."""

    asked: Asked
    agent: str
    turn_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn as it is read again. `numbered`: its events have the numbers that they had on the stream."""

    turn_id: str
    message: Mapping[str, Any]
    agent: str
    model: str
    state: TurnState
    journal: Journal
    numbered: bool
