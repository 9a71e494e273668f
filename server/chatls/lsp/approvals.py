"""Asking the user: one question to the client, by our own request or by a message with buttons, and its answer.

Only an answer that was offered counts; whatever else comes back is none (wire contract, section 6). What is asked, and
what an answer grants, is decided in `tools/`. Called by `lsp/editor.py`.
"""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, cast

from lsprotocol import types

from chatls.chat.approvals import Answer, Option, Question
from chatls.chat.sessions import new_id
from chatls.errors import InvalidParams
from chatls.lsp.errors import RpcFailure
from chatls.lsp.protocol import ChatProtocol
from chatls.lsp.validate import validate

MAX_LINES = 12
"""Lines of a message with buttons: more than that pushes the buttons off some screens."""
MAX_DIFF_LINES = 6
"""Lines of these that a long detail leaves to a diff."""

Json = dict[str, Any]


def can_ask(protocol: ChatProtocol) -> bool:
    """Whether the client announced one of the two ways to ask the user."""
    return protocol.client_can("approval") or _takes_message_requests(protocol)


async def ask(protocol: ChatProtocol, question: Question) -> Answer | None:
    """Put a question to the user and wait for as long as it takes; a cancel withdraws it.

    None: refused, failed, or answered with something that was not offered.
    """
    try:
        if protocol.client_can("approval"):
            return await _request_approval(protocol, question)
        return await _request_message(protocol, question) if can_ask(protocol) else None
    except RpcFailure:
        return None


async def _request_approval(protocol: ChatProtocol, question: Question) -> Answer | None:
    approval_id = new_id()
    hunks = question.hunks if protocol.client_can("hunks") else ()
    params: Json = {
        "approvalId": approval_id,
        "sessionId": question.session_id,
        "turnId": question.turn_id,
        "toolCallId": question.call_id,
        "tool": question.tool,
        "kind": question.kind,
        "title": question.title,
        "detail": question.detail,
        "diff": question.diff,
        "hunks": [asdict(hunk) for hunk in hunks] or None,
        "options": [asdict(option) for option in question.options],
    }
    answer = await protocol.ask(
        "chat/requestApproval",
        {key: value for key, value in params.items() if value is not None},
        on_withdrawn=partial(protocol.notify, "chat/approvalClosed", {"approvalId": approval_id}),
    )
    return _checked(answer, question.options, frozenset(hunk.id for hunk in hunks))


def _checked(answer: object, options: Sequence[Option], hunks: frozenset[str]) -> Answer | None:
    """The answer of `chat/requestApproval`, if it is one that was offered."""
    from chatls.lsp.editor_messages import RequestApprovalResult  # with the first answer

    try:
        given = validate(RequestApprovalResult, answer)
    except InvalidParams:
        return None
    option = next((option for option in options if option.id == given.option_id), None)
    if option is None or given.hunks is None or option.kind.startswith("reject"):
        return None if option is None else Answer(option)
    accepted = frozenset(given.hunks)
    if not accepted <= hunks:
        return None
    if option.kind == "allow_once" and hunks:
        return Answer(option, accepted)
    # A grant is for all of a change: parts of it are no answer to that.
    return Answer(option) if accepted == hunks else None


def _takes_message_requests(protocol: ChatProtocol) -> bool:
    """Whether the client announced `window/showMessageRequest` (LSP 3.17, `window.showMessage`)."""
    window = protocol.client_capabilities.window
    return window is not None and window.show_message is not None


async def _request_message(protocol: ChatProtocol, question: Question) -> Answer | None:
    # What a few lines cannot show may be refused by them, but not allowed.
    choices = _by_title([each for each in question.options if not question.lengthy or each.kind.startswith("reject")])
    params = {
        "type": types.MessageType.Warning.value,
        "message": _message(question),
        "actions": [{"title": title} for title in choices],
    }
    answer = await protocol.ask(types.WINDOW_SHOW_MESSAGE_REQUEST, params)
    title = cast("Json", answer).get("title") if isinstance(answer, dict) else None
    option = choices.get(title) if isinstance(title, str) else None
    return None if option is None else Answer(option)


def _by_title(options: Sequence[Option]) -> dict[str, Option]:
    """The options by the titles of their buttons: the answer is a title and nothing else, so each is there once."""
    found: dict[str, Option] = {}
    for option in options:
        title, number = option.label, 1
        while title in found:
            number += 1
            title = f"{option.label} ({number})"
        found[title] = option
    return found


def _message(question: Question) -> str:
    """Title, detail and as much of the diff as fits in `MAX_LINES` lines; of what does not, head and tail."""
    detail = _cut(question.detail, MAX_LINES - 1 - (MAX_DIFF_LINES if question.diff else 0))
    diff = _cut(question.diff or "", MAX_LINES - 1 - len(detail))
    return "\n".join([question.title, *detail, *diff])


def _cut(text: str, limit: int) -> list[str]:
    """The lines of a text, at most so many: the first, how many are left out, and the last."""
    lines = text.rstrip("\n").split("\n") if text else []
    if len(lines) <= limit:
        return lines
    tail = limit // 3
    head = limit - tail - 1
    return [*lines[:head], f"… {len(lines) - head - tail:,} more lines …", *lines[len(lines) - tail :]]
