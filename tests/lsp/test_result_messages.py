from typing import Any

import pytest

from chatls.errors import InvalidParams
from chatls.lsp.result_messages import CallToolResult, GetTurnResult, ListToolsResult
from chatls.lsp.validate import validate
from tests.support.schemas import check_value


@pytest.mark.parametrize(
    "result", [{}, {"result": {"text": ""}, "error": {"code": "cancelled", "message": "The user stopped it."}}]
)
def test_a_tool_answers_with_text_or_an_error(result: dict[str, Any]) -> None:
    with pytest.raises(InvalidParams, match="exactly one of result and error"):
        validate(CallToolResult, result)
    with pytest.raises(AssertionError, match="chat_callTool"):
        check_value("chat_callTool.result", result)


def test_the_schema_of_a_tool_passes_verbatim() -> None:
    schema = {"type": "object", "properties": {"max_depth": {"default": None}}}
    tool = {"name": "t", "description": "d", "kind": "read", "inputSchema": schema}
    assert validate(ListToolsResult, {"tools": [tool]}).to_wire() == {"tools": [tool]}
    check_value("chat_listTools.result", {"tools": [tool]})


@pytest.mark.parametrize("result", [{"events": [], "lastSeq": -1}, {"reset": True, "events": [], "lastSeq": 3}])
def test_a_turn_may_have_nothing_new(result: dict[str, Any]) -> None:
    assert validate(GetTurnResult, result).to_wire() == result
    check_value("chat_getTurn.result", result)
