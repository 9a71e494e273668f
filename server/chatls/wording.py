"""What pydantic has to say about a wrong value, in the words of a person: "expected an integer".

One table, no state, and never the wrong value itself: it may be a secret. Called by `config/layers.py` and
`lsp/validate.py`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

WORDS = {
    "absent": "{expected}",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "an object",
    "finite_number": "a finite number",
    "float_parsing": "a number",
    "float_type": "a number",
    "greater_than": "a number above {gt:.12g}",
    "greater_than_equal": "a number of at least {ge:.12g}",
    "int_from_float": "an integer",
    "int_parsing": "an integer",
    "int_type": "an integer",
    "less_than_equal": "a number of at most {le:.12g}",
    "list_type": "a list",
    "is_instance_of": "a path",
    "literal_error": "one of {expected}",
    "missing": "a value",
    "model_attributes_type": "an object",
    "model_type": "an object",
    "string_too_short": "a string that is not empty",
    "string_type": "a string",
    "too_long": "at most {max_length} of them",
    "too_short": "at least {min_length} of them",
    "union_tag_invalid": "one of {expected_tags}",
    "value_error": "{error}",
}
"""pydantic's error type to what was expected; `{...}` are the names of pydantic's own context."""


def expected(errors: Iterable[ErrorDetails]) -> str:
    """What was expected where `errors` were found, which all concern one value: "an integer or a string"."""
    return " or ".join(dict.fromkeys(_words(error) for error in errors))


def _words(error: ErrorDetails) -> str:
    context: Mapping[str, Any] = error.get("ctx", {})
    template = WORDS.get(error["type"])
    return error["msg"].removeprefix("Input should be ") if template is None else template.format(**context)
