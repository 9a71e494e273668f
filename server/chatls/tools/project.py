"""The two files by which a project speaks to chatls: `.chatls.toml` (suggestions) and `AGENTS.md` (advice).

Read through the guard and bounded; whoever wrote them is not trusted: what may be suggested is decided in `config/`,
how the advice is put to a model in `chat/guidance.py`. Called by `rooms.py` and `terminal/config.py`.
"""

from dataclasses import dataclass
from pathlib import Path

from chatls.tools.approval.prompts import escaped
from chatls.tools.base import ToolError
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import Folder, WorkspacePath

SETTINGS = ".chatls.toml"
ADVICE = "AGENTS.md"
MAX_BYTES = 64 * 1024
"""Read of either file; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One folder's `AGENTS.md`, by the name it is shown with. `hidden` characters in it were made visible."""

    name: str
    text: str
    hidden: int


def settings_text(roots: Roots) -> str:
    """The `.chatls.toml` of the first folder that has one, else an empty text."""
    return next((text for folder in roots.folders if (text := _text(roots, folder, SETTINGS))), "")


def settings_text_of(folder: Path) -> str:
    """The same for one folder, outside a server."""
    roots = Roots([(folder.name, str(folder))])
    try:
        return settings_text(roots)
    finally:
        roots.close()


class AdviceFiles:
    """The `AGENTS.md` of all folders. Fast enough for the event loop: a file that has not changed is not read again."""

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self._read: dict[Folder, tuple[tuple[int, int, int], Advice]] = {}

    def read(self) -> list[Advice]:
        """Those that are there now."""
        found = ((folder, self._state(folder)) for folder in self._roots.folders)
        return [self._advice(folder, state) for folder, state in found if state is not None]

    def _state(self, folder: Folder) -> tuple[int, int, int] | None:
        try:
            status, _ = folder.root.locate((ADVICE,))
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _advice(self, folder: Folder, state: tuple[int, int, int]) -> Advice:
        known = self._read.get(folder)
        if known is None or known[0] != state:
            text, hidden = escaped(_text(self._roots, folder, ADVICE))
            name = self._roots.shown(WorkspacePath(folder, (ADVICE,)))
            known = self._read[folder] = (state, Advice(name, text, hidden))
        return known[1]


def _text(roots: Roots, folder: Folder, name: str) -> str:
    """A file at the top of a folder; empty where there is none that can be read. A link is not followed."""
    try:
        with roots.open_file(WorkspacePath(folder, (name,)), follow=False) as opened:
            return opened.file.read(MAX_BYTES).decode("utf-8-sig", "replace")
    except ToolError:
        return ""
