"""Files of this client: its history, and where the server's log is told to be.

Imported late: none of it is needed before the server is started.
"""

import os
from pathlib import Path

from chatls.folders import default_log_file, state_dir
from chatls.terminal.process import ServerProcess


def history_file() -> Path:
    """What the user typed, readable for the user alone; made if need be.

    Raises:
        OSError: the user's state folder cannot be written.
    """
    folder = state_dir()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "history"
    os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    return path


def server_ended(server: ServerProcess) -> str:
    """One sentence for a server that ended by itself: how, and where it says more."""
    return f"The server ended unexpectedly ({server.epitaph()}); its log is {default_log_file()}."
