"""The command `chatls`: its arguments, and which room they lead to.

Each command imports what it needs when it is chosen: the server nothing of the terminal's libraries and, started as
an editor starts it, no parser of arguments either; the terminal client nothing of the server's. The server is put
together in `assembly.py`.
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    _speak_utf8()
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments:
        return _serve()
    from chatls.terminal import args, exits, streams

    try:
        code = _run(args.command_line().parse_args(arguments))
        streams.stdout().flush()
    except OSError as error:
        if not streams.is_full(error):
            raise
        streams.forget_stdout()
        return exits.fail("What it says cannot be written: there is no space left.")
    return code


def _run(parsed: "Namespace") -> int:
    from chatls.terminal import args

    match parsed.command:
        case "chat":
            from chatls.terminal.start import chat

            return chat(args.chat_args(parsed))
        case "models":
            from chatls.terminal.models import models

            return models(args.ModelsArgs(parsed.workspace))
        case "sessions":
            from chatls.terminal.sessions import sessions

            return sessions(args.sessions_args(parsed))
        case "config":
            from chatls.terminal.config import config

            return config(args.ConfigArgs(parsed.workspace, parsed.json))
        case "doctor":
            from chatls.terminal.doctor import doctor

            return doctor(args.ModelsArgs(parsed.workspace))
        case _:
            return _serve(parsed.log_file, parsed.log_level)


def _speak_utf8() -> None:
    """Start anew where Python would take names of files for something else: on every system they are UTF-8 today."""
    if sys.getfilesystemencoding() != "utf-8" and not sys.flags.utf8_mode:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def _serve(log_file: str | None = None, log_level: str = "info") -> int:
    if sys.stdin.isatty():
        sys.stderr.write("chatls: speaking LSP on stdin and stdout, as an editor wants it; to chat here: chatls chat\n")
    # What imports throw away they throw away at once: garbage is looked for among the youngest objects alone, until
    # `assembly.py` has imported everything. Looking through the rest again and again is a tenth of the start.
    gc.set_threshold(2_000, 1_000, 1_000)
    from chatls.lsp.lean import import_lsprotocol

    import_lsprotocol()
    from chatls.assembly import run_server

    return run_server(log_file, log_level)
