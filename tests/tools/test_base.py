import pytest
from pydantic import Field, ValidationError

from chatls.chat.events import ToolText
from chatls.chat.ports import ToolRun
from chatls.tools.base import Arguments, Tool


class Named(Arguments):
    name: str


async def nothing(_: Named, __: ToolRun) -> ToolText:
    return ToolText("")


def test_a_tool_is_offered_with_the_schema_of_its_arguments() -> None:
    spec = Tool("greet", "Greets.", "other", Named, lambda given: given.name, nothing).spec()
    assert (spec.name, spec.description, spec.kind) == ("greet", "Greets.", "other")
    assert spec.input_schema["properties"].keys() == {"name"}
    assert spec.input_schema["additionalProperties"] is False


def test_an_argument_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValidationError):
        Named.model_validate({"name": "a", "nmae": "b"})


class Part(Arguments):
    title: str


class Whole(Arguments):
    parts: list[Part]
    note: str | None = Field(None, description="What for.")


async def nowhere(_: Whole, __: ToolRun) -> ToolText:
    return ToolText("")


def test_a_model_is_shown_a_schema_without_references_null_and_titles() -> None:
    schema = Tool("cut", "Cuts.", "other", Whole, lambda _: "", nowhere).spec().input_schema
    assert schema == {
        "type": "object",
        "required": ["parts"],
        "additionalProperties": False,
        "properties": {
            "parts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["title"],
                    "additionalProperties": False,
                    "properties": {"title": {"type": "string"}},
                },
            },
            "note": {"type": "string", "description": "What for."},
        },
    }
