"""What the user granted or refused for good: one JSON file for each set of workspace folders, in the user's own state
folder, readable by the user alone.

Nothing is read from the workspace itself, from a folder that others can write to, or through a link: whoever writes
there could grant himself anything. What cannot be trusted or understood is never overwritten. Built by `rooms.py`.
"""

import asyncio
import errno
import os
import secrets
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from chatls.chat.approvals import Grant
from chatls.store import private
from chatls.store.locking import locked

VERSION = 1
MAX_GRANTS = 1000
"""Grants of one workspace."""
MAX_BYTES = 4 * 1024 * 1024
"""Of one file; `MAX_GRANTS` need a fraction of it."""
LOCK_SECONDS = 2.0
"""How long another process may take to write its grants."""


_Grants = tuple[Grant, ...]


class _Version(BaseModel):
    """As much of a file as every version can read."""

    model_config = ConfigDict(strict=True, frozen=True, defer_build=True)

    version: int


class _Kept(_Version):
    """The content of a file."""

    workspace: tuple[str, ...]
    grants: _Grants


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was when it was read last, by what changes with its content."""

    state: tuple[int, ...]
    grants: _Grants | None


class GrantFiles:
    """The port `GrantStore`, on files below `state`, the folder of what chatls writes for itself."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "grants"
        self._seen: dict[Path, _Seen] = {}

    async def grants(self, workspace: Sequence[str]) -> Sequence[Grant]:
        kept = self._read(workspace) if self._folder.exists() else ()
        if kept is None:
            raise OSError(
                errno.EINVAL, "the file holds no list of grants of this workspace", str(self._path(workspace))
            )
        return kept

    async def add(self, workspace: Sequence[str], grant: Grant) -> None:
        await asyncio.to_thread(self._change, workspace, lambda kept: _with(kept, grant))

    async def remove(self, workspace: Sequence[str], grant_id: str) -> bool:
        if all(grant.grant_id != grant_id for grant in await self.grants(workspace)):
            return False
        return await asyncio.to_thread(self._change, workspace, lambda kept: _without(kept, grant_id))

    def _change(self, workspace: Sequence[str], change: Callable[[_Grants], _Grants]) -> bool:
        """Read, change and write under the lock; whether that made a difference."""
        private.check_outside(self._folder, workspace)
        private.make_folder(self._folder)
        path = self._path(workspace)
        with locked(path.with_suffix(".lock"), LOCK_SECONDS):
            before = self._read(workspace)
            if before is None:
                path.rename(private.unreadable_name(path))  # where it is, it would be in the way for ever
            after = change(before or ())
            if after != before:
                kept = _Kept(version=VERSION, workspace=tuple(sorted(workspace)), grants=after)
                _write(path, kept.model_dump_json(indent=1).encode())
        return after != before

    def _read(self, workspace: Sequence[str]) -> _Grants | None:
        """The grants as they are now, whatever process they were given in; None where they are not understood."""
        private.check_outside(self._folder, workspace)
        private.check_folder(self._folder)
        path = self._path(workspace)
        try:
            file = os.fdopen(os.open(path, private.READ), "rb")
        except FileNotFoundError:
            return ()
        with file:
            found = os.fstat(file.fileno())
            private.check_own(path, found, stat.S_ISREG)
            state = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            seen = self._seen.get(path)
            if seen is None or seen.state != state:
                seen = self._seen[path] = _Seen(state, _parsed(file.read(MAX_BYTES + 1), path, workspace))
        return seen.grants

    def _path(self, workspace: Sequence[str]) -> Path:
        return self._folder / f"{private.name_of(workspace)}.json"


def _parsed(raw: bytes, path: Path, workspace: Sequence[str]) -> _Grants | None:
    """The grants in a file's content; None if it is no list of grants, or that of another workspace.

    Raises:
        OSError: a newer version wrote it.
    """
    if len(raw) > MAX_BYTES:
        return None
    try:
        if _Version.model_validate_json(raw).version > VERSION:
            raise OSError(errno.EPERM, "a newer version of chatls wrote this", str(path))
        kept = _Kept.model_validate_json(raw)
    except ValidationError:
        return None
    return kept.grants if kept.workspace == tuple(sorted(workspace)) else None


def _with(kept: _Grants, grant: Grant) -> _Grants:
    """
    Raises:
        OSError: there are too many.
    """
    if any((old.tool, old.key, old.allows) == (grant.tool, grant.key, grant.allows) for old in kept):
        return kept
    if len(kept) >= MAX_GRANTS:
        raise OSError(errno.ENOSPC, f"there are {MAX_GRANTS:,} already: take some back")
    return (*kept, grant)


def _without(kept: _Grants, grant_id: str) -> _Grants:
    return tuple(grant for grant in kept if grant.grant_id != grant_id)


def _write(path: Path, data: bytes) -> None:
    """Replace a file at once: it is the old one or the new one, whatever happens, and the user's alone."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if os.name == "posix":
        # Until the folder is on the disk too, what was taken back could come back after a loss of power.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
