"""What the user is asked before something changes, the answer, and what an answer grants for later.

Pure values. `tools/` decides what needs a yes and words it, `lsp/` puts it to the client and checks the answer's
shape, `store/` keeps what was granted for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chatls.chat.events import ToolKind

OptionKind = Literal["allow_once", "allow_session", "allow_always", "reject_once", "reject_always"]
Scope = Literal["session", "always"]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from; `label` says exactly what it grants."""

    id: str
    label: str
    kind: OptionKind


@dataclass(frozen=True, slots=True)
class Hunk:
    """A part of a change that can be accepted by itself: a unified diff of one file."""

    id: str
    uri: str
    diff: str


@dataclass(frozen=True, slots=True)
class Question:
    """May this tool call be done? All texts are safe to show (wire contract, section 6).

    `lengthy`: no yes where the client shows a line or two only: it is about more than fits there.
    """

    tool: str
    kind: ToolKind
    title: str
    detail: str
    options: Sequence[Option]
    diff: str | None = None
    hunks: Sequence[Hunk] = ()
    lengthy: bool = False
    session_id: str | None = None
    turn_id: str | None = None
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A valid answer. `hunks` are the ids of the accepted parts; None: all of them."""

    option: Option
    hunks: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What the user granted, or refused, for later calls.

    A call is covered when `key` is among its own keys (`tools/approval/decision.py`); `label` is the sentence the user
    agreed to. `created_at` is a time stamp as in RFC 3339.
    """

    grant_id: str
    tool: str
    scope: Scope
    allows: bool
    key: str
    label: str
    created_at: str
    session_id: str | None = None
