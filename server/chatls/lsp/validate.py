"""From params as they came to a message, or to the one error that says which field is wrong and what it must be.

The only place where pydantic's errors become `InvalidParams`. Called by the handlers in `lsp/` for our own methods;
those of the specification go through `lsp/params.py`.
"""

from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from chatls.errors import InvalidParams
from chatls.wording import expected

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]
FIELD_ERRORS = {"missing", "absent"}
TAG_ERRORS = {"union_tag_invalid", "union_tag_not_found"}
ABSENT_ERRORS = {"missing", "union_tag_not_found"}


def validate(model: type[M], params: object) -> M:
    """The params as an instance of `model`; absent, null and `[]` count as an empty object.

    Raises:
        InvalidParams: names the first wrong field and what was expected there.
    """
    value: object = {} if params is None or params == [] else params
    try:
        return model.model_validate(value)
    except ValidationError as error:
        path, wanted = _first_problem(model, value, error.errors(include_url=False))
        # Without the cause: pydantic's text quotes what the client sent.
        raise InvalidParams(_spelled(path), wanted) from None


def _first_problem(model: type[BaseModel], value: object, errors: list[ErrorDetails]) -> tuple[Path, str]:
    path = _path(errors[0], value)
    here = [error for error in errors if _path(error, value) == path]
    if errors[0]["type"] not in ABSENT_ERRORS:
        return path, expected(here)
    # What is absent has no type to complain of: null in its place tells what was expected.
    nulled = _with_null(value, path)
    try:
        model.model_validate(nulled)
    except ValidationError as error:
        here = [details for details in error.errors(include_url=False) if _path(details, nulled) == path]
    return path, f"{expected(here)}, but it is missing"


def _path(error: ErrorDetails, value: object) -> Path:
    """Where the error is. pydantic names the members of unions too: what is no key of the value is left out."""
    path: list[str | int] = []
    found = True
    for step in error["loc"]:
        found = True
        if isinstance(value, dict) and step in value:
            value = cast("dict[Any, Any]", value)[step]
        elif isinstance(value, list) and isinstance(step, int):
            value = cast("list[Any]", value)[step]
        else:
            found = False
            continue
        path.append(step)
    if not found and error["type"] in FIELD_ERRORS:
        # A default that was refused goes by the name of the field, not by that of the wire.
        path.append(to_camel(str(error["loc"][-1])))
    elif error["type"] in TAG_ERRORS:
        path.append(str(error.get("ctx", {})["discriminator"]).strip("'"))
    return tuple(path)


def _with_null(value: Any, path: Path) -> Any:
    """A copy of `value` with null at `path`; an empty list on the way there is an empty object of Lua."""
    if not path:
        return None
    step, *rest = path
    if isinstance(step, int):
        return [_with_null(item, tuple(rest)) if index == step else item for index, item in enumerate(value)]
    table = cast("dict[str, Any]", value or {})
    return {**table, str(step): _with_null(table.get(str(step)), tuple(rest))}


def _spelled(path: Path) -> str:
    """The path as a person writes it: "message.attachments[0].uri"."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")
