"""What a turn did to files, so that it can be undone: values, and what is asked of who keeps it and puts files back.

A file is known by its URI, and how it was by the digest of its content, so that nobody needs a copy to see whether it
is still the same. Kept by `store/images.py`, written down by `tools/editing/images.py` before anything changes, put
back by `tools/editing/undo.py`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import Literal, Protocol

UNKNOWN = ""
"""Stands for the digest of a file that is too large to be looked at."""

Restore = Literal["files", "conversation", "both"]
Content = Callable[[str], Awaitable[bytes | None]]
"""What a file with this digest held; None where that was not kept, or no longer is."""


def digest_of(content: bytes) -> str:
    """By what a content is known."""
    return sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class FileChange:
    """One change of one file. `before` and `after` are digests, None where there is no file.

    `mode` has the permission bits before, as far as they are known; `folders` counts those right above the file that
    are made for it. `content` is what it holds before, on its way to where that is kept.
    """

    uri: str
    before: str | None
    after: str | None
    mode: int | None = None
    folders: int = 0
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class TurnChanges:
    """What a turn did: its changes in order, and whether it ran commands that may have changed files too."""

    changes: Sequence[FileChange] = ()
    commands: bool = False


@dataclass(frozen=True, slots=True)
class FileHistory:
    """What a turn did to one file, in order."""

    uri: str
    steps: Sequence[FileChange]

    @property
    def before(self) -> str | None:
        """How it was before the turn."""
        return self.steps[0].before

    @property
    def mode(self) -> int | None:
        """The permission bits to give back; None where they were never lost with the file."""
        return self.steps[0].mode if None in self._states else None

    @property
    def removed(self) -> bool:
        """Whether the turn took the file away, for good or for a while."""
        return any(step.after is None for step in self.steps)

    @property
    def is_known(self) -> bool:
        """Whether all of it was looked at."""
        return UNKNOWN not in self._states

    def leads_to(self, now: str | None) -> bool:
        """Whether all that the file has been since, and is now, is the turn's own doing.

        A change that was written down may not have been made: what was before it is no surprise after it.
        """
        known = {self.before}
        for step in self.steps:
            if step.before not in known:
                return False
            known.add(step.after)
        return now in known

    @property
    def _states(self) -> set[str | None]:
        return {state for step in self.steps for state in (step.before, step.after)}


def histories(changes: Sequence[FileChange]) -> list[FileHistory]:
    """The same changes file by file."""
    by_uri = attrgetter("uri")
    return [FileHistory(uri, list(steps)) for uri, steps in groupby(sorted(changes, key=by_uri), by_uri)]


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of putting files back: those that were, those that stay since what they held is not known any more,
    and sentences about what the user has to know."""

    files: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Undo = Callable[[TurnChanges, Content], Awaitable[Undone]]
"""Makes the files what they were before a turn: all of them or, as far as the disk allows, none.

Raises:
    FilesChanged: somebody else has changed some since, or the editor or the disk would not; they are named.
"""


class ChangeLog(Protocol):
    """Where it is kept what the turns of this process do to files."""

    def follows(self, scope: str) -> bool:
        """Whether a scope (`ToolRun.scope`) is a turn that runs: nothing is kept of any other."""
        ...

    async def record(self, scope: str, changes: Sequence[FileChange]) -> None:
        """Keep what is about to change, with the contents given; returns once that lasts."""
        ...

    async def record_command(self, scope: str) -> None:
        """Keep that a command is about to run which may change files."""
        ...
