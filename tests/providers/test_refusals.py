import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.errors import Reason
from chatls.providers.refusals import MAX_SHOWN, Refusal, plain, refused

SERVER = "Ollama at 127.0.0.1:11434"
SECRET = "sk-CANARY"


def refusal(status: int, text: str = "", **headers: str) -> Refusal:
    return Refusal(SERVER, status, text, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (400, "provider_error", False),
        (401, "auth_failed", False),
        (403, "auth_failed", False),
        (404, "model_not_found", False),
        (408, "timeout", True),
        (413, "provider_error", False),
        (422, "provider_error", False),
        (429, "rate_limited", True),
        (500, "provider_error", False),
        (501, "provider_error", False),
        (502, "provider_error", True),
        (503, "provider_error", True),
        (504, "timeout", True),
        (529, "provider_error", False),
    ],
)
def test_f32_f33_a_status_tells_what_happened_and_whether_to_try_again(
    status: int, reason: Reason, retryable: bool
) -> None:
    error = refused(refusal(status, "No."))
    assert (error.reason, error.retryable, error.status) == (reason, retryable, status)
    assert error.message == f"{SERVER} answered with status {status}: No."


def test_a_status_without_text_is_a_sentence_too() -> None:
    assert refused(refusal(418)).message == f"{SERVER} answered with status 418."


def test_f33_a_short_wait_is_handed_on() -> None:
    error = refused(refusal(503, retry_after="7"))
    assert (error.retryable, error.retry_after) == (True, 7.0)


@pytest.mark.parametrize("status", [429, 503])
def test_f33_a_long_wait_is_an_error_that_tells_it(status: int) -> None:
    error = refused(refusal(status, retry_after="86400"))
    assert (error.reason, error.retryable) == ("rate_limited", False)
    assert "24 h" in error.hint


def test_a_retry_after_counts_only_where_there_is_something_to_retry() -> None:
    assert refused(refusal(500, retry_after="86400")).reason == "provider_error"


@pytest.mark.parametrize(
    ("location", "named"),
    [
        (f"https://user:{SECRET}@elsewhere.example/{SECRET}?key={SECRET}", "elsewhere.example"),
        ("http://169.254.169.254/latest", "169.254.169.254"),
    ],
)
def test_f34_a_redirect_names_the_host_it_points_to_and_nothing_else(location: str, named: str) -> None:
    error = refused(refusal(302, location=location))
    assert f"redirects to {named} " in error.message
    assert SECRET not in error.message + error.hint
    assert error.retryable is False


@pytest.mark.parametrize("location", ["", "/login", "http://[", "//"])
def test_f34_a_redirect_to_nowhere_is_told_as_well(location: str) -> None:
    assert "redirects (status 307)" in refused(refusal(307, location=location)).message


def test_f32_html_is_shown_as_its_words() -> None:
    page = "<html><head><title>502 Bad Gateway</title><style>p {color: red}</style></head><body><h1>502</h1>\nnginx"
    assert plain(page) == "502 Bad Gateway 502 nginx"


def test_f32_control_characters_and_escape_sequences_are_taken_out() -> None:
    assert plain("a\x1b[2J\x1b]52;c;Zm9v\x07b\u202ec\x9b2J\u200bd\ud800") == "a ]52;c;Zm9v b c 2J d"


def test_f32_a_long_text_is_cut() -> None:
    shown = plain("word " * 10_000)
    assert len(shown) == MAX_SHOWN
    assert shown.endswith("…")


@pytest.mark.parametrize("text", ["<" * 2_000_000, "<script" * 300_000, "\x1b[" * 1_000_000, "<style>" * 300_000])
def test_f32_no_text_takes_long_to_clean(text: str) -> None:
    begin = time.process_time()
    plain(text)
    assert time.process_time() - begin < 0.5


@given(st.text())
def test_f32_whatever_comes_is_one_line_that_can_be_shown(text: str) -> None:
    shown = plain(text)
    assert len(shown) <= MAX_SHOWN
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e\ud800-\udfff]", shown)
