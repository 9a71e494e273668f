"""One message of the user, from sending it to its result.

An attachment that the server cannot read is left out and the message sent again: whether `@name` is a file is known
only there. Used by both modes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chatls.terminal import exits
from chatls.terminal.mentions import Attachment, refused_index
from chatls.terminal.rpc import Failure, Json, Reply
from chatls.terminal.session import ChatClient, OnEvent

NO_SESSION = "There is no session to resume in this workspace."


@dataclass(frozen=True, slots=True)
class Question:
    """What the user says, and to whom. What is None is left to the server."""

    text: str
    attachments: tuple[Attachment, ...] = ()
    session_id: str | None = None
    """"" is the session that was used last."""
    agent: str | None = None
    model: str | None = None

    def params(self, attachments: list[Attachment]) -> Json:
        """The params of its `chat/stream`."""
        message: Json = {"content": self.text}
        if attachments:
            message["attachments"] = [attachment.value for attachment in attachments]
        chosen = {"sessionId": self.session_id, "agent": self.agent, "model": self.model}
        return {"message": message, **{key: value for key, value in chosen.items() if value}}


@dataclass(frozen=True, slots=True)
class Hearer:
    """Who hears of a turn: its events, attachments that were left out, its result."""

    on_event: OnEvent
    on_left_out: Callable[[Attachment], None]
    on_end: Callable[[Reply], None]


class Turn:
    """A message that was sent."""

    def __init__(self, client: ChatClient, question: Question, hearer: Hearer) -> None:
        self._client = client
        self._question = question
        self._hearer = hearer
        self._attachments = list(question.attachments)
        self._request_id = 0
        self.ended = False
        self._send()

    def cancel(self) -> None:
        """End it; the result still comes."""
        if not self.ended:
            self._client.cancel(self._request_id)

    def _send(self) -> None:
        params = self._question.params(self._attachments)
        self._request_id = self._client.stream(params, self._hearer.on_event, self._answered)

    def _answered(self, reply: Reply) -> None:
        index = refused_index(reply.error)
        if reply.error and index is not None and index < len(self._attachments):
            self._hearer.on_left_out(self._attachments.pop(index))
            self._send()
        else:
            self.ended = True
            self._hearer.on_end(reply)


def exit_code(reply: Reply) -> int:
    """What a program that asked this one question returns."""
    if reply.error:
        return exits.FAILED
    return exits.CANCELLED if reply.values.get("stopReason") == "cancelled" else exits.DONE


def resumed(
    client: ChatClient, question: Question, send: Callable[[Question], None], fail: Callable[[Reply], None]
) -> None:
    """`send` the question once it is known in which session; `fail` where the last one is meant and there is none."""

    def found(session_id: str | None, failure: Failure | None) -> None:
        if session_id is None:
            fail(Reply(error=failure or Failure(0, NO_SESSION)))
        else:
            send(replace(question, session_id=session_id))

    if question.session_id == "":
        client.latest_session(found)
    else:
        send(question)
