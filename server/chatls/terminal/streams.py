"""The program's own stdin and stdout: what they are, and what must not go wrong with them.

Imports nothing but `sys` and `os`: `start.py` asks before the server is started.
"""

import os
import sys
from typing import TextIO, cast


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at it. A stream that was closed before the program began is None."""
    return stream is not None and stream.isatty()


def stdin() -> TextIO | None:
    return cast("TextIO | None", sys.stdin)


def stdout() -> TextIO:
    """stdout, writing `?` for what its encoding does not have instead of failing."""
    if callable(reconfigure := getattr(sys.stdout, "reconfigure", None)):
        reconfigure(errors="replace")
    return sys.stdout


def forget_stdout() -> None:
    """Nobody reads stdout: what is still buffered must not raise once more when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
