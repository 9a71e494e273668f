"""What protected links lead to: `.vscode -> editor` makes `editor/settings.json` as much in force as `.vscode` would.

Looks at the disk, and blocks. Asked by the tools that change files, and by the sandbox.
"""

from chatls.tools.base import ToolError
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.guard.protected import protected, reason
from chatls.tools.guard.secrets import secret

MAX_ENTRIES = 10_000
"""Of one folder, in which links are looked for."""


def target_of(roots: Roots, link: WorkspacePath) -> WorkspacePath | None:
    """What a link leads to in the workspace, if that is there; none that holds the link itself, or that is secret."""
    try:
        _, real = roots.locate(link)
    except ToolError:
        return None
    return None if secret((*real.parts, "")) or secret(real.parts) or _holds(real, link) else real


def linked_reason(roots: Roots, path: WorkspacePath) -> str | None:
    """Why a path is protected by a link in one of the folders above it, the end of a sentence; None if it is not."""
    for depth in range(len(path.parts)):
        folder = WorkspacePath(path.folder, path.parts[:depth])
        for link in _protected_links(roots, folder):
            target = target_of(roots, link)
            if target is not None and _holds(target, path):
                return reason(link.parts)
    return None


def _protected_links(roots: Roots, folder: WorkspacePath) -> list[WorkspacePath]:
    try:
        entries, _ = roots.scan(folder, MAX_ENTRIES, follow=False)
    except ToolError:  # not there yet
        return []
    return [folder / entry.name for entry in entries if entry.kind == "link" and protected((entry.name,))]


def _holds(outer: WorkspacePath, inner: WorkspacePath) -> bool:
    return outer.folder == inner.folder and inner.parts[: len(outer.parts)] == outer.parts
