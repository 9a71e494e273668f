"""A question of the server to the user: may this be done?

Turns the two requests that ask it (`chat/requestApproval`, and `window/showMessageRequest` for servers that know only
that) into one shape, and the user's decision back into the answer each wants. Whoever shows it decides how; without a
terminal nobody is asked, and the answer is no.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chatls.terminal.rpc import Json, RequestId, as_list
from chatls.terminal.sanitize import one_line, visible, visible_line

ALLOW_ONCE, REJECT_ONCE = "allow_once", "reject_once"


class Choice(NamedTuple):
    """One answer that may be given; `label` is safe to show, `id` is the server's word for it."""

    id: str
    label: str
    kind: str = ""

    @property
    def refuses(self) -> bool:
        return self.kind.startswith("reject")


class Part(NamedTuple):
    """A part of a change that can be taken or left by itself; `diff` is safe to show."""

    id: str
    diff: tuple[str, ...]


class Decision(NamedTuple):
    """What the user decided. `parts` are the ids of those taken; None: all of the change."""

    choice: Choice
    parts: tuple[str, ...] | None = None


class Approval(NamedTuple):
    """One open question. `title`, `lines` and `diff` are safe to show, and whole: whoever shows them cuts."""

    request_id: RequestId
    approval_id: str
    title: str
    lines: tuple[str, ...]
    choices: tuple[Choice, ...]
    diff: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    """Those that can be chosen from; none where there is nothing to choose."""
    as_action: bool = False
    """Answer with a message action, not with an option id."""
    about_call: bool = False
    """Asked for a tool call of a turn, whose line on the screen tells what became of it."""

    @property
    def refusal(self) -> Choice | None:
        """The answer that means no, and only this once if there is one that does."""
        return self.of_kind(REJECT_ONCE) or next((choice for choice in self.choices if choice.refuses), None)

    def of_kind(self, kind: str) -> Choice | None:
        """The first answer of a kind."""
        return next((choice for choice in self.choices if choice.kind == kind), None)

    def answer(self, decision: Decision | None) -> Any:
        """The result to send back; None refuses."""
        chosen = decision.choice if decision else self.refusal
        if self.as_action:
            return {"title": chosen.id} if chosen else None
        taken = {"hunks": list(decision.parts)} if decision and decision.parts is not None else {}
        return {"optionId": chosen.id if chosen else "", **taken}


def from_request(request_id: RequestId, method: str, params: Json) -> Approval | None:
    """The question a request of the server asks; None if it asks none."""
    if method == "chat/requestApproval":
        return _from_approval(request_id, params)
    if method == "window/showMessageRequest":
        return _from_message(request_id, params)
    return None


def withdrawal_id(request_id: object) -> str:
    """The `approval_id` of a question that is only known by its request."""
    return f"request {request_id}"


def _from_approval(request_id: RequestId, params: Json) -> Approval:
    choices = tuple(_choice(option) for option in as_list(params.get("options")))
    return Approval(
        request_id,
        str(params.get("approvalId", "")),
        visible_line(str(params.get("title") or params.get("tool") or "The model asks for permission")),
        _lines(params.get("detail")),
        choices,
        _lines(params.get("diff")),
        _parts(as_list(params.get("hunks")), choices),
        about_call=bool(params.get("turnId") and params.get("toolCallId")),
    )


def _choice(option: Json) -> Choice:
    label = str(option.get("label") or option.get("id") or "")
    return Choice(str(option.get("id", "")), visible_line(label), str(option.get("kind", "")))


def _parts(hunks: Sequence[Json], choices: Sequence[Choice]) -> tuple[Part, ...]:
    """The parts of a change; none where one is all there is, or where taking some of it is no answer."""
    if len(hunks) < 2 or not any(choice.kind == ALLOW_ONCE for choice in choices):
        return ()
    return tuple(Part(str(hunk.get("id", "")), _lines(hunk.get("diff"))) for hunk in hunks)


def _lines(text: object) -> tuple[str, ...]:
    shown = visible(str(text or "")).strip("\n")
    return tuple(shown.split("\n")) if shown.strip() else ()


def _from_message(request_id: RequestId, params: Json) -> Approval:
    first, _, rest = str(params.get("message", "")).partition("\n")
    titles = [str(action.get("title", "")) for action in as_list(params.get("actions"))]
    return Approval(
        request_id,
        withdrawal_id(request_id),
        one_line(first),
        _lines(rest),
        tuple(Choice(title, visible_line(title)) for title in titles),
        as_action=True,
    )
