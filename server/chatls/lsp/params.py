"""Params as they came to params a handler can use.

The specification's own methods get lsprotocol objects; ours, and the command that stands for one of them, keep their
plain dicts, which `lsp/validate.py` checks.
An empty Lua table arrives as `[]` wherever an object is wanted: here it becomes one. Called by `lsp/protocol.py`.
"""

from typing import Any, cast, get_args

import attrs
from cattrs import Converter
from lsprotocol import types

from chatls.errors import InvalidParams


def structure(converter: Converter, method: str, params: object) -> Any:
    """The params of a message in the type its handler takes.

    Raises:
        InvalidParams: they do not fit the specification's type.
    """
    known = types.METHOD_TO_TYPES.get(method)
    wanted: Any = known[2] if known else None
    if wanted is None or method == types.WORKSPACE_EXECUTE_COMMAND:
        return _as_object(params)
    try:
        return converter.structure(_as_object(params), wanted)
    except Exception:  # noqa: BLE001 (border: whatever cattrs raises means that the params do not fit)
        return _structure_leniently(converter, method, params, wanted)


def _structure_leniently(converter: Converter, method: str, params: object, wanted: Any) -> Any:
    try:
        return converter.structure(_objects_for_lists(_as_object(params), wanted), wanted)
    except Exception as error:  # border: as above
        raise InvalidParams(_first_field(error), f"params of {method} as LSP 3.17 has them") from error


def _as_object(params: object) -> Any:
    return {} if params is None or params == [] else params


def _objects_for_lists(value: Any, wanted: Any) -> Any:
    """`value` with `{}` for every `[]` that stands where the attrs class `wanted` has an object."""
    if value == [] and not _takes_list(wanted):
        return {}
    target = next((kind for kind in (wanted, *get_args(wanted)) if attrs.has(kind)), None)
    if target is None or not isinstance(value, dict):
        return value
    fields = {_camel(field.name): field.type for field in attrs.fields(attrs.resolve_types(target))}
    members = cast("dict[str, Any]", value)
    return {key: _objects_for_lists(item, fields.get(key, list)) for key, item in members.items()}


def _takes_list(wanted: Any) -> bool:
    options = (wanted, *get_args(wanted))
    return not any(attrs.has(option) for option in options)


def _camel(name: str) -> str:
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in rest)


def _first_field(error: BaseException) -> str:
    """The path of the first wrong field in what cattrs raised ("capabilities.workspace")."""
    names: list[str] = []
    while isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        error = group.exceptions[0]
        noted = (getattr(note, "name", None) for note in getattr(error, "__notes__", ()))
        names += [_camel(str(name)) for name in noted if name]
    return ".".join(names)
