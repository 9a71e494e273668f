"""Puts a conversation in a terminal together and runs it: the one event loop of this client, and its heavy imports.

Called by `asking.py` where stdout is a terminal.
"""

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from chatls.terminal import exits
from chatls.terminal.completing import ChatCompleter
from chatls.terminal.conversation import Conversation
from chatls.terminal.line import InputLine
from chatls.terminal.link import Link
from chatls.terminal.lookup import Lookups
from chatls.terminal.places import history_file
from chatls.terminal.process import ServerProcess
from chatls.terminal.screen import Screen
from chatls.terminal.turn import Question
from chatls.terminal.undoing import CHOICES


def converse(server: ServerProcess, command: Sequence[str], folder: Path, question: Question) -> int:
    """Ask one question, or have a conversation where it has no text; returns the exit code."""
    return asyncio.run(_converse(server, command, folder, question))


async def _converse(server: ServerProcess, command: Sequence[str], folder: Path, question: Question) -> int:
    conversation = Conversation(question, folder)
    link = Link(server, command, folder, conversation)
    line = None if question.text else _input_line(conversation, link)
    screen = Screen(line, conversation)
    _leave_on_signals(lambda: screen.leave(exits.CANCELLED))
    return await conversation.run(link, screen)


def _leave_on_signals(leave: Callable[[], None]) -> None:
    """Put the terminal in order when the program is told to end; where there are no such signals, it just ends."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        with suppress(NotImplementedError, AttributeError):
            loop.add_signal_handler(getattr(signal, name), leave)


def _input_line(conversation: Conversation, link: Link) -> InputLine:
    lookups = Lookups(link)

    async def revocations(_typed: str) -> Sequence[str]:
        return [f"revoke {number}" for number, _ in enumerate(conversation.grants, 1)]

    async def choices(_typed: str) -> Sequence[str]:
        numbers = [str(number) for number, _ in enumerate(conversation.sessions, 1)]
        return [*numbers, *(f"delete {number}" for number in numbers)]

    async def undoable(_typed: str) -> Sequence[str]:
        return list(CHOICES)

    arguments = {"model": lookups.models, "agent": lookups.agents, "grants": revocations, "sessions": choices}
    completer = ChatCompleter(lookups.message, {**arguments, "undo": undoable})
    return InputLine(conversation.submit, conversation.quit, completer, _history())


def _history() -> Path | None:
    """The file of what was typed; None where it cannot be written, and what is typed is forgotten at the end."""
    try:
        return history_file()
    except OSError:
        return None
