"""The commands `chatls chat`, `chatls models` and `chatls doctor`: their arguments, and what runs them.

`cli.py` imports this for every command, the server's among them, so nothing but argparse is imported here; what a
command needs comes with the room it leads to.
"""

import argparse
from collections.abc import Sequence
from typing import NamedTuple


class ModelsArgs(NamedTuple):
    """What `chatls models` and `chatls doctor` were called with; `server` is another command that starts a server."""

    workspace: str | None = None
    server: Sequence[str] | None = None


class ChatArgs(NamedTuple):
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
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="ask this, show the answer, and end")
    parser.add_argument("--model", metavar="ID", help='which model answers, as "provider/model" (see: chatls models)')
    parser.add_argument("--agent", metavar="ID", help="which agent answers")
    parser.add_argument(
        "--resume", nargs="?", const="", metavar="ID", help="go on with a session (default: the one used last)"
    )
    parser.add_argument("--json", action="store_true", help="print the events of the answer, one JSON object a line")
    add_workspace_argument(parser)


def chat_args(parsed: argparse.Namespace) -> ChatArgs:
    """What a parser with `add_chat_arguments` found."""
    prompt = " ".join(parsed.prompt) if parsed.prompt else None
    return ChatArgs(prompt, parsed.model, parsed.agent, parsed.workspace, parsed.resume, parsed.json)


def run_chat(args: ChatArgs) -> int:
    """One answer, or a conversation; returns the exit code."""
    from chatls.terminal.start import chat

    return chat(args)


def run_models(args: ModelsArgs) -> int:
    """What can be reached; returns the exit code."""
    from chatls.terminal.models import models

    return models(args)


def run_doctor(args: ModelsArgs) -> int:
    """What is wrong with this set-up and how to mend it; returns the exit code."""
    from chatls.terminal.doctor import doctor

    return doctor(args)
