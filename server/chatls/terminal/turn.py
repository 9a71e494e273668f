"""One message of the user, from sending it to its result. Used by both modes.

What it mentions with `@` and commands it begins with are read by the server.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chatls.terminal import exits
from chatls.terminal.finding import NOT_A_MESSAGE, find_session, session_id
from chatls.terminal.rpc import INVALID_PARAMS, Failure, Json, Reply
from chatls.terminal.session import ChatClient, OnEvent

MISNAMED = ("model_not_found", "session_not_found")
"""Reasons of a failure that another argument would mend."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the user says, and to whom. What is None is left to the server."""

    text: str
    attachments: tuple[Json, ...] = ()
    session_id: str | None = None
    """It may be the beginning of an id, "" is the session that was used last: `resumed` knows which is meant."""
    agent: str | None = None
    model: str | None = None

    def params(self) -> Json:
        """The params of its `chat/stream`."""
        message: Json = {"content": self.text}
        if self.attachments:
            message["attachments"] = list(self.attachments)
        chosen = {"sessionId": self.session_id, "agent": self.agent, "model": self.model}
        return {"message": message, **{key: value for key, value in chosen.items() if value}}


@dataclass(frozen=True, slots=True)
class Hearer:
    """Who hears of a turn: its events, its result."""

    on_event: OnEvent
    on_end: Callable[[Reply], None]


class Turn:
    """A message that was sent."""

    def __init__(self, client: ChatClient, question: Question, hearer: Hearer) -> None:
        self._client = client
        self._hearer = hearer
        self.ended = False
        self._request_id = client.stream(question.params(), hearer.on_event, self._answered)

    def cancel(self) -> None:
        """End it; the result still comes."""
        if not self.ended:
            self._client.cancel(self._request_id)

    def _answered(self, reply: Reply) -> None:
        self.ended = True
        self._hearer.on_end(reply)


def exit_code(reply: Reply) -> int:
    """What a program that asked this one question returns."""
    if reply.error:
        misused = reply.error.code == INVALID_PARAMS or reply.error.data.get("reason") in MISNAMED
        return exits.USAGE if misused else exits.FAILED
    return exits.CANCELLED if reply.values.get("stopReason") == "cancelled" else exits.DONE


def resumed(
    client: ChatClient, question: Question, send: Callable[[Question], None], fail: Callable[[Reply], None]
) -> None:
    """`send` the question once it is known in which session; `fail` where there is none such."""

    def found(session: Json | Failure) -> None:
        if isinstance(session, Failure):
            fail(Reply(error=session))
        else:
            send(replace(question, session_id=session_id(session)))

    if question.session_id is None:
        send(question)
    else:
        find_session(client.peer, question.session_id, found, NOT_A_MESSAGE)
