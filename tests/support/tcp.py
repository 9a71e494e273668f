"""What the servers of the tests share: they leave no connection behind, and know how to break one."""

import asyncio
import socket
import struct
from collections.abc import Generator
from contextlib import contextmanager


class OpenConnections:
    """The connections of a server: closed and waited for when it ends, so that none outlives its event loop."""

    def __init__(self) -> None:
        self._writers: set[asyncio.StreamWriter] = set()
        self._none = asyncio.Event()

    @contextmanager
    def holding(self, writer: asyncio.StreamWriter) -> Generator[None]:
        """For as long as a connection is served."""
        self._writers.add(writer)
        self._none.clear()
        try:
            yield
        finally:
            writer.close()
            self._writers.discard(writer)
            if not self._writers:
                self._none.set()

    def close(self) -> None:
        """Close them all, as a server does that is restarted."""
        for writer in self._writers:
            writer.close()

    async def end(self) -> None:
        """Abort them all and wait until each has been let go."""
        for writer in self._writers:
            writer.transport.abort()
        if self._writers:
            await self._none.wait()


def reset_connection(writer: asyncio.StreamWriter) -> None:
    """Close with RST: nothing is sent any more, not even a FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
