"""The command `chatls`: its arguments, and which room they lead to.

Each command imports what it needs when it is chosen: the server nothing of the terminal's libraries, the terminal
client nothing of the server's. The server is put together in `assembly.py`.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from chatls import __version__
from chatls.terminal import main as terminal

LOG_LEVELS = ("debug", "info", "warning", "error")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    parsed = _parser().parse_args(argv)
    match parsed.command:
        case "chat":
            return terminal.run_chat(terminal.chat_args(parsed))
        case "models":
            return terminal.run_models(terminal.ModelsArgs(parsed.workspace))
        case "doctor":
            return terminal.run_doctor(terminal.ModelsArgs(parsed.workspace))
        case _:
            from chatls.assembly import run_server  # pygls and lsprotocol: for the server alone

            return run_server(parsed.log_file, parsed.log_level)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chatls", description="A chat language server, and a chat in the terminal.")
    parser.add_argument("--version", action="version", version=f"chatls {__version__}")
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="where the server logs to")
    parser.add_argument("--log-level", choices=LOG_LEVELS, default="info", help="how much it logs (default: info)")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    commands.add_parser("serve", help="speak LSP on stdin and stdout (what an editor starts; the default)")
    terminal.add_chat_arguments(commands.add_parser("chat", help="talk in this terminal"))
    terminal.add_workspace_argument(commands.add_parser("models", help="list the models that can be reached"))
    terminal.add_workspace_argument(commands.add_parser("doctor", help="say what is wrong with this set-up"))
    return parser
