from typing import Annotated, Any, Literal

import pytest
from pydantic import BeforeValidator, Field, field_validator

from chatls.errors import InvalidParams
from chatls.lsp.validate import validate
from chatls.lsp.wire import Wire, absent


class Circle(Wire):
    type: Literal["circle"]
    radius: int


class Square(Wire):
    type: Literal["square"]
    side: float


def _as_square(value: object) -> object:
    return {"type": "square", "side": value} if isinstance(value, float) else value


class Drawing(Wire):
    shapes: list[Annotated[Circle | Square, Field(discriminator="type")]]
    frame: Square | None = None
    depth: int | str = 0
    mood: bool | Literal["low", "high"] = False
    sized: Annotated[Square | None, BeforeValidator(_as_square)] = None
    line_width: int | None = Field(default=1, validate_default=True)

    @field_validator("line_width")
    @classmethod
    def _wide(cls, value: int | None) -> int | None:
        if value is None:
            raise absent("a width, since there are shapes")
        return value


SQUARE = {"type": "square", "side": 1.0}


@pytest.mark.parametrize(
    ("params", "field", "expected"),
    [
        ({}, "shapes", "a list, but it is missing"),
        (None, "shapes", "a list, but it is missing"),
        ([], "shapes", "a list, but it is missing"),
        (3, "", "an object"),
        ([1], "", "an object"),
        ({"shapes": {}}, "shapes", "a list"),
        ({"shapes": [1]}, "shapes[0]", "an object"),
        ({"shapes": [SQUARE, {"type": "circle"}]}, "shapes[1].radius", "an integer, but it is missing"),
        ({"shapes": [{"type": "circle", "radius": "3"}]}, "shapes[0].radius", "an integer"),
        ({"shapes": [{"radius": 3}]}, "shapes[0].type", "one of 'circle', 'square', but it is missing"),
        ({"shapes": [{"type": "oval"}]}, "shapes[0].type", "one of 'circle', 'square'"),
        ({"shapes": [], "frame": []}, "frame.type", "one of 'square', but it is missing"),
        ({"shapes": [], "depth": 1.5}, "depth", "an integer or a string"),
        ({"shapes": [], "mood": "mid"}, "mood", "true or false or one of 'low' or 'high'"),
        ({"shapes": [], "sized": {"type": "square"}}, "sized.side", "a number, but it is missing"),
        ({"shapes": [], "lineWidth": None}, "lineWidth", "a width, since there are shapes"),
    ],
)
def test_the_first_wrong_field_is_named_with_what_was_expected(params: Any, field: str, expected: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        validate(Drawing, params)
    assert (caught.value.field, caught.value.expected) == (field, expected)


def test_a_default_that_is_refused_goes_by_its_name_on_the_wire() -> None:
    class Strict(Wire):
        long_name: int | None = Field(default=None, validate_default=True)

        @field_validator("long_name")
        @classmethod
        def _given(cls, value: int | None) -> int | None:
            if value is None:
                raise absent("a number")
            return value

    with pytest.raises(InvalidParams) as caught:
        validate(Strict, {})
    assert caught.value.field == "longName"


def test_good_params_become_the_message() -> None:
    drawing = validate(Drawing, {"shapes": [SQUARE], "sized": 2.0, "unknown": 1})
    assert drawing.shapes == [Square(type="square", side=1.0)]
    assert drawing.sized == Square(type="square", side=2.0)


def test_the_error_keeps_nothing_of_what_was_sent() -> None:
    with pytest.raises(InvalidParams) as caught:
        validate(Drawing, {"shapes": "sk-0123456789"})
    assert "sk-0123456789" not in caught.value.message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
