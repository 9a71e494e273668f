"""A conversation in a terminal: what the user types becomes turns, what the server says is shown.

Ties together the server (`link.py`), the turn (`turn.py`, `view.py`) and the terminal (`screen.py`); what a command
does is in `actions.py` and `session_actions.py`. Runs in one event loop, all of it in callbacks. Built by
`interactive.py`, for a whole conversation or for one question whose answer a terminal shows.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from chatls import __version__
from chatls.terminal import actions, commands, exits, session_actions
from chatls.terminal.approval import REJECT_ONCE, Approval, Decision
from chatls.terminal.finding import NOT_A_MESSAGE
from chatls.terminal.link import Link
from chatls.terminal.rows import Block
from chatls.terminal.rpc import Failure, Json, Reply
from chatls.terminal.screen import Screen
from chatls.terminal.turn import Hearer, Question, Turn, exit_code
from chatls.terminal.view import Change, TurnView, fault

WAITED_FOR = {"approval": "waits for your answer"}
"""What a phase is called where its name does not say it."""
REVIVED_BY = "Your next message starts a new server, and goes on in this session."


class Conversation:
    """What is going on. `first` is the question to begin with; one without text begins a conversation.

    `now` is monotonic time in seconds.
    """

    link: Link
    screen: Screen

    def __init__(self, first: Question, folder: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._resumes = first.session_id
        """The session that is still to be found at the beginning, as the user named it."""
        self.chosen = replace(first, text="", attachments=(), session_id=None)
        """To whom the next message goes, and in which session."""
        self.grants: Sequence[Json] = ()
        self.sessions: Sequence[Json] = ()
        self._folder = folder
        self._asks_once = bool(first.text)
        self._waiting = first if self._asks_once else None
        self._warned = False
        self._own: dict[str, Callable[[Decision | None], None]] = {}
        """Who waits for the answers to questions that the server did not ask."""
        self._view = TurnView(self._now)
        self._changes: Sequence[Change] = ()
        self._turn: Turn | None = None
        self._lost = False
        self._last_failure = ""
        self._interrupted = float("-inf")
        self._started = self._now()

    async def run(self, link: Link, screen: Screen) -> int:
        """Converse over a link and a screen that call this object; returns the exit code."""
        self.link, self.screen = link, screen
        if not self._asks_once:
            self.note(f"chatls {__version__} in {self._folder}")
        link.open()
        try:
            return await screen.run()
        finally:
            self.link.close()

    @property
    def is_busy(self) -> bool:
        """Whether a message would have to wait."""
        return self._turn is not None or not self.link.is_ready or self._resumes is not None

    @property
    def changes(self) -> Sequence[Change]:
        """What the last answer that changed something has changed."""
        return self._view.changes or self._changes

    # What the user does

    def submit(self, text: str) -> bool:
        """A text was entered. False leaves it in the input line: it cannot be taken now."""
        command = commands.parse(text)
        if command and command.name in commands.COMMANDS:
            self.screen.interject(Block("user", text.strip()))
            actions.run(self, command)
            return True
        if command and self.link.is_ready and not self._waiting:
            actions.prompt(self, command, text)
            return True
        return self.say(text)

    def say(self, text: str) -> bool:
        """Send a message, or have it wait for the end of the turn. False: it cannot be taken now."""
        question = replace(self.chosen, text=text.strip())
        if not self.is_busy:
            self._send(question)
        elif self._waiting:
            self.note("One message waits already. Ctrl-C stops the answer, and it is sent.")
            return False
        else:
            self._waiting, self._warned = question, False
            self._revive()
        return True

    def interrupt(self) -> None:
        """Ctrl-C: stop the answer; soon after another one, or with nothing to stop in one-shot mode, leave. What was
        typed since the last one says that somebody stays."""
        now = self._now()
        twice = now - self._interrupted <= exits.TWICE_WITHIN and not self.screen.is_typing
        if twice or (self._asks_once and not self._turn):
            # What was shown of the answer stays.
            self.screen.finish(self._view.end())
            self.screen.leave(exits.CANCELLED)
        elif self._turn:
            # In this order: with the answer to a question the model would go on.
            self._turn.cancel()
            self.screen.withdraw_all()
        elif not self.screen.withdraw_all() and not self.screen.clear_input():
            self.note("Press Ctrl-C again to leave.")
        self._interrupted = now

    def quit(self) -> None:
        """Leave, with nothing wrong: at the second time where a message would be lost."""
        if self._waiting and not self._warned:
            self._warned = True
            self.note("A message waits to be sent. Ctrl-D again leaves without it.")
        else:
            self.screen.leave(exits.DONE)

    def decided(self, question: Approval, decision: Decision | None) -> None:
        """A question was answered; None refuses."""
        if told := _told(question, decision):
            self.note(told)
        if answered := self._own.pop(question.approval_id, None):
            answered(decision)
        else:
            self.link.client.decide(question, decision)

    def withdrawn(self, question: Approval) -> None:
        """A question was closed without the user's answer."""
        if not self._own.pop(question.approval_id, None):
            self.link.client.decide(question, None)

    # What is shown

    def note(self, text: str) -> None:
        """A word of ours."""
        self.screen.interject(Block("note", text))

    def fail(self, failure: Failure) -> None:
        """Something went wrong outside a turn."""
        for block in fault(failure.message, failure.hint):
            self.screen.interject(block)

    def status(self) -> str:
        """What is waited for, "" for nothing."""
        waits = " · 1 message waits" if self._waiting and not self._asks_once else ""
        if self._turn:
            seconds = self._now() - self._view.phase_since
            phase = WAITED_FOR.get(self._view.phase, self._view.phase)
            return f"{phase} · {seconds:.0f} s{waits} · Ctrl-C stops"
        if not self.link.is_ready and not self._lost:
            return f"starting · {self._now() - self._started:.0f} s{waits}"
        return ""

    def hint(self) -> str:
        """What may be done while nothing is waited for."""
        model = self.chosen.model or str(self._view.started.get("model", ""))
        return " · ".join(filter(None, [model, self.chosen.agent, "/help"]))

    # What the server says

    def on_ready(self, failure: Failure | None) -> None:
        if failure:
            self.fail(failure)
            self.screen.leave(exits.FAILED)
        elif self._resumes is not None:
            session_actions.resume(self, self._resumes, self.give_up, draws=not self._asks_once, hint=NOT_A_MESSAGE)
        else:
            self.go_on()

    def on_lost(self, reason: str) -> None:
        if self._asks_once:
            self.screen.leave(exits.FAILED)
            return
        self._lost = True
        self.screen.withdraw_all()
        if reason != self._last_failure:
            self.fail(Failure(0, reason))
        self.note(REVIVED_BY)

    def notice(self, level: int, text: str) -> None:
        self.screen.interject(Block("error" if level == 1 else "note", text))

    def ask(self, question: Approval) -> None:
        self.screen.ask(question)

    def ask_ourselves(self, question: Approval, answered: Callable[[Decision | None], None]) -> None:
        """Have the user decide about something that the server does not ask about."""
        self._own[question.approval_id] = answered
        self.screen.ask(question)

    def withdraw(self, approval_id: str) -> None:
        self.screen.withdraw(approval_id)

    def give_up(self, failure: Failure) -> None:
        """There is no session to begin with: the end of one question, a new session in a conversation."""
        self.fail(failure)
        self._resumes = None
        if self._asks_once:
            self.screen.leave(exit_code(Reply(error=failure)))
        elif self.link.is_ready:
            self.note("The next message begins a new session.")
            self.go_on()

    def go_on(self) -> None:
        """Send the message that waits, if one does."""
        waiting, self._waiting, self._resumes = self._waiting, None, None
        self.screen.refresh()
        if waiting:
            self._send(replace(waiting, session_id=self.chosen.session_id))

    def _send(self, question: Question) -> None:
        if not self._asks_once:
            self.screen.interject(Block("user", question.text))
        self._changes = self.changes
        self._view = TurnView(self._now)
        turn = Turn(self.link.client, question, Hearer(self._on_event, self._on_end))
        # It has ended already where the server is gone.
        self._turn = None if turn.ended else turn

    def _on_event(self, event: Json) -> None:
        self.screen.finish(self._view.feed(event))
        self.screen.show(self._view.open())
        if event.get("type") == "start":
            self.chosen = replace(self.chosen, session_id=str(event.get("sessionId")))

    def _on_end(self, reply: Reply) -> None:
        self._turn = None
        self._last_failure = reply.error.message if reply.error else ""
        self.screen.finish(self._view.end(reply))
        self.screen.show(())
        if self._asks_once:
            self.screen.leave(exit_code(reply))
        elif self.link.is_ready:
            self._forget_what_is_gone(reply.error)
            self.go_on()

    def _forget_what_is_gone(self, failure: Failure | None) -> None:
        """A session that was deleted elsewhere, or never was on disk, is not asked for again and again."""
        if failure and failure.data.get("reason") == "session_not_found":
            self.chosen = replace(self.chosen, session_id=None)
            self.note("The next message begins a new session.")

    def _revive(self) -> None:
        if not self._lost:
            return
        self._lost, self._started = False, self._now()
        try:
            self.link.reopen()
        except OSError as error:
            self._lost, self._waiting = True, None
            self.fail(Failure(0, f"The server cannot be started: {error}."))


def _told(question: Approval, decision: Decision | None) -> str:
    """A decision in a few words: the label of the answer, which says what it grants, and what was asked about.

    Nothing for a call that is refused this once: its own line on the screen says so.
    """
    choice = decision.choice if decision else question.refusal
    if question.about_call and (choice is None or choice.kind == REJECT_ONCE):
        return ""
    label = choice.label if choice else "Rejected"
    if decision and decision.parts is not None:
        label = f"{label}, {len(decision.parts)} of {len(question.parts)} parts"
    return label if question.title in label else f"{label}: {question.title}"
