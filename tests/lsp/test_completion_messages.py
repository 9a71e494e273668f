"""What completion takes and answers, as a client sees it."""

import pytest

from chatls.errors import InvalidParams
from chatls.lsp.completion_messages import CompleteParams, CompletionItem, CompletionList
from chatls.lsp.validate import validate
from tests.support.schemas import check_value

ITEM = {
    "label": "a.py",
    "kind": 17,
    "sortText": "000",
    "filterText": "@a.py",
    "textEdit": {
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 2}},
        "newText": "@a.py",
    },
    "data": {"type": "path"},
}


def test_an_item_is_one_of_lsps() -> None:
    assert validate(CompletionItem, ITEM).to_wire() == ITEM
    check_value("chat_complete.result", {"isIncomplete": True, "items": [ITEM, {**ITEM, "detail": "a file"}]})
    assert validate(CompletionList, {"isIncomplete": False, "items": []}).items == []


@pytest.mark.parametrize("type_", ["path", "range", "agent", "command"])
def test_an_item_says_what_it_is(type_: str) -> None:
    assert validate(CompletionItem, {**ITEM, "data": {"type": type_}}).data.type == type_


@pytest.mark.parametrize(
    ("position", "field"),
    [(None, "position"), ({"line": 0}, "position.character"), ({"line": 0, "character": 1.5}, "position.character")],
)
def test_a_position_is_needed(position: object, field: str) -> None:
    with pytest.raises(InvalidParams) as refused:
        validate(CompleteParams, {"text": "@", "position": position})
    assert refused.value.field == field
