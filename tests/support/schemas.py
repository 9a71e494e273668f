"""Checks raw JSON against `schemas/`, as a client sees it: on files, not on the models they are made of.

Stricter than the schemas in one way: what we send has no key that its schema does not name.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

SCHEMAS = Path(__file__).parents[2] / "schemas"


def check_value(name: str, value: Any) -> None:
    """Fail unless `value` fits `schemas/NAME.json` and has no key beyond it."""
    found = next(_validator(name).iter_errors(value), None)  # pyright: ignore[reportUnknownMemberType]
    if found is not None:
        error = _telling(found)
        raise AssertionError(f"not what schemas/{name}.json says, at {error.json_path}: {error.message}\n{value!r}")


def check_outgoing(message: dict[str, Any]) -> None:
    """Fail unless a message of the server is what its method's schema says. Answers are not known by themselves."""
    method = message.get("method", "")
    if method == "$/progress":
        check_value("progress.params", message["params"])
    elif method.startswith("chat/"):
        check_value(f"{method.replace('/', '_')}.params", message["params"])


def names() -> list[str]:
    """The names `check_value` takes."""
    return sorted(path.name.removesuffix(".json") for path in SCHEMAS.glob("*.json") if path.name != "openrpc.json")


def read_schema(name: str) -> dict[str, Any]:
    """A file of `schemas/`."""
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


def _telling(error: ValidationError) -> ValidationError:
    """What is wrong in the member of a union that was meant: the one whose constants (`kind`, `type`) fit."""
    while error.context:
        wrong = {item.schema_path[0] for item in error.context if item.validator == "const"}
        meant = [item for item in error.context if item.schema_path[0] not in wrong]
        if not meant:
            break
        error = meant[0]
    return error


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(_closed(read_schema(name)))


def _closed(schema: Any) -> Any:
    """The schema with every object that names its properties closed to others."""
    if isinstance(schema, list):
        return [_closed(item) for item in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    table = {key: _closed(item) for key, item in cast("dict[str, Any]", schema).items()}
    if table.get("type") == "object" and "properties" in table:
        table.setdefault("additionalProperties", False)
    return table
