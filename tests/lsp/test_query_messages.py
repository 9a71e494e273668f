from typing import Any

import pytest

from chatls.errors import InvalidParams
from chatls.lsp.query_messages import (
    CallToolParams,
    GetSessionParams,
    GetTurnParams,
    ListSessionsParams,
    NoParams,
)
from chatls.lsp.validate import validate
from chatls.lsp.wire import Wire


@pytest.mark.parametrize("params", [None, [], {}])
def test_a_request_without_params_takes_any_kind_of_nothing(params: object) -> None:
    assert validate(NoParams, params) == NoParams()
    assert validate(ListSessionsParams, params).limit == 50


@pytest.mark.parametrize("args", [[], None])
def test_a_tool_called_with_nothing_gets_an_empty_object(args: object) -> None:
    assert validate(CallToolParams, {"tool": "list_directory", "args": args}).args == {}


def test_the_arguments_of_a_tool_pass_verbatim() -> None:
    args: dict[str, Any] = {"max_depth": None, "camelCase": [[], {}], "n": 1.0}
    assert validate(CallToolParams, {"tool": "t", "args": args}).args == args


def test_a_turn_is_read_from_its_first_event_unless_told_otherwise() -> None:
    assert validate(GetTurnParams, {"sessionId": "s", "turnId": "t"}).after_seq == -1


@pytest.mark.parametrize(
    ("model", "params", "field"),
    [
        (ListSessionsParams, {"limit": 0}, "limit"),
        (ListSessionsParams, {"limit": 201}, "limit"),
        (ListSessionsParams, {"limit": "20"}, "limit"),
        (ListSessionsParams, {"limit": True}, "limit"),
        (ListSessionsParams, {"query": 1}, "query"),
        (GetSessionParams, {}, "sessionId"),
        (GetSessionParams, {"sessionId": "s", "before": 1}, "before"),
        (GetTurnParams, {"sessionId": "s"}, "turnId"),
        (GetTurnParams, {"sessionId": "s", "turnId": "t", "afterSeq": -2}, "afterSeq"),
        (CallToolParams, {}, "tool"),
        (CallToolParams, {"tool": "t", "args": ["a.py"]}, "args"),
        (CallToolParams, {"tool": "t", "workDoneToken": {}}, "workDoneToken"),
    ],
)
def test_misuse_names_the_field(model: type[Wire], params: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        validate(model, params)
    assert caught.value.field == field
