"""How `chatls chat` begins: the server process is started, and then it is seen what is asked and how it is shown.

Start-up counts. The server is started before most of this program is imported; rich and prompt_toolkit are imported
while it gets ready, and only where a terminal shows the answer. Called by `main.py`.
"""

import sys
from pathlib import Path

from chatls.terminal import exits
from chatls.terminal.exits import fail
from chatls.terminal.main import ChatArgs
from chatls.terminal.process import ServerProcess, default_command
from chatls.terminal.workspace import workspace_folder


def chat(args: ChatArgs) -> int:
    """Run `chatls chat`; returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 cancelled."""
    try:
        folder = workspace_folder(args.workspace, Path.cwd())
    except ValueError as error:
        return fail(str(error), exits.USAGE)
    if problem := _usage_problem(args):
        return fail(problem, exits.USAGE)
    command = args.server or default_command()
    try:
        server = ServerProcess(command)
    except OSError as error:
        return fail(f"The server cannot be started: {error}.")
    try:
        from chatls.terminal.asking import ask  # not needed before the server is started

        return ask(args, folder, server)
    except KeyboardInterrupt:
        return exits.CANCELLED
    finally:
        server.stop()


def _usage_problem(args: ChatArgs) -> str | None:
    if args.prompt is not None or not sys.stdin.isatty():
        return None
    if args.json:
        return "--json needs a PROMPT, or text piped into it."
    if not sys.stdout.isatty():
        return "A conversation needs a terminal to show it: give a PROMPT, or do not redirect stdout."
    return None
