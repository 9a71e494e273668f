"""What `cli.py` calls for `chatls chat`, `chatls models` and `chatls doctor`: their arguments, and what runs them.

Start-up counts: the server process is started before anything else is imported or read, and rich and prompt_toolkit
only where a terminal shows the answer.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chatls.terminal.mentions import Attachment, mentioned
from chatls.terminal.process import ServerProcess, default_command
from chatls.terminal.turn import EXIT_CANCELLED, EXIT_FAILED, EXIT_USAGE, Question
from chatls.terminal.workspace import workspace_folder

MAX_STDIN = 32 * 1024 * 1024
"""Bytes of piped text; half of what one message may have, as JSON makes it longer."""


@dataclass(frozen=True, slots=True)
class ModelsArgs:
    """What `chatls models` and `chatls doctor` were called with; `server` is another command that starts a server."""

    workspace: str | None = None
    server: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class ChatArgs:
    """What `chatls chat` was called with. `resume` is a session's id, "" for the one used last, None for a new one."""

    prompt: str | None = None
    model: str | None = None
    agent: str | None = None
    workspace: str | None = None
    resume: str | None = None
    json: bool = False
    server: Sequence[str] | None = None


def add_workspace_argument(parser: argparse.ArgumentParser) -> None:
    """The argument of `chatls models` and `chatls doctor`."""
    parser.add_argument(
        "--workspace", metavar="DIR", help="the folder to talk about (default: the git repository here, or this folder)"
    )


def add_chat_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `chatls chat`."""
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="ask this, print the answer, and end")
    parser.add_argument("--model", metavar="ID", help='which model answers, as "provider/model" (see: chatls models)')
    parser.add_argument("--agent", metavar="ID", help="which agent answers")
    parser.add_argument(
        "--resume", nargs="?", const="", metavar="ID", help="go on with a session (default: the one used last)"
    )
    parser.add_argument("--json", action="store_true", help="print the events of the answer, one JSON object a line")
    add_workspace_argument(parser)


def chat_args(parsed: argparse.Namespace) -> ChatArgs:
    """What was parsed by a parser with `add_chat_arguments`."""
    prompt = " ".join(parsed.prompt) or None
    return ChatArgs(prompt, parsed.model, parsed.agent, parsed.workspace, parsed.resume, parsed.json)


def run_chat(args: ChatArgs) -> int:
    """`chatls chat`: one answer, or a conversation; returns the exit code."""
    try:
        folder = workspace_folder(args.workspace, Path.cwd())
    except ValueError as error:
        return _usage(str(error))
    if problem := _usage_problem(args):
        return _usage(problem)
    try:
        server = ServerProcess(args.server or default_command())
    except OSError as error:
        return _fail(f"The server cannot be started: {error.strerror}.")
    try:
        return _chat(args, folder, server)
    except KeyboardInterrupt:
        return EXIT_CANCELLED
    finally:
        server.stop()


def run_models(args: ModelsArgs) -> int:
    """`chatls models`: what can be reached; returns the exit code."""
    from chatls.terminal.models import show_models

    return show_models(args.server or default_command(), workspace_folder(args.workspace, Path.cwd()))


def run_doctor(args: ModelsArgs) -> int:
    """`chatls doctor`: what is wrong with this set-up and how to mend it; returns the exit code."""
    from chatls.terminal.doctor import examine

    return examine(args.server or default_command(), workspace_folder(args.workspace, Path.cwd()))


def _chat(args: ChatArgs, folder: Path, server: ServerProcess) -> int:
    try:
        piped = "" if sys.stdin.isatty() else _read_piped()
    except ValueError as error:
        return _usage(str(error))
    interactive = args.prompt is None and sys.stdin.isatty()
    if not interactive and not (args.prompt or piped).strip():
        return _usage("There is nothing to ask: give a PROMPT, or pipe text into it.")
    question = _question(args, folder, piped)
    if interactive or _shows_colour(args):
        from chatls.terminal.interactive import converse

        return converse(server, args.server or default_command(), folder, question, asks_once=not interactive)
    from chatls.terminal.oneshot import OneShot

    return OneShot(server, question, as_json=args.json).run(folder)


def _question(args: ChatArgs, folder: Path, piped: str) -> Question:
    prompt = args.prompt or piped
    attachments = mentioned(args.prompt or "", folder)
    if args.prompt and piped:
        attachments.append(Attachment("stdin", {"type": "text", "name": "stdin", "text": piped}))
    return Question(prompt, tuple(attachments), args.resume, args.agent, args.model)


def _usage_problem(args: ChatArgs) -> str | None:
    if args.prompt is not None or not sys.stdin.isatty():
        return None
    if args.json:
        return "--json needs a PROMPT, or text piped into it."
    if not sys.stdout.isatty():
        return "A conversation needs a terminal to show it: give a PROMPT, or leave stdout alone."
    return None


def _shows_colour(args: ChatArgs) -> bool:
    return sys.stdout.isatty() and not args.json


def _read_piped() -> str:
    """All of stdin.

    Raises:
        ValueError: it is too long to be one message.
    """
    data = sys.stdin.buffer.read(MAX_STDIN + 1)
    if len(data) > MAX_STDIN:
        raise ValueError(f"The piped text is longer than {MAX_STDIN >> 20} MiB: attach the file with @PATH instead.")
    return data.decode(errors="replace")


def _usage(problem: str) -> int:
    return _fail(problem, EXIT_USAGE)


def _fail(problem: str, code: int = EXIT_FAILED) -> int:
    sys.stderr.write(f"chatls: {problem}\n")
    return code
