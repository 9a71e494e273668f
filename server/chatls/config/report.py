"""The settings that count, each with where it came from: for `chatls config`.

Pure. Keys and passwords are masked: what is shown may be pasted into a bug report. Called by `terminal/config.py`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chatls.config.layers import Loaded
from chatls.config.project import FILE

MASK = "***"
WIDTH = 60
"""Columns behind which the origins stand, at most: a longer line pushes its own further."""

_SECRET = re.compile(r"(?:.*_)?(?:key|token|secret|password)", re.I)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Value:
    """One setting that counts; `value` as JSON has it, None where it is unset."""

    section: str
    name: str
    value: Any
    origin: str


def values(loaded: Loaded) -> list[Value]:
    """All settings, those without a section first."""
    settings = loaded.settings.model_dump(mode="json")
    found = [_value(loaded, settings, key) for key in loaded.origins]
    order = list(dict.fromkeys(each.section for each in found))
    return sorted(found, key=lambda each: (bool(each.section), order.index(each.section)))


def as_toml(loaded: Loaded) -> Iterator[str]:
    """The settings as lines of a `config.toml`, with the origins as comments."""
    for section, group in groupby(values(loaded), lambda each: each.section):
        if section:
            yield from ("", f"[{section}]")
        rows = [(_line(each), each.origin) for each in group]
        width = min(WIDTH, max(len(line) for line, _ in rows))
        yield from (f"{line.ljust(width)}  # {origin}" for line, origin in rows)
    if loaded.project.instructions:
        yield from ("", f"# {FILE} adds instructions: {json.dumps(loaded.project.instructions, ensure_ascii=False)}")


def as_json(loaded: Loaded) -> dict[str, Any]:
    """The settings by dotted key, and what is wrong with those that were given."""
    settings = {_dotted(each): {"value": each.value, "origin": each.origin} for each in values(loaded)}
    project = {"instructions": loaded.project.instructions} if loaded.project.instructions else {}
    return {"settings": settings, "project": project, "problems": [problem.message for problem in loaded.problems]}


def _value(loaded: Loaded, settings: dict[str, Any], key: str) -> Value:
    section, _, name = key.rpartition(".")
    suggested = {"agent": loaded.project.agent, "model": loaded.project.model}.get(key)
    if suggested is not None:
        return Value(section, name, suggested, f"suggested by {FILE}")
    value: Any = settings
    for part in key.split("."):
        value = value[part]
    return Value(section, name, MASK if value is not None and _SECRET.fullmatch(name) else value, loaded.origins[key])


def _line(each: Value) -> str:
    name = each.name if _BARE.fullmatch(each.name) else json.dumps(each.name)
    # What JSON writes for texts, numbers, booleans and lists of them, TOML reads.
    return f"# {name} is unset" if each.value is None else f"{name} = {json.dumps(each.value, ensure_ascii=False)}"


def _dotted(each: Value) -> str:
    return f"{each.section}.{each.name}" if each.section else each.name
