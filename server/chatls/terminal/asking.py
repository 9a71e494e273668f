"""What is asked, and which way the answer is shown: plain, or drawn in a terminal, once or in a conversation.

Reads stdin where it is no terminal. Called by `start.py` when the server was started.
"""

import threading

from chatls.terminal import exits
from chatls.terminal.args import ChatArgs
from chatls.terminal.process import ServerProcess
from chatls.terminal.rpc import Json
from chatls.terminal.spawn import Process, default_command
from chatls.terminal.streams import is_terminal, stdin, stdout
from chatls.terminal.turn import Question
from chatls.terminal.workspace import workspace_folder

MAX_STDIN = 32 * 1024 * 1024
"""Bytes of piped text; half of what one message may have, as JSON makes it longer."""
PATIENCE = 2.0
"""Seconds after which it is said that stdin is still read: it may be nobody's."""
STILL_READING = "Reading from stdin until it ends (`< /dev/null` if nothing is to be read)."


def ask(args: ChatArgs, process: Process) -> int:
    """Ask a server that was started what the arguments and stdin say, and end it; returns the exit code."""
    server = ServerProcess(process)
    try:
        return _ask(args, server)
    finally:
        server.stop()


def _ask(args: ChatArgs, server: ServerProcess) -> int:
    try:
        folder = workspace_folder(args.workspace)
        question = _question(args, "" if is_terminal(stdin()) else _piped())
    except ValueError as error:
        return exits.fail(str(error), exits.USAGE)
    if args.json or not _terminal_draws():
        if not question.text:
            return exits.fail("This terminal cannot show a conversation (TERM is dumb): give a PROMPT.", exits.USAGE)
        from chatls.terminal.oneshot import OneShot

        return OneShot(server, question, as_json=args.json).run(folder)
    from chatls.terminal.interactive import converse

    return converse(server, args.server or default_command(), folder, question)


def _question(args: ChatArgs, piped: str) -> Question:
    """The question; its text is empty where a conversation is to begin.

    Raises:
        ValueError: there is none, and no terminal to have a conversation in.
    """
    beside: tuple[Json, ...] = ({"type": "text", "name": "stdin", "text": piped},) if args.prompt and piped else ()
    text = args.prompt or piped
    if not text.strip() and (args.prompt is not None or not is_terminal(stdin())):
        place = " (before --resume, or behind `--`)" if args.resume else ""
        raise ValueError(f"There is nothing to ask: give a PROMPT{place}, or pipe text into it.")
    return Question(text, beside, args.resume, args.agent, args.model)


def _piped() -> str:
    """All of stdin.

    Raises:
        ValueError: it is too long to be one message.
    """
    if (source := stdin()) is None:
        return ""
    patience = threading.Timer(PATIENCE, exits.fail, [STILL_READING])
    patience.daemon = True
    patience.start()
    data = source.buffer.read(MAX_STDIN + 1)
    patience.cancel()
    if len(data) > MAX_STDIN:
        raise ValueError(f"The piped text is longer than {MAX_STDIN >> 20} MiB: attach the file with @PATH instead.")
    return data.decode(errors="replace")


def _terminal_draws() -> bool:
    if not is_terminal(stdout()):
        return False
    from prompt_toolkit.utils import is_dumb_terminal

    return not is_dumb_terminal()
