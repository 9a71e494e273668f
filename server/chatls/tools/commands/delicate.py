"""What a command may not change or see in a workspace folder: found before it runs, by name.

A walk that is bounded: folders near the top are looked at first, and those that package managers fill not at all.
Used by `tools/commands/sandbox.py`.
"""

import functools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chatls.tools.base import ToolError
from chatls.tools.commands.placeholders import PLACES
from chatls.tools.guard.beneath import Entry
from chatls.tools.guard.link_targets import target_of
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import Folder, WorkspacePath
from chatls.tools.guard.protected import REPOSITORY, protected
from chatls.tools.guard.secrets import secret
from chatls.tools.work import Deadline

MAX_ENTRIES = 100_000
SECONDS = 1.0
PACKED = frozenset({"node_modules", "site-packages", "__pycache__", ".venv", "venv"})
"""Folders full of other people's files, and of nothing of the user's."""

Delicacy = Literal["protected", "protected link", "link target", "repository", "secret file", "secret folder"]


@dataclass(frozen=True, slots=True)
class Delicate:
    """Paths that are there in a folder, each with what is delicate about it; no folder in them is a link. `complete` is
    false where the walk had to stop early.
    """

    folder: Folder
    found: Sequence[tuple[WorkspacePath, Delicacy]]
    complete: bool


def find_delicate(roots: Roots, folder: Folder, deadline: Deadline, passed_over: frozenset[str] = PACKED) -> Delicate:
    """All such paths of a folder, but for what lies in folders of some names. Links are not entered: what they lead to
    is found, or not visible to a command."""
    found: list[tuple[WorkspacePath, Delicacy]] = []
    todo = deque([WorkspacePath(folder, ())])
    left = MAX_ENTRIES
    while todo and left > 0 and not deadline.passed:
        at = todo.popleft()
        entries = _entries(roots, at, left)
        left -= len(entries)
        if at.parts and REPOSITORY.issubset(entry.name for entry in entries):
            found.append((at, "repository"))
            continue
        for entry in entries:
            if delicacy := _delicacy(entry, top=not at.parts):
                found.append((at / entry.name, delicacy))
                if delicacy == "protected link" and (target := target_of(roots, at / entry.name)):
                    found.append((target, "link target"))
            elif entry.kind == "folder" and entry.name not in passed_over:
                todo.append(at / entry.name)
    return Delicate(folder, found, complete=not todo and left > 0)


def _delicacy(entry: Entry, *, top: bool) -> Delicacy | None:
    if entry.kind == "link":
        return "protected link" if protected((entry.name,)) else None
    if top and entry.name in PLACES:
        return "protected"
    return _of_folder(entry.name) if entry.kind == "folder" else _of_file(entry.name)


@functools.lru_cache(maxsize=16_384)
def _of_file(name: str) -> Delicacy | None:
    """What is masked is not looked at further: what nobody sees cannot be changed either."""
    if secret((name,)):
        return "secret file"
    return "protected" if protected((name,)) else None


@functools.lru_cache(maxsize=4096)
def _of_folder(name: str) -> Delicacy | None:
    """By what a file in it would be: a folder may be called like a file that is listed."""
    if secret((name, "")):
        return "secret folder"
    return "protected" if protected((name, "")) else None


def _entries(roots: Roots, path: WorkspacePath, limit: int) -> list[Entry]:
    try:
        return roots.scan(path, limit, follow=False)[0]
    except ToolError:  # gone or unreadable since it was named
        return []
