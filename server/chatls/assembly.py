"""The composition root of the server: sets up the log, puts the rooms together, runs.

The only file that knows all rooms. What `initialize` does not need is imported after it was answered, all of it in
`_import_rooms` and in a thread: an editor starts as fast as bare pygls, and no request has to wait for an import it
does not need.
"""

import asyncio
import gc
import importlib
import logging
import logging.handlers
import os
from pathlib import Path
from typing import TYPE_CHECKING

from chatls.lsp.lean import leave_out_plugins
from chatls.lsp.serve import serve

if TYPE_CHECKING:
    from chatls.lsp.pipe import BackpressureHandler
    from chatls.lsp.protocol import ChatProtocol
    from chatls.lsp.requests import Requests
    from chatls.rooms import Rooms

LOG_BYTES = 5 * 1024 * 1024
QUIET = {"pygls": logging.CRITICAL, "httpcore": logging.WARNING}
"""Libraries that would write messages, or headers with keys, into the log."""
CLOSE_SECONDS = 0.5
"""What the disk gets at the end: clients kill after 2 seconds."""
LATE = ("chatls.lsp.requests", "chatls.rooms")


def run_server(log_file: str | None, log_level: str) -> int:
    """Serve stdin and stdout until the editor is gone. Ends the process: the reader thread may sit in a read."""
    _set_up_log(Path(log_file) if log_file else _default_log_file(), log_level)
    assembly = Assembly()
    code = asyncio.run(serve(assembly.build))
    assembly.close()
    logging.shutdown()
    os._exit(code)


class Assembly:
    """Makes the chat methods, the rooms behind them only once."""

    def __init__(self) -> None:
        self._rooms: Rooms | None = None

    async def build(self, client_settings: object, protocol: "ChatProtocol", pipe: "BackpressureHandler") -> "Requests":
        """The chat methods under the client's configuration layer."""
        await asyncio.to_thread(_import_rooms)
        from chatls.lsp.editor import LspEditor
        from chatls.lsp.requests import Requests
        from chatls.rooms import Rooms

        editor = LspEditor(protocol)
        if self._rooms is None:
            self._rooms = Rooms(editor)
            _watch_for_garbage()
        return Requests(self._rooms.services(client_settings), editor, pipe, protocol.tokens)

    def close(self) -> None:
        """Write what is still to be kept; nothing else runs any more."""
        if self._rooms is not None:
            self._rooms.close(CLOSE_SECONDS)


def _watch_for_garbage() -> None:
    """Imports are over (`cli.py`): what they made stays, and from now on garbage is looked for among what comes."""
    gc.freeze()
    gc.set_threshold(10_000, 5, 5)


def _import_rooms() -> None:
    leave_out_plugins()
    for name in LATE:
        importlib.import_module(name)


def _default_log_file() -> Path:
    from chatls.folders import default_log_file

    return default_log_file()


def _set_up_log(file: Path, level: str) -> None:
    """Log to a file that rotates; without one that can be written to, not at all: stdout is the wire."""
    for name, threshold in QUIET.items():
        logging.getLogger(name).setLevel(threshold)
    root = logging.getLogger()
    root.setLevel(level.upper())
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError:
        root.addHandler(logging.NullHandler())
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"))
    root.addHandler(handler)
