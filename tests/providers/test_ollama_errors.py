import json
from typing import Any

import pytest

from chatls.errors import ContextOverflow, ProviderError, Reason
from chatls.providers.ollama_errors import OllamaError, in_stream, of_response, unwrap
from chatls.providers.refusals import Refusal

SERVER = "Ollama at 127.0.0.1:11434"
OVERFLOW: dict[str, Any] = {
    "code": 400,
    "message": "request (6019 tokens) exceeds the available context size (512 tokens), try increasing it",
    "type": "exceed_context_size_error",
    "n_prompt_tokens": 6019,
    "n_ctx": 512,
}


def response(status: int, body: object, model: str = "llama3.1:latest") -> ProviderError:
    """The error for a refusal; a body that is no text is sent as JSON."""
    return of_response(Refusal(SERVER, status, body if isinstance(body, str) else json.dumps(body)), model)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", OllamaError("plain")),
        ({"message": "m", "code": 400, "type": "t"}, OllamaError("m", 400, "t")),
        (json.dumps({"error": {"message": "m", "code": 400}}), OllamaError("m", 400)),
        ({"StatusCode": 429, "error": "slow"}, OllamaError("slow", 429)),
        ({"error": json.dumps({"error": json.dumps({"message": "deep"})})}, OllamaError("deep")),
        ({"code": "invalid_api_key", "message": "m"}, OllamaError("m")),
        ("{not json", OllamaError("{not json")),
        ({}, OllamaError("unknown error")),
        ([1], OllamaError("[1]")),
    ],
    ids=repr,
)
def test_an_error_is_unwrapped_from_whatever_is_around_it(value: object, expected: OllamaError) -> None:
    assert unwrap(value) == expected


def test_an_error_nested_without_end_is_an_error() -> None:
    assert unwrap('{"error":' * 100_000).text


@pytest.mark.parametrize(
    ("status", "body", "reason", "hint"),
    [
        (404, {"error": "model 'x' not found"}, "model_not_found", "`ollama pull llama3.1:latest`"),
        (404, {"error": 'model "x" not found, try pulling it first'}, "model_not_found", "ollama pull"),
        (404, "404 page not found", "provider_protocol", "address"),
        (401, {"error": "unauthorized", "signin_url": "https://x"}, "auth_failed", "ollama signin"),
        (403, "", "auth_failed", "OLLAMA_ORIGINS"),
        (403, {"error": "ollama cloud is disabled"}, "auth_failed", "this machine"),
        (400, {"error": json.dumps({"error": OVERFLOW})}, "context_overflow", "ollama.num_ctx"),
        (400, {"error": "the input length exceeds the context length"}, "context_overflow", "num_ctx"),
        (400, {"error": "the prompt is longer than the context length currently"}, "context_overflow", "num_ctx"),
        (400, {"error": '"m" does not support thinking'}, "provider_error", "`think`"),
        (400, {"error": "m does not support tools"}, "provider_error", "tools"),
        (400, {"error": '"m" does not support chat'}, "provider_error", "choose another"),
        (500, {"error": 'option "temperature" must be of type float32'}, "provider_error", "Correct that option"),
        (500, {"error": "model requires more system memory (9 GiB) than is available"}, "provider_error", "smaller"),
        (500, {"error": "model runner has unexpectedly stopped"}, "provider_error", "log"),
        (500, {"error": json.dumps({"error": {"code": 500, "message": "tools param requires --jinja flag"}})},
         "provider_error", "ollama stop"),
        (429, {"error": "slow down"}, "rate_limited", "Wait a little"),
        (503, {"error": "server busy, please try again.  maximum pending requests exceeded"}, "provider_error", "busy"),
        (502, "<html><h1>502 Bad Gateway</h1></html>", "provider_error", "Something between"),
    ],
)  # fmt: skip
def test_f32_a_refusal_says_what_is_wrong_and_what_to_do(status: int, body: object, reason: Reason, hint: str) -> None:
    error = response(status, body)
    assert (error.reason, error.status) == (reason, status)
    assert hint in error.hint
    assert "{" not in error.message


MLX = "input length (6019 tokens) exceeds the model's maximum context length (512 tokens)"


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        (json.dumps({"error": OVERFLOW}), (6019, 512)),
        (MLX, (6019, 512)),
        ("the input length exceeds the context length", (None, None)),
        ("the prompt is longer than the context length currently available to the model; shorten it", (None, None)),
    ],
    ids=["native", "mlx", "runner", "rendered"],
)
def test_every_form_of_an_overflow_is_one_with_the_numbers_it_has(
    said: str, numbers: tuple[int | None, int | None]
) -> None:
    for error in (response(400, {"error": said}), in_stream({"error": said}, "m")):
        assert isinstance(error, ContextOverflow)
        assert (error.tokens, error.limit) == numbers


@pytest.mark.parametrize(("status", "retryable"), [(400, False), (404, False), (429, True), (500, False), (503, True)])
def test_f33_only_what_may_pass_is_tried_again(status: int, retryable: bool) -> None:
    assert response(status, {"error": "x"}).retryable is retryable


def test_a_spent_allowance_is_not_tried_again() -> None:
    error = response(429, {"error": "you (user) have reached your session usage limit, upgrade for more"})
    assert (error.reason, error.retryable) == ("rate_limited", False)


def test_a_refusal_without_a_model_names_none() -> None:
    assert "pull" not in response(404, {"error": "not found"}, model="").hint


def test_a_model_that_is_to_be_pulled_is_named_harmlessly() -> None:
    assert "\x1b" not in response(404, {"error": "no"}, model="x\x1b[2J").hint


@pytest.mark.parametrize(
    ("record", "reason", "message"),
    [
        ({"error": "unexpected EOF"}, "provider_error", "Ollama broke off with an error: unexpected EOF"),
        ({"error": ""}, "provider_error", "Ollama broke off with an error: unknown error"),
        ({"error": {"message": "bad", "code": "server_error"}}, "provider_error", "broke off with an error: bad"),
        ({"error": json.dumps({"error": OVERFLOW})}, "context_overflow", "does not fit the context window of m"),
        ({"error": "busy", "StatusCode": 503}, "provider_error", "status 503: busy"),
        ({"error": "x" * 10_000}, "provider_error", "xxx…"),
    ],
    ids=["text", "empty", "object", "document in a string", "with a status", "long"],
)
def test_an_error_inside_a_stream_says_as_much(record: dict[str, Any], reason: Reason, message: str) -> None:
    error = in_stream(record, "m")
    assert error.reason == reason
    assert message in error.message
    assert error.hint
