"""A question of the server to the user: may this be done?

Turns the two requests that ask it (`chat/requestApproval`, and `window/showMessageRequest` for servers that know only
that) into one shape, and the user's choice back into the answer each wants. Whoever shows it decides how; without a
terminal nobody is asked, and the answer is no.
"""

from dataclasses import dataclass
from typing import Any

from chatls.terminal.rpc import Json, RequestId, as_list
from chatls.terminal.sanitize import one_line, question_lines


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be given; `label` is safe to show, `id` is the server's word for it."""

    id: str
    label: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """One open question. `title` and `lines` are safe to show."""

    request_id: RequestId
    approval_id: str
    title: str
    lines: tuple[str, ...]
    choices: tuple[Choice, ...]
    as_action: bool = False
    """Answer with a message action, not with an option id."""

    @property
    def refusal(self) -> Choice | None:
        """The answer that means no, and only this once if there is one that does."""
        return next((choice for choice in reversed(self.choices) if choice.refuses), None)

    def answer(self, choice: Choice | None) -> Any:
        """The result to send back; None refuses."""
        chosen = choice or self.refusal
        if self.as_action:
            return {"title": chosen.id} if chosen else None
        return {"optionId": chosen.id if chosen else ""}


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
    detail = str(params.get("diff") or params.get("detail") or "")
    options = sorted(as_list(params.get("options")), key=lambda option: str(option.get("kind")) == "reject_once")
    return Approval(
        request_id,
        str(params.get("approvalId", "")),
        one_line(str(params.get("title") or params.get("tool") or "The model asks for permission")),
        tuple(question_lines(detail)) if detail else (),
        tuple(
            Choice(str(option.get("id", "")), _label(option), str(option.get("kind", "")).startswith("reject"))
            for option in options
        ),
    )


def _label(option: Json) -> str:
    return one_line(str(option.get("label") or option.get("id") or ""), 60)


def _from_message(request_id: RequestId, params: Json) -> Approval:
    first, _, rest = str(params.get("message", "")).partition("\n")
    titles = [str(action.get("title", "")) for action in as_list(params.get("actions"))]
    return Approval(
        request_id,
        withdrawal_id(request_id),
        one_line(first),
        tuple(question_lines(rest)) if rest.strip() else (),
        tuple(Choice(title, one_line(title, 60), refuses=False) for title in titles),
        as_action=True,
    )
