"""Writes that cannot wait, so that the event loop may make them itself: waking a thread costs more than a small write.

Only what each kind of output promises is known here; what may be written, and when, is up to `lsp/pipe.py`, which has
a thread for all the rest. Used by `lsp/serve.py`.
"""

import os
import select
import socket
import stat
import weakref
from collections.abc import Callable

WriteAtOnce = Callable[[bytes], int]
"""Writes as much as it can without waiting, and says how many bytes that were."""


def nothing_at_once(data: bytes) -> int:
    """For what may always have to wait."""
    del data
    return 0


def at_once_to(descriptor: int) -> WriteAtOnce:
    """How to write to a descriptor without waiting; a failure counts as nothing, and will meet the write that may wait.

    A pipe that has room takes `select.PIPE_BUF` bytes (POSIX, `write`), unless somebody else writes to it too. A
    socket, which is what Node.js gives its children, can be asked not to wait. Files and terminals promise nothing,
    and neither does Windows.
    """
    if not hasattr(select, "poll"):
        return nothing_at_once
    mode = os.fstat(descriptor).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return nothing_at_once
    write = _to_pipe(descriptor) if stat.S_ISFIFO(mode) else _to_socket(descriptor)

    def at_once(data: bytes) -> int:
        try:
            return write(data) if len(data) <= select.PIPE_BUF else 0
        except OSError:
            return 0

    return at_once


def _to_pipe(descriptor: int) -> WriteAtOnce:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return lambda data: os.write(descriptor, data) if poll.poll(0) == [(descriptor, select.POLLOUT)] else 0


def _to_socket(descriptor: int) -> WriteAtOnce:
    connection = socket.socket(fileno=os.dup(descriptor))

    def write(data: bytes) -> int:
        return connection.send(data, socket.MSG_DONTWAIT)

    weakref.finalize(write, connection.close)
    return write
