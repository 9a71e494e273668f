"""The file that a call wants to change: where it really is, whether it is open in the editor, and how it is guarded.

Looked up before the user is asked, and again before anything is done. Reads no content; blocks, so it is called in a
thread. Used by `tools/editing/edit.py`, `tools/editing/delete.py` and `tools/editing/move.py`.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatls.chat.ports import OpenDocument
from chatls.tools.base import ToolError
from chatls.tools.guard.ignore import IgnoreRules
from chatls.tools.guard.link_targets import linked_reason
from chatls.tools.guard.names import Names
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.guard.protected import GIT, REPOSITORY, protected, reason
from chatls.tools.guard.secrets import secret
from chatls.tools.uris import scheme_of

SECONDS = 10.0
"""Time for one look at the disk."""
_HIDING = Names([".gitignore"])


@dataclass(frozen=True, slots=True)
class Target:
    """A file, or where one would be. `path` is free of symbolic links, `status` is of what is on the disk (None:
    nothing), `guarded` says why it is protected, where it is; `ignored`: `.gitignore` names it."""

    path: WorkspacePath
    name: str
    status: os.stat_result | None
    document: OpenDocument | None
    guarded: str | None
    ignored: bool

    @property
    def uri(self) -> str:
        """As the editor spells it, where it is open there."""
        return self.document.uri if self.document else self.path.uri

    @property
    def on_disk(self) -> os.stat_result:
        """The status of what is on the disk.

        Raises:
            ToolError: `not_found`.
        """
        if self.status is None:
            only = "is open in the editor, but was never saved" if self.document else "does not exist"
            raise ToolError("not_found", f"{self.name} {only}.")
        return self.status

    @property
    def ordinary(self) -> bool:
        """Whether a grant for ordinary files covers it: one that no tool guards, that Git would show as changed, and
        that does not say itself which files are hidden."""
        return self.guarded is None and not self.ignored and not self._hides_others

    @property
    def _hides_others(self) -> bool:
        return any(part in _HIDING for part in self.path.parts[-1:])

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user must know before it is changed."""
        if self.guarded:
            return (f"{self.name} is protected: {self.guarded}.",)
        if self._hides_others:
            return (f"{self.name} says which files no tool shows unasked.",)
        return (f"{self.name} is ignored by a .gitignore: Git will not show the change.",) if self.ignored else ()

    def is_still(self, before: "Target") -> bool:
        """Whether this is what it was before: the same place, the same file unchanged, the same text in the editor."""
        return (self.path, self.guarded, self.document, _identity(self.status)) == (
            *(before.path, before.guarded, before.document),
            _identity(before.status),
        )


def find_target(roots: Roots, documents: Sequence[OpenDocument], path: str, *, follow: bool = True) -> Target:
    """What a path names now. `follow=False` refuses a symbolic link instead of the file that it leads to.

    Raises:
        ToolError: as `Roots.resolve` and `Roots.open_file`, but for what is not there; or `secret`.
    """
    asked = roots.resolve(path)
    real = _real(roots, asked, follow=follow)
    _refuse_secrets(roots, asked, real)
    status = _status(roots, real)
    document, spelled = next(_opened(roots, documents, (asked, real), status), (None, real))
    guarded = _guarded(roots, real, asked, spelled)
    return Target(real, roots.shown(real), status, document, guarded, _is_ignored(roots, real))


def _identity(status: os.stat_result | None) -> tuple[int, ...] | None:
    return None if status is None else (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _real(roots: Roots, path: WorkspacePath, *, follow: bool) -> WorkspacePath:
    """Where a path leads, as far as it exists; below that, and without `follow` at its end, it is as it is written."""
    for depth in range(len(path.parts) - (not follow), 0, -1):
        try:
            _, real = roots.locate(WorkspacePath(path.folder, path.parts[:depth]))
        except ToolError as error:
            if error.code != "not_found":
                raise
        else:
            return WorkspacePath(real.folder, (*real.parts, *path.parts[depth:]))
    return path


def _status(roots: Roots, path: WorkspacePath) -> os.stat_result | None:
    try:
        with roots.open_file(path, follow=False) as opened:
            return opened.status
    except ToolError as error:
        name = roots.shown(path)
        match error.code:
            case "not_found":
                return None
            case "is_a_folder":
                raise ToolError("is_a_folder", f"{name} is a folder: give the path of one file.") from None
            case "too_many_links":
                raise ToolError("is_a_link", f"{name} is a symbolic link: name the file that it leads to.") from None
            case _:
                raise


def _opened(
    roots: Roots, documents: Sequence[OpenDocument], paths: Sequence[WorkspacePath], status: os.stat_result | None
) -> Iterator[tuple[OpenDocument, WorkspacePath]]:
    """The documents that are this file, however they are spelled: by path, or by what lies on the disk (a link,
    another case of letters), for the disk is not written behind an open document."""
    for document in documents:
        if scheme_of(document.uri) != "file":
            continue
        try:
            spelled = roots.resolve(document.uri)
            if spelled in paths or (status is not None and _is_same(roots, spelled, status)):
                yield document, spelled
        except ToolError:
            continue


def _is_same(roots: Roots, path: WorkspacePath, status: os.stat_result) -> bool:
    with roots.open_file(path) as opened:
        return os.path.samestat(opened.status, status)


def _guarded(roots: Roots, real: WorkspacePath, *others: WorkspacePath) -> str | None:
    """Why these are protected: by a name, by a link that leads there, or because they lie in a Git repository that is
    called otherwise."""
    paths = (real, *others)
    by_name = next((reason(path.parts) for path in paths if protected(path.parts)), None)
    in_repository = any(_in_repository(roots, path) for path in paths)
    return by_name or (reason(GIT) if in_repository else linked_reason(roots, real))


def _in_repository(roots: Roots, path: WorkspacePath) -> bool:
    above = (WorkspacePath(path.folder, path.parts[:depth]) for depth in range(1, len(path.parts)))
    return any(all(_is_there(roots, folder / name) for name in REPOSITORY) for folder in above)


def _is_there(roots: Roots, path: WorkspacePath) -> bool:
    try:
        roots.locate(path)
    except ToolError:
        return False
    return True


def _refuse_secrets(roots: Roots, *paths: WorkspacePath) -> None:
    for path in paths:
        if secret(path.parts):
            raise ToolError("secret", f"{roots.shown(path)} may hold passwords or keys: only the user changes it.")


def _is_ignored(roots: Roots, path: WorkspacePath) -> bool:
    try:
        IgnoreRules(roots).check(path)
    except ToolError:
        return True
    return False
