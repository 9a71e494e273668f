"""Which calls need a yes, what an answer grants, and in which words it is asked: pure decisions over values.

A tool says what it is about to do (`Action`); nothing here runs, reads or asks. `tools/approval/gate.py`, the only
caller, puts the question to the user and keeps what was granted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from chatls.chat.approvals import Grant, Hunk, Option, OptionKind, Question
from chatls.chat.events import ToolKind
from chatls.chat.ports import ToolRun
from chatls.tools.approval.prompts import MAX_LINES, escaped, one_line, shown

MAX_LABEL = 240
"""Characters of a button, and of what is listed among the grants."""

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
    """What a call is about to do, as far as deciding about it goes. Its texts may hold anything.

    `keys` are all that would cover it, when granted; the first names exactly this action, and is what "always reject"
    is bound to. `free` needs no yes; `guarded` needs one each time, whatever was granted (protected paths). `notes`
    are what the user must know first ("runs without a sandbox"); `lengthy` as in `Question`.
    """

    tool: str
    kind: ToolKind
    title: str
    detail: str
    keys: tuple[str, ...]
    offers: tuple[Offer, ...] = ()
    free: bool = False
    guarded: bool = False
    lengthy: bool = False
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
    offers = [
        Option(f"{offer.kind}:{number}", one_line(offer.label, MAX_LABEL), offer.kind)
        for number, offer in enumerate(action.offers)
        if not action.guarded and (in_session or offer.kind != "allow_session")
    ]
    return [
        Option("allow", "Allow once", "allow_once"),
        *offers,
        Option("reject", "Reject", "reject_once"),
        Option("reject_always", one_line(f"Always reject: {action.title}", MAX_LABEL), "reject_always"),
    ]


def granted_key(action: Action, option: Option) -> str | None:
    """What a later call must have among its keys to be covered by this answer; None: the answer is for this call."""
    if option.kind == "reject_always":
        return action.keys[0]
    number = option.id.removeprefix(f"{option.kind}:")
    return action.offers[int(number)].key if number != option.id else None


def question(action: Action, chosen: Sequence[Option], run: ToolRun) -> Question:
    """What the user is shown: all of the action's texts, fit to be seen. Notes are never cut for the detail's sake."""
    hidden = escaped(action.detail)[1] + escaped(action.diff or "")[1]
    told = [f"Characters in it that nobody would see: {hidden:,}, shown as \\u{{…}}."] if hidden else []
    notes = [one_line(note) for note in (*action.notes, *told)]
    detail = [shown(action.detail, MAX_LINES - len(notes))] if action.detail else []
    return Question(
        tool=action.tool,
        kind=action.kind,
        title=one_line(action.title),
        detail="\n".join((*notes, *detail)),
        options=chosen,
        diff=None if action.diff is None else escaped(action.diff)[0],
        hunks=[Hunk(hunk.id, hunk.uri, escaped(hunk.diff)[0]) for hunk in action.hunks],
        lengthy=action.lengthy,
        session_id=run.session_id,
        turn_id=run.turn_id,
        call_id=run.call_id,
    )
