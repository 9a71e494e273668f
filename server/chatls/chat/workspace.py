"""What is asked of the workspace beside its tools, as Protocols: what a user attaches, and what may be named.

Made in `tools/`, put together by `rooms.py`, called by `lsp/mentions.py` and its neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from chatls.chat.events import ToolFailure, ToolText


@dataclass(frozen=True, slots=True)
class Located:
    """What a path names: a file or a folder with its URI, or something outside the workspace."""

    kind: Literal["file", "folder", "outside"]
    uri: str = ""


class WorkspaceReader(Protocol):
    """Reads what a user attaches to a message. The same guard as the tools', and the same bounds."""

    def name(self, uri: str) -> str | None:
        """How the file is called in the workspace ("src/a.py"); None if it is outside."""
        ...

    async def locate(self, path: str) -> Located | None:
        """What a path as a user writes it names; None if nothing is there."""
        ...

    async def file(self, uri: str, lines: tuple[int, int] | None = None) -> ToolText | ToolFailure:
        """The text of a file, or of the lines `(first, last)` of it (1-based, inclusive), as the editor has it where
        it is open, without line numbers."""
        ...

    async def folder(self, uri: str) -> ToolText | ToolFailure:
        """The listing of a folder."""
        ...

    async def secret(self, name: str) -> ToolFailure | None:
        """Why a document with this URI, or only this name, is shown by nothing; None if it may be."""
        ...


@dataclass(frozen=True, slots=True)
class PathMatches:
    """Paths as they are shown, folders ending with a slash, the likeliest first; whether these are all that match."""

    paths: Sequence[str]
    complete: bool


@dataclass(frozen=True, slots=True)
class LineRange:
    """Lines of a file, 1-based and inclusive, and what is there ("function parse")."""

    first: int
    last: int
    about: str


class WorkspaceNames(Protocol):
    """What may be named in the workspace, for completion. It answers within two seconds, and raises nothing but
    CancelledError."""

    async def paths(self, typed: str, limit: int) -> PathMatches:
        """Files and folders that a user may mean who typed this much of a path."""
        ...

    async def ranges(self, path: str) -> Sequence[LineRange]:
        """The parts of a file, in order; none where it cannot be told."""
        ...
