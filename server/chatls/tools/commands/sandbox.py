"""How a command is confined: by bubblewrap, where that is there and works; what it sees, and what it may change.

No network, no other processes, nothing of the home folder, the workspace writable but for what is protected, secrets
masked by empty files. Tried once for real, when a tool first needs it. Used by `tools/commands/command.py` and
`tools/commands/git.py`; made by `rooms.py`.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from chatls.tools.base import ToolError
from chatls.tools.commands import bubblewrap
from chatls.tools.commands.aftermath import Mark, bring_out, marks, set_aside
from chatls.tools.commands.bubblewrap import Trouble
from chatls.tools.commands.child import Launch
from chatls.tools.commands.delicate import PACKED, SECONDS, Delicacy, Delicate, find_delicate
from chatls.tools.commands.environment import clean_environment
from chatls.tools.commands.machine import PRIVATE_TMP, SYSTEM, Machine
from chatls.tools.commands.placeholders import standing
from chatls.tools.commands.supervised import supervised
from chatls.tools.commands.worktree import worktree_repository
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import Folder, WorkspacePath
from chatls.tools.work import Deadline, in_thread

NONE = "none"
CONFINED = "bubblewrap-1"
"""The name of this confinement. A new one where it comes to allow something else: grants are bound to it."""

_TOO_LARGE = (
    "the workspace is too large to be looked through: protected files and secrets deep in it were not kept from the "
    "command"
)
_GROWN = (
    "the workspace has become too large to be looked through: a .git or settings of an editor that the command made in "
    "it may be in force, and are to be looked for"
)
_EMPTY = str(Path(__file__).with_name("empty"))


class Sandbox:
    """The confinement of one process's commands.

    `hidden` are folders that no command sees, also where the workspace holds them: what chatls keeps for the user.
    """

    def __init__(self, roots: Roots, environment: Mapping[str, str], hidden: Sequence[Path] = ()) -> None:
        self._roots = roots
        self.environment = clean_environment(environment)
        self._machine = Machine(self.environment, _EMPTY)
        self._hidden = [os.path.realpath(path) for path in hidden]
        self._trying = asyncio.Lock()
        self._found: str | Trouble | None = None
        self._system: Sequence[str] = ()
        self._tools: Sequence[str] = ()
        self.overlooks = False
        """Whether the workspace was too large to be looked through when the last command ran."""

    async def probe(self) -> str | None:
        """Why commands are not confined; None if they are. Tries it at the first call."""
        if unfit := self._unfit():
            return unfit
        async with self._trying:
            if self._found is None:
                self._found = await asyncio.to_thread(self._tried)
        return self._found.text if isinstance(self._found, Trouble) else None

    @property
    def profile(self) -> str:
        """The confinement in force, `NONE` until it was tried."""
        return CONFINED if isinstance(self._found, str) and self._unfit() is None else NONE

    @asynccontextmanager
    async def launch(self, argv: Sequence[str], cwd: WorkspacePath, *, writable: bool) -> AsyncGenerator[Launch]:
        """How to run a program in a folder of the workspace, confined if `probe` said so; valid inside the context.

        With `writable` false it can change nothing at all, if it is confined.

        Raises:
            ToolError: `not_found`: the folder has gone.
        """
        if self.profile == NONE:
            yield Launch(supervised(argv), self._local(cwd), self.environment, confined=False)
            return
        folders = self._roots.folders  # those of now: what is opened meanwhile, the command has not seen
        async with AsyncExitStack() as stack:
            for folder in folders if writable else ():
                local, status = self._local(WorkspacePath(folder, ())), folder.root.locate(())[0]
                await stack.enter_async_context(standing(local, status))
            before = await in_thread(SECONDS, lambda late: self._delicate(folders, late))
            known = marks(before) if writable else frozenset[Mark]()
            mounts = self._mounts(before, writable=writable)
            command = [str(self._found), *bubblewrap.CONFINED, *mounts, "--chdir", self._local(cwd), "--", *argv]
            launch = Launch(command, "/", {**self.environment, "TMPDIR": "/tmp"}, confined=True)
            self.overlooks = not all(found.complete for found in before)
            if self.overlooks:
                launch.notes.append(_TOO_LARGE)
            try:
                yield launch
            finally:
                if writable:
                    launch.notes.extend(await in_thread(SECONDS, lambda late: self._set_aside(before, known, late)))

    def _tried(self) -> str | Trouble:
        found = bubblewrap.find(self.environment["PATH"], (folder.root.real for folder in self._roots.folders))
        if isinstance(found, Trouble):
            return found
        self._system, self._tools = self._machine.system(), self._machine.tools()
        return bubblewrap.examine(found) or found

    def _unfit(self) -> str | None:
        reasons = (self._machine.unfit(folder.root.real) for folder in self._roots.folders)
        return next((reason for reason in reasons if reason), None)

    def _local(self, path: WorkspacePath) -> str:
        local = self._roots.local(path)
        if local is None:
            raise ToolError("not_found", f"{self._roots.shown(path)} is no longer the folder it was: open it again.")
        return local

    def _delicate(
        self, folders: Sequence[Folder], deadline: Deadline, passed_over: frozenset[str] = PACKED
    ) -> Sequence[Delicate]:
        return [find_delicate(self._roots, folder, deadline, passed_over) for folder in folders]

    def _set_aside(self, before: Sequence[Delicate], known: frozenset[Mark], deadline: Deadline) -> Sequence[str]:
        """Where not everything was looked at before, nothing is known to be new, or to be gone."""
        searched = [found.folder for found in before if found.complete]
        after = self._delicate(searched, deadline)
        told = set_aside(self._roots, known, after)
        if len(searched) == len(before) and (lost := known - marks(after)):
            after = self._delicate(searched, deadline, frozenset())
            told = [*told, *bring_out(self._roots, lost, after)]
        grown = [] if all(found.complete for found in after) else [_GROWN]
        self.overlooks |= bool(grown)
        return [*told, *grown]

    def _mounts(self, delicate: Sequence[Delicate], *, writable: bool) -> list[str]:
        """What is seen, from the outside in: what comes later lies over what came before."""
        parents = {str(Path(found.folder.root.real).parent) for found in delicate}
        # Around a workspace in /tmp, what is not the workspace is to be as read-only as anywhere else.
        around = sorted(path for path in parents if _below(path, PRIVATE_TMP))
        return [
            *self._system,
            *(word for path in around for word in ("--tmpfs", path)),
            *self._tools,
            *self._workspace(delicate, writable=writable),
            *(word for path in around for word in ("--remount-ro", path)),
            *self._machine.seal(),
        ]

    def _workspace(self, delicate: Sequence[Delicate], *, writable: bool) -> Iterator[str]:
        folders = sorted((found.folder for found in delicate), key=lambda folder: folder.root.real)
        for folder in folders:
            yield from ("--bind" if writable else "--ro-bind", folder.root.real, folder.root.real)
            if repository := worktree_repository(self._roots, folder):
                yield from ("--ro-bind", repository, repository)
        yield from self._aliases(folders)
        restricted = [item for found in delicate for item in found.found]
        # What links lead to may hold what is masked: that lies over it.
        for path, delicacy in sorted(restricted, key=lambda item: item[1] != "link target"):
            yield from _restricted(path, delicacy, writable=writable)
        for hidden in self._hidden:
            if _below(hidden, [folder.root.real for folder in folders]) and Path(hidden).is_dir():
                yield from ("--tmpfs", hidden, "--remount-ro", hidden)

    def _aliases(self, folders: Sequence[Folder]) -> Iterator[str]:
        """The folders under the paths that the editor knows them by, where those lead through a link."""
        shown = [*(f"/{name}" for name in SYSTEM), *(folder.root.real for folder in folders), *PRIVATE_TMP]
        for folder in folders:
            if folder.path != folder.root.real and not _below(folder.path, shown):
                yield from ("--symlink", folder.root.real, folder.path)


def _restricted(path: WorkspacePath, delicacy: Delicacy, *, writable: bool) -> Iterator[str]:
    real = str(Path(path.folder.root.real, *path.parts))
    if delicacy == "secret folder":
        yield from ("--tmpfs", real, "--remount-ro", real)
    elif delicacy == "secret file":
        yield from ("--ro-bind", _EMPTY, real)
    elif delicacy in ("protected", "link target", "repository") and writable:
        yield from ("--ro-bind", real, real)


def _below(path: str, places: Sequence[str]) -> bool:
    """Whether a path lies in one of these folders, and is none of them."""
    return any(path != place and Path(path).is_relative_to(place) for place in places)
