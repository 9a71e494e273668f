"""What a client is told when something fails: the right code, one sentence, and nothing it must not see."""

from typing import Any

import pytest

from chatls.errors import InvalidParams, NotFound, ProviderError, SessionBusy, SessionNotFound
from chatls.lsp.errors import RpcFailure, TurnFailed, to_rpc_error
from tests.support.schemas import check_value

DOWN = ProviderError("provider_unreachable", "It is not there.", hint="Start it.", retryable=True, status=503)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RpcFailure(-32601, "No such method."), {"code": -32601, "message": "No such method."}),
        (
            InvalidParams("message.content", "a string"),
            {
                "code": -32602,
                "message": "message.content: expected a string",
                "data": {"field": "message.content", "expected": "a string"},
            },
        ),
        (
            InvalidParams("", "an object"),
            {"code": -32602, "message": "params: expected an object", "data": {"field": "", "expected": "an object"}},
        ),
        (
            DOWN,
            {
                "code": -32803,
                "message": "It is not there.",
                "data": {"reason": "provider_unreachable", "retryable": True, "hint": "Start it.", "status": 503},
            },
        ),
        (
            TurnFailed(DOWN, {"sessionId": "s", "turnId": "t", "final": None}),
            {
                "code": -32803,
                "message": "It is not there.",
                "data": {
                    "reason": "provider_unreachable",
                    "retryable": True,
                    "hint": "Start it.",
                    "status": 503,
                    "sessionId": "s",
                    "turnId": "t",
                },
            },
        ),
    ],
    ids=["JSON-RPC", "params", "params as a whole", "provider", "turn"],
)
def test_an_error_has_its_code_and_data_without_nulls(error: Exception, expected: dict[str, Any]) -> None:
    assert to_rpc_error(error) == expected


@pytest.mark.parametrize(
    "error", [SessionNotFound("s"), SessionBusy("s"), NotFound("No turn.", hint="Look again."), DOWN]
)
def test_data_of_a_failed_request_is_as_its_schema_has_it(error: Exception) -> None:
    data = to_rpc_error(error)["data"]
    check_value("error_data", data)
    assert data["hint"]


@pytest.mark.parametrize(
    "error", [KeyError("sk-secret"), OSError(2, "no", "/home/me/x"), ExceptionGroup("g", [KeyError("sk-secret")])]
)
def test_what_nobody_expected_shows_a_number_that_the_log_knows_too(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    found = to_rpc_error(error)
    assert found["code"] == -32603
    assert "/home" not in str(found)
    assert "secret" not in str(found) + caplog.text
    number = found["message"].split("error ")[1].rstrip(").")
    assert number in caplog.text
    assert ("KeyError" in caplog.text) != ("FileNotFoundError" in caplog.text)
