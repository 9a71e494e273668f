"""The user's own prompt commands: the files `commands/NAME.md` in the configuration folder.

Read anew whenever they are needed, so that an edit counts at once. Never from a workspace: what a command says is the
user's own word to the model. What such a file means is known to `chat/commands.py`. Called by `rooms.py`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from chatls.folders import config_dir

MAX_FILES = 200
MAX_CHARACTERS = 64 * 1024
"""Read of one file."""

_NAME = re.compile(r"[a-z][a-z0-9-]*\Z")


def own_commands() -> list[tuple[str, str]]:
    """Name and text of each, by name; what cannot be read, or has no name that can be typed, is left out."""
    return list(_read(config_dir() / "commands"))


def _read(folder: Path) -> Iterator[tuple[str, str]]:
    try:
        files = sorted(folder.glob("*.md"))[:MAX_FILES]
    except OSError:
        return
    for file in files:
        if _NAME.match(file.stem) and (text := _text(file)).strip():
            yield file.stem, text


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as opened:
            return opened.read(MAX_CHARACTERS)
    except OSError:
        return ""
