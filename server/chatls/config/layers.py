"""Where settings come from: defaults < `config.toml` < what the project suggests < environment < client.

Beside `environment.py` the only reader of `os.environ`. One bad value never spoils the rest: it is told, and the next
lower layer counts. Called by `rooms.py`, at the start and when the client's settings change.
"""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any, cast, get_args, get_origin

from pydantic import ValidationError
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from chatls.config.project import Suggested, suggested
from chatls.config.settings import Section, Settings, expand
from chatls.errors import ConfigError
from chatls.folders import config_dir
from chatls.wording import expected

DEFAULT = "default"
CLIENT = "client"
ENVIRONMENT = "environment"
ENV_PREFIX = "CHATLS_"
ENV_FILE = "CHATLS_CONFIG"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings that count, what was wrong on the way, and where each value came from.

    `origins` maps each dotted key to "default", a file, the name of an environment variable, or "client". `project`
    holds what of the project's suggestions counts; it is apart from `settings`, which it gives way to where it cannot
    be had.
    """

    settings: Settings
    problems: tuple[ConfigError, ...]
    origins: Mapping[str, str]
    project: Suggested


@dataclass(frozen=True, slots=True)
class _Given:
    """A value as a layer gave it; text from the environment still has to be parsed."""

    key: str
    value: object
    origin: str
    is_text: bool = False


def load(client: object = None, project: str = "") -> Loaded:
    """The settings of all layers, with `client` (an object with camelCase or snake_case keys) above the others.

    `project` is the text of the workspace's `.chatls.toml`. Never fails: what is wrong is left out and listed in
    `problems`. Reads `config.toml` anew at each call.
    """
    problems: list[ConfigError] = []
    values: dict[str, object] = {key: field.default for key, field in _leaves().items()}
    origins = dict.fromkeys(values, DEFAULT)
    refused: list[tuple[_Given, str]] = []
    for given in (*_from_file(problems), *_from_environment(), *_from_client(client, problems)):
        try:
            values[given.key] = _checked(given)
            origins[given.key] = given.origin
        except ValueError as error:
            refused.append((given, str(error)))
    problems += [ConfigError(g.key, wrong + _instead(g.key, values, origins), origin=g.origin) for g, wrong in refused]
    wanted, wrong = suggested(project)
    settings = Settings.model_validate(_nested(values))
    return Loaded(settings, (*problems, *wrong), origins, _uncovered(wanted, origins))


def _uncovered(wanted: Suggested, origins: Mapping[str, str]) -> Suggested:
    """The suggestions, without those that a layer above the project covers."""
    below = (DEFAULT, _from_home(_file()[0]))
    covered = {key: None for key in ("agent", "model") if origins[key] not in below}
    return replace(wanted, **covered)


def env_name(key: str) -> str:
    """The environment variable of a dotted key: `CHATLS_OLLAMA_NUM_CTX` for "ollama.num_ctx"."""
    return ENV_PREFIX + key.replace(".", "_").upper()


def _from_file(problems: list[ConfigError]) -> list[_Given]:
    path, named = _file()
    origin = _from_home(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        if named:
            problems.append(ConfigError(origin, f"there is no such file; {ENV_FILE} names it"))
        return []
    except OSError as error:
        problems.append(ConfigError(origin, f"cannot be read: {error.strerror}; nothing of it is used"))
        return []
    except (ValueError, RecursionError) as error:
        problems.append(ConfigError(origin, f"is not TOML: {error}; nothing of it is used"))
        return []
    return list(_flat(table, origin))


def _file() -> tuple[Path, bool]:
    """The user's file, and whether the environment names it."""
    named = os.environ.get(ENV_FILE)
    return (expand(named), True) if named else (config_dir() / "config.toml", False)


def _from_environment() -> Iterator[_Given]:
    keys = {env_name(key): key for key in _leaves()}
    # Ollama's own variable comes first: ours overrides it.
    if host := os.environ.get("OLLAMA_HOST"):
        yield _Given("ollama.address", host, "OLLAMA_HOST", is_text=True)
    for name, text in sorted(os.environ.items()):
        if text and name.startswith(ENV_PREFIX) and name != ENV_FILE:
            yield _Given(keys.get(name, name), text, name if name in keys else ENVIRONMENT, is_text=True)


