"""The exceptions: one sentence each, a reason, and a hint where something can be done."""

import pytest

from chatls.errors import ChatError, ConfigError, InvalidParams, NotFound, SessionBusy, SessionNotFound, internal


def test_every_refusal_has_its_reason_and_says_what_to_do() -> None:
    errors = [SessionNotFound("s"), SessionBusy("s")]
    assert [(error.reason, error.retryable) for error in errors] == [
        ("session_not_found", False),
        ("session_busy", True),
    ]
    assert all("'s'" in error.message and error.hint for error in errors)
    assert NotFound("No.", hint="Look.").reason == "not_found"


@pytest.mark.parametrize(("field", "message"), [("a.b", "a.b: expected x"), ("", "params: expected x")])
def test_wrong_params_name_the_field(field: str, message: str) -> None:
    error = InvalidParams(field, "x")
    assert (error.message, error.field, error.expected) == (message, field, "x")


@pytest.mark.parametrize(
    ("origin", "message"),
    [("client", "ollama.num_ctx (client): expected an integer"), ("", "ollama.num_ctx: expected an integer")],
)
def test_a_wrong_setting_names_its_key_and_where_it_came_from(origin: str, message: str) -> None:
    error = ConfigError("ollama.num_ctx", "expected an integer", origin=origin)
    assert error.message == message
    assert "ollama.num_ctx" in error.hint


def failing() -> None:
    raise KeyError("sk-secret")


@pytest.mark.parametrize("grouped", [False, True])
def test_what_nobody_expected_is_told_by_a_number_and_logged_by_its_place(
    grouped: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(KeyError) as caught:
        failing()
    found = internal(ExceptionGroup("of tasks", [caught.value]) if grouped else caught.value)
    assert isinstance(found, ChatError)
    assert found.reason == "internal"
    number = found.message.split("error ")[1].rstrip(").")
    assert f"internal error {number}: KeyError at " in caplog.text
    assert "failing:" in caplog.text
    assert "secret" not in found.message + caplog.text
