"""The server process is started here, before anything else of the client is imported: its start is what takes longest.

Nothing but `subprocess` may be imported here. `start.py` calls it first of all; `process.py` talks to what it started.
"""

import subprocess
import sys
from collections.abc import Sequence

Process = subprocess.Popen[bytes]


def default_command() -> list[str]:
    """The command that starts this installation's own server."""
    # -P: a file of the workspace called json.py must not be imported by the server.
    return [sys.executable, "-P", "-m", "chatls"]


def spawn(command: Sequence[str]) -> Process:
    """Start a server.

    Raises:
        OSError: the command cannot be started.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Ctrl-C goes to the whole foreground group: it is ours to handle, and must not end the server.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