def _from_client(client: object, problems: list[ConfigError]) -> Iterator[_Given]:
    if isinstance(client, Mapping):
        yield from _flat(cast("Mapping[str, object]", client), CLIENT)
    elif client not in (None, []):
        problems.append(ConfigError("settings", "expected an object; nothing of it is used", origin=CLIENT))


def _flat(
    table: Mapping[str, object], origin: str, section: type[Section] = Settings, prefix: str = ""
) -> Iterator[_Given]:
    """All values of a table under their dotted keys; null is the same as absent, and Lua's `[]` as an empty table."""
    names = {spelling: name for name in section.model_fields for spelling in (name, to_camel(name))}
    for spelling, value in table.items():
        name = names.get(spelling, spelling)
        field, key = section.model_fields.get(name), prefix + name
        if inner := _section(field):
            yield from _flat_section(value, origin, inner, key)
        elif (named := _named_sections(field)) and isinstance(value, Mapping):
            for entry, inside in cast("Mapping[str, object]", value).items():
                yield from _flat_section(inside, origin, named, f"{key}.{entry}")
        elif value is not None and not (named and value == []):
            yield _Given(key, value, origin)


def _flat_section(value: object, origin: str, section: type[Section], key: str) -> Iterator[_Given]:
    if isinstance(value, Mapping):
        yield from _flat(cast("Mapping[str, object]", value), origin, section, f"{key}.")
    elif value not in (None, []):
        yield _Given(key, value, origin)


def _checked(given: _Given) -> object:
    """The value in the type of its key.

    Raises:
        ValueError: it does not fit, or there is no such key; says what was expected.
    """
    try:
        settings = Settings.model_validate(_nested({given.key: given.value}), strict=not given.is_text)
    except ValidationError as error:
        if any(fault["type"] == "extra_forbidden" for fault in error.errors()):
            raise ValueError("there is no such setting" + _meant(given)) from None
        raise ValueError(f"expected {expected(error.errors())}") from None
    return reduce(_item, given.key.split("."), settings)


def _item(section: Any, name: str) -> Any:
    return getattr(section, name) if isinstance(section, Section) else section[name]


def _meant(given: _Given) -> str:
    import difflib  # for the few that misspell a key

    keys = list(_leaves())
    near = difflib.get_close_matches(given.key, map(env_name, keys) if given.is_text else keys, 1, cutoff=0.75)
    return f" (did you mean {near[0]}?)" if near else ""


def _fields(section: type[Section], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """All fields by dotted key, the sections among them."""
    for name, field in section.model_fields.items():
        yield prefix + name, field
        if inner := _section(field):
            yield from _fields(inner, f"{prefix}{name}.")


def _leaves() -> dict[str, FieldInfo]:
    return {key: field for key, field in _fields(Settings) if _section(field) is _named_sections(field) is None}


def _section(field: FieldInfo | None) -> type[Section] | None:
    kind = field and field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def _named_sections(field: FieldInfo | None) -> type[Section] | None:
    """What the values of a table are whose keys the user chooses; None for any other field."""
    if field is None or get_origin(field.annotation) is not dict:
        return None
    _, kind = get_args(field.annotation)
    return kind


def _instead(key: str, values: Mapping[str, object], origins: Mapping[str, str]) -> str:
    """What is used in place of a value that was refused."""
    if key not in values:
        return "; it is ignored"
    if values[key] is None:
        return "; it stays unset"
    source = "the default" if origins[key] == DEFAULT else f"that of {origins[key]}"
    return f"; {source} is used: {json.dumps(values[key], default=str)}"


def _nested(values: Mapping[str, object]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, value in values.items():
        *sections, name = key.split(".")
        table = tree
        for section in sections:
            table = table.setdefault(section, {})
        table[name] = value
    return tree


def _from_home(path: Path) -> str:
    """The path as a user writes it: `~/.config/chatls/config.toml`."""
    home = expand("~")
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else path.as_posix()
