"""What the server asks of a client, and what counts as an answer to it."""

from typing import Any

import pytest

from chatls.errors import InvalidParams
from chatls.lsp.editor_messages import GetDiagnosticsResult, RequestApprovalResult, SaveDocumentsResult
from chatls.lsp.validate import validate
from chatls.lsp.wire import Wire


@pytest.mark.parametrize(
    ("model", "answer", "field"),
    [
        (RequestApprovalResult, None, "optionId"),
        (RequestApprovalResult, {"optionId": ""}, "optionId"),
        (RequestApprovalResult, {"optionId": 1}, "optionId"),
        (RequestApprovalResult, {"optionId": "a", "hunks": "all"}, "hunks"),
        (RequestApprovalResult, {"optionId": "a", "hunks": [1]}, "hunks[0]"),
        (SaveDocumentsResult, {"failed": []}, "saved"),
        (SaveDocumentsResult, {"saved": "all", "failed": []}, "saved"),
        (GetDiagnosticsResult, {}, "items"),
    ],
)
def test_a_malformed_answer_is_refused_naming_the_field(model: type[Wire], answer: Any, field: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        validate(model, answer)
    assert caught.value.field == field


def test_a_diagnostic_may_hold_more_than_is_read() -> None:
    place = {"line": 1, "character": 2}
    found = {"range": {"start": place, "end": place}, "message": "unused", "code": "F401", "tags": [1]}
    items = [{"uri": "file:///a", "diagnostics": [found]}]
    assert validate(GetDiagnosticsResult, {"items": items}).items[0].diagnostics[0].message == "unused"
