"""What all messages have in common: camelCase names, strict types, nothing that is null.

The base model and the few types that several messages share. The messages themselves are in `lsp/messages.py`, what
rides in `$/progress` in `lsp/event_messages.py`. Pure pydantic: no pygls, no I/O.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


class Wire(BaseModel):
    """Base of all messages. Unknown fields are ignored, since either side may be newer; an integer is no string.

    Building the validators is put off until a model is used: most servers use a few of them.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, strict=True, frozen=True, extra="ignore", defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _lua_table(cls, value: object) -> object:
        # Lua has one kind of empty table, and sends it as a list.
        return {} if value == [] else value

    def to_wire(self) -> dict[str, Any]:
        """As JSON has it: camelCase, what has no value left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _object(value: object) -> object:
    return {} if value is None or value == [] else value


def one_of(*names: str) -> dict[str, JsonValue]:
    """The part of a JSON Schema that asks for exactly one of these fields."""
    return {"oneOf": [{"required": [name]} for name in names]}


def absent(expected: str) -> PydanticCustomError:
    """The error of a field that may be left out, but not here; says what was expected instead."""
    return PydanticCustomError("absent", "{expected}", {"expected": expected})


Id = Annotated[str, Field(min_length=1)]
MAX_UINT = 2**31 - 1
Uint = Annotated[int, Field(ge=0, le=MAX_UINT)]
Count = Annotated[int, Field(ge=0)]
Limit = Annotated[int, Field(ge=1, le=200, description="How many at most.")]
Uri = Annotated[str, Field(min_length=1, json_schema_extra={"format": "uri"})]
Timestamp = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", json_schema_extra={"format": "date-time"})
]
Seq = Annotated[int, Field(ge=-1, description="The number of an event; -1 stands before the first.")]
Token = Annotated[int | str, Field(description='A token of LSP\'s progress; 1 is not "1".')]
JsonObject = Annotated[dict[str, Any], BeforeValidator(_object)]


class Position(Wire):
    """A position of LSP."""

    line: Uint
    character: Uint


class Range(Wire):
    """A range of LSP."""

    start: Position
    end: Position
