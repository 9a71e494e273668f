"""The program's own stdin and stdout: what they are, and what must not go wrong with them.

Imports nothing of weight: `start.py` asks before the server is started.
"""

import errno
import os
import sys
from typing import TextIO, cast


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at it. A stream that was closed before the program began is None."""
    return stream is not None and stream.isatty()


def stdin() -> TextIO | None:
    return cast("TextIO | None", sys.stdin)


def stdout() -> TextIO:
    """stdout, writing `?` for what its encoding does not have instead of failing; nowhere, where it was closed."""
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if callable(reconfigure := getattr(sys.stdout, "reconfigure", None)):
        reconfigure(errors="replace")
    return sys.stdout


def is_full(error: OSError) -> bool:
    """Whether a stream could not be written to for want of space."""
    return error.errno == errno.ENOSPC and error.filename is None


def forget_stdout() -> None:
    """Nobody reads stdout: what is still buffered must not raise once more when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
