"""Which calls need a yes, what an answer grants, and in which words it is asked: pure decisions over values.

A tool says what it is about to do (`Action`); nothing here runs, reads or asks. `tools/gate.py`, the only caller,
puts the question to the user and keeps what was granted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from chatls.chat.approvals import Grant, Hunk, Option, OptionKind
from chatls.chat.events import ToolKind

Decision = Literal["allow", "ask", "reject"]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be granted beyond this one call.

    `key` is what later calls are compared by, `label` the sentence that says exactly what is granted ("Allow edits of
    ordinary files in this workspace, in this session").
    """

    kind: OptionKind
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Action:
    """What a call is about to do, as far as deciding about it goes.

    `keys` are all that would cover it, when granted; the first names exactly this action, and is what "always reject"
    is bound to. `free` needs no yes; `guarded` needs one each time, whatever was granted (protected paths). `notes`
    are what the user must know first ("runs without a sandbox").
    """

    tool: str
    kind: ToolKind
    title: str
    detail: str
    keys: tuple[str, ...]
    offers: tuple[Offer, ...] = ()
    free: bool = False
    guarded: bool = False
    notes: tuple[str, ...] = ()
    diff: str | None = None
    hunks: tuple[Hunk, ...] = ()


def decide(action: Action, grants: Iterable[Grant]) -> Decision:
    """What is to be done about an action under the grants that hold. A refusal wins over everything."""
    covering = [grant for grant in grants if grant.tool == action.tool and grant.key in action.keys]
    if any(not grant.allows for grant in covering):
        return "reject"
    if action.guarded:
        return "ask"
    return "allow" if action.free or covering else "ask"


def options(action: Action, *, in_session: bool) -> Sequence[Option]:
    """The answers to choose from, the mildest first; none that grants for a session where there is no session."""
    offers = [] if action.guarded else [offer for offer in action.offers if in_session or offer.kind != "allow_session"]
    return [
        Option("allow", "Allow once", "allow_once"),
        *(Option(f"{offer.kind}:{number}", offer.label, offer.kind) for number, offer in enumerate(offers)),
        Option("reject", "Reject", "reject_once"),
        Option("reject_always", f"Always reject: {action.title}", "reject_always"),
    ]
