"""A file of sessions that is open: what every piece of work is handed.

Values alone. Made by `store/file.py`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatls.store.owners import Owner

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of sessions, or what stands for one in memory, and this process among those that use it."""

    connection: "sqlite3.Connection"
    owner: Owner
    in_memory: bool = False

    def close(self) -> None:
        self.connection.close()
        self.owner.close()
