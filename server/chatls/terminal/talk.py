"""What the commands of a conversation need of it, and how they show a list. `conversation.py` is it.

Called by `actions.py`, `session_actions.py` and `undoing.py`.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from chatls.terminal.approval import Approval, Decision
from chatls.terminal.link import Link
from chatls.terminal.rows import Block
from chatls.terminal.rpc import Failure, Json, Reply
from chatls.terminal.screen import Screen
from chatls.terminal.turn import Question
from chatls.terminal.view import Change


class Talk(Protocol):
    """A conversation, as its commands see it."""

    chosen: Question
    grants: Sequence[Json]
    """Those that were listed last: their numbers are what the user has before the eyes."""
    sessions: Sequence[Json]
    """The same for sessions."""
    link: Link
    screen: Screen

    @property
    def changes(self) -> Sequence[Change]: ...

    @property
    def is_busy(self) -> bool: ...

    def note(self, text: str) -> None: ...

    def fail(self, failure: Failure) -> None: ...

    def give_up(self, failure: Failure) -> None: ...

    def ask_ourselves(self, question: Approval, answered: Callable[[Decision | None], None]) -> None: ...

    def say(self, text: str) -> bool: ...

    def go_on(self) -> None: ...

    def quit(self) -> None: ...


def is_answering(talk: Talk) -> bool:
    """Whether an answer keeps the session from being left; that is told."""
    if talk.is_busy:
        talk.note("An answer is running: Ctrl-C stops it.")
    return talk.is_busy


def request(talk: Talk, method: str, params: Json, on_result: Callable[[Json], None]) -> None:
    """Ask the server; a refusal is shown."""

    def answered(reply: Reply) -> None:
        if reply.error:
            talk.fail(reply.error)
        else:
            on_result(reply.values)

    talk.link.client.peer.request(method, params, answered)


def show_list(talk: Talk, method: str, lines: Callable[[Json], Sequence[str]], params: Json | None = None) -> None:
    """Show what the server answers, as lines."""
    request(talk, method, params or {}, lambda values: talk.screen.interject(Block("plain", "\n".join(lines(values)))))


def numbered(listed: Sequence[Json], number: str) -> Json | None:
    """The item of a list that was shown with this number."""
    return listed[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(listed) else None
