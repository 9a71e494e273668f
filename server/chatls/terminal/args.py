"""The arguments of `chatls chat`, `chatls sessions`, `chatls models`, `chatls config` and `chatls doctor`.

`cli.py` imports this for every command, the server's among them, so nothing but argparse is imported here.
"""

import argparse
from collections.abc import Sequence
from typing import NamedTuple


class ModelsArgs(NamedTuple):
    """What `chatls models` and `chatls doctor` were called with; `server` is another command that starts a server."""

    workspace: str | None = None
    server: Sequence[str] | None = None


class ConfigArgs(NamedTuple):
    """What `chatls config` was called with."""

    workspace: str | None = None
    json: bool = False


class ChatArgs(NamedTuple):
    """What `chatls chat` was called with.

    `resume` is a session's id or the beginning of it, "" for the one used last, None for a new one.
    """

    prompt: str | None = None
    model: str | None = None
    agent: str | None = None
    workspace: str | None = None
    resume: str | None = None
    json: bool = False
    server: Sequence[str] | None = None


class SessionsArgs(NamedTuple):
    """What `chatls sessions` was called with. `action` is rename or delete, "" for a list."""

    action: str = ""
    session: str = ""
    """The id of the one that is meant, or the beginning of it."""
    title: str = ""
    query: str | None = None
    json: bool = False
    workspace: str | None = None
    server: Sequence[str] | None = None


def add_workspace_argument(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """The argument of `chatls models` and `chatls doctor`."""
    about = "the folder to talk about (default: the git repository here, or this folder)"
    parser.add_argument("--workspace", metavar="DIR", default=default, help=about)


def add_config_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `chatls config`."""
    parser.add_argument("--json", action="store_true", help="print them as one JSON object")
    add_workspace_argument(parser)


def add_chat_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `chatls chat`."""
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="ask this, show the answer, and end")
    parser.add_argument("--model", metavar="ID", help='which model answers, as "provider/model" (see: chatls models)')
    parser.add_argument("--agent", metavar="ID", help="which agent answers")
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="ID",
        help="go on with a session: its id, or the beginning of it (default: the one used last)",
    )
    parser.add_argument("--json", action="store_true", help="print the events of the answer, one JSON object a line")
    add_workspace_argument(parser)


def chat_args(parsed: argparse.Namespace) -> ChatArgs:
    """What a parser with `add_chat_arguments` found."""
    prompt = " ".join(parsed.prompt) if parsed.prompt else None
    return ChatArgs(prompt, parsed.model, parsed.agent, parsed.workspace, parsed.resume, parsed.json)


def add_sessions_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `chatls sessions`; the folder may be named before and behind what is to be done."""
    parser.add_argument("--query", metavar="WORDS", help="only those whose title or messages have these words")
    parser.add_argument("--json", action="store_true", help="print them as one JSON object")
    add_workspace_argument(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    rename = actions.add_parser("rename", help="give one another title")
    delete = actions.add_parser("delete", help="forget one, with all its turns")
    for action in (rename, delete):
        action.add_argument("session", metavar="ID", help="its id, or the beginning of it")
        add_workspace_argument(action, argparse.SUPPRESS)
    rename.add_argument("title", metavar="TITLE", nargs="+")


def sessions_args(parsed: argparse.Namespace) -> SessionsArgs:
    """What a parser with `add_sessions_arguments` found."""
    if not parsed.action:
        return SessionsArgs(query=parsed.query, json=parsed.json, workspace=parsed.workspace)
    title = " ".join(getattr(parsed, "title", ()))
    return SessionsArgs(parsed.action, parsed.session, title, workspace=parsed.workspace)
