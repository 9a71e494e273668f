from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from chatls.wording import expected

CASES: list[tuple[Any, object, str]] = [
    (int, "1", "an integer"),
    (int, 1.5, "an integer"),
    (str, 1, "a string"),
    (bool, 1, "true or false"),
    (float, "x", "a number"),
    (int | str, None, "an integer or a string"),
    (Literal["a", "b"], "c", "one of 'a' or 'b'"),
    (list[int], {}, "a list"),
    (dict[str, int], 3, "an object"),
    (Annotated[int, Field(ge=1)], 0, "a number of at least 1"),
    (Annotated[float, Field(le=0.5)], 0.7, "a number of at most 0.5"),
    (Annotated[float, Field(gt=0)], 0, "a number above 0"),
    (Annotated[str, Field(min_length=1)], "", "a string that is not empty"),
    (Annotated[list[int], Field(min_length=2)], [1], "at least 2 of them"),
    (Annotated[float, Field(allow_inf_nan=False)], float("inf"), "a finite number"),
]


@pytest.mark.parametrize(("kind", "value", "words"), CASES, ids=[words for *_, words in CASES])
def test_a_wrong_value_is_told_by_what_was_expected(kind: Any, value: object, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value, strict=True)
    assert expected(caught.value.errors()) == words


def test_an_error_without_words_of_ours_is_told_in_those_of_pydantic() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Annotated[int, Field(multiple_of=3)]).validate_python(4)
    assert expected(caught.value.errors()) == "a multiple of 3"
