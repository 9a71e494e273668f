"""How `chatls chat` begins: the server process is started, and only then is it seen what is asked.

Start-up counts: what is imported here is imported before the server is started. Called by `cli.py`.
"""

from chatls.terminal import exits
from chatls.terminal.args import ChatArgs
from chatls.terminal.spawn import default_command, spawn
from chatls.terminal.streams import is_terminal, stdin, stdout


def chat(args: ChatArgs) -> int:
    """Run `chatls chat`; returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 cancelled."""
    if problem := _usage_problem(args):
        return exits.fail(problem, exits.USAGE)
    try:
        server = spawn(args.server or default_command())
    except OSError as error:
        return exits.fail(f"The server cannot be started: {error}.")
    try:
        from chatls.terminal.asking import ask  # the rest of the client, while the server gets ready

        return ask(args, server)
    except KeyboardInterrupt:
        return exits.CANCELLED


def _usage_problem(args: ChatArgs) -> str | None:
    if args.prompt is not None or not is_terminal(stdin()):
        return None
    if args.json:
        return "--json needs a PROMPT, or text piped into it."
    if not is_terminal(stdout()):
        return "A conversation needs a terminal to show it: give a PROMPT, or do not redirect stdout."
    return None
