"""The arguments of `chatls` and its commands.

`cli.py` imports this where there are any. The terminal client begins with it, before a server is started, so nothing
but argparse is imported here.
"""

import argparse
from collections.abc import Sequence
from typing import NamedTuple

from chatls import __version__

LOG_LEVELS = ("debug", "info", "warning", "error")


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


def command_line() -> argparse.ArgumentParser:
    """The parser of all; what it finds has the command's name as `command`, None for the server."""
    parser = argparse.ArgumentParser(prog="chatls", description="A chat language server, and a chat in the terminal.")
    parser.add_argument("--version", action="version", version=f"chatls {__version__}")
    parser.add_argument("--log-file", metavar="FILE", help="where the server logs to")
    parser.add_argument("--log-level", choices=LOG_LEVELS, default="info", help="how much it logs (default: info)")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    commands.add_parser("serve", help="speak LSP on stdin and stdout (what an editor starts; the default)")
    add_chat_arguments(commands.add_parser("chat", help="talk in this terminal"))
    add_sessions_arguments(commands.add_parser("sessions", help="list, rename and delete what was talked about"))
    add_workspace_argument(commands.add_parser("models", help="list the models that can be reached"))
    add_config_arguments(commands.add_parser("config", help="print the settings and where each comes from"))
    add_workspace_argument(commands.add_parser("doctor", help="say what is wrong with this set-up"))
    return parser


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
