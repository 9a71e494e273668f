"""What `chat/showPrompt` takes and answers, as a client sees it."""

from typing import Any

import pytest

from chatls.errors import InvalidParams
from chatls.lsp.prompt_messages import ShowPromptParams, ShowPromptResult
from chatls.lsp.validate import validate
from tests.support.schemas import check_value

RESULT: dict[str, Any] = {
    "model": "ollama/m",
    "request": {"messages": [], "options": {}},
    "tokens": 12,
    "estimated": True,
}


def test_nothing_need_be_said() -> None:
    assert validate(ShowPromptParams, {}) == validate(ShowPromptParams, []) == ShowPromptParams()


def test_a_message_is_that_of_a_turn() -> None:
    message = {"content": "Hi", "attachments": [{"type": "text", "name": "notes", "text": "x"}]}
    params = validate(ShowPromptParams, {"message": message, "options": {"maxTokens": 5}})
    assert params.message is not None
    assert params.message.to_wire() == message


@pytest.mark.parametrize("params", [{"message": "Hi"}, {"sessionId": ""}, {"options": {"maxTokens": 0}}])
def test_what_is_wrong_is_refused(params: object) -> None:
    with pytest.raises(InvalidParams):
        validate(ShowPromptParams, params)


def test_a_model_without_a_window_has_no_limit() -> None:
    assert validate(ShowPromptResult, RESULT).to_wire() == RESULT
    check_value("chat_showPrompt.result", {**RESULT, "contextLimit": 4096, "answerRoom": 1024, "toSummarise": 3})
