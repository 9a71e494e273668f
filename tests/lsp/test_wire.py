from typing import Any

import pytest
from pydantic import Field, ValidationError

from chatls.lsp.wire import Count, Id, JsonObject, Position, Range, Timestamp, Token, Wire


class Inner(Wire):
    some_count: Count


class Sample(Wire):
    long_name: str = "x"
    inner: Inner | None = None
    args: JsonObject = Field(default_factory=dict[str, Any])
    token: Token | None = None
    id: Id = "1"
    at: Timestamp = "2026-01-02T03:04:05Z"


def test_names_are_camel_case_on_the_wire() -> None:
    sample = Sample.model_validate({"longName": "a", "inner": {"someCount": 1}})
    assert sample == Sample(long_name="a", inner=Inner(some_count=1))
    assert sample.to_wire() == {
        "longName": "a",
        "inner": {"someCount": 1},
        "args": {},
        "id": "1",
        "at": "2026-01-02T03:04:05Z",
    }


def test_what_has_no_value_is_left_out_but_arguments_pass_verbatim() -> None:
    sent = Sample(args={"depth": None, "list": [None], "snake_case": {}}).to_wire()
    assert "inner" not in sent
    assert sent["args"] == {"depth": None, "list": [None], "snake_case": {}}


def test_an_empty_table_of_lua_is_an_empty_object() -> None:
    assert Sample.model_validate({"args": []}).args == {}
    assert Sample.model_validate([]) == Sample()
    with pytest.raises(ValidationError, match="someCount"):
        Sample.model_validate({"inner": []})


def test_unknown_fields_are_ignored() -> None:
    assert Sample.model_validate({"news": 1}) == Sample()


@pytest.mark.parametrize("token", [1, "1"])
def test_a_token_keeps_its_type(token: int | str) -> None:
    kept = Sample.model_validate({"token": token}).token
    assert kept == token
    assert type(kept) is type(token)


@pytest.mark.parametrize(
    "wrong",
    [
        {"longName": 1},
        {"token": True},
        {"token": 1.5},
        {"inner": {"someCount": "1"}},
        {"inner": {"someCount": True}},
        {"inner": {"someCount": -1}},
        {"id": ""},
        {"args": [1]},
        {"at": "yesterday"},
        {"at": "2026-01-02T03:04:05+01:00"},
    ],
)
def test_no_type_is_taken_for_another(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate(wrong)


@pytest.mark.parametrize("number", [-1, 2**31])
def test_positions_are_those_of_lsp(number: int) -> None:
    start = Position(line=0, character=0)
    with pytest.raises(ValidationError):
        Range.model_validate({"start": start, "end": {"line": number, "character": 0}})


def test_messages_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Sample().id = "2"
