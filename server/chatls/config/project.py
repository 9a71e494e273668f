"""What a project may suggest in its `.chatls.toml`: instructions, the default agent and the default model.

Nothing else, ever: a workspace is somebody else's files, and must not choose an address, a key, what is approved or
how commands are confined. Pure: the text was read by `tools/project.py`, through the guard. Used by `layers.py`.
"""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

from chatls.errors import ConfigError

FILE = ".chatls.toml"
KEYS = ("instructions", "agent", "model")
MAX_TEXT = 16 * 1024
"""Characters of a suggestion."""
NAMED = 10
"""Ignored keys that the warning names."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a project would like; each counts only where the user's environment and client say nothing else."""

    instructions: str = ""
    agent: str | None = None
    model: str | None = None


def suggested(text: str) -> tuple[Suggested, tuple[ConfigError, ...]]:
    """What the text of a `.chatls.toml` suggests, and at most one problem for all that is wrong with it."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return Suggested(), (ConfigError(FILE, f"is not TOML: {error}; nothing of it is used"),)
    usable = {key: value for key, value in table.items() if key in KEYS and _is_usable(value)}
    ignored = sorted(table.keys() - usable.keys())
    return Suggested(**usable), _told(ignored)


def _is_usable(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT


def _told(ignored: Sequence[str]) -> tuple[ConfigError, ...]:
    if not ignored:
        return ()
    names = ", ".join(json.dumps(key)[1:-1][:40] for key in ignored[:NAMED])
    more = f" and {len(ignored) - NAMED} more" if len(ignored) > NAMED else ""
    problem = f"a project may suggest {', '.join(KEYS)}, each a text, and nothing else; ignored: {names}{more}"
    return (ConfigError(FILE, problem),)
