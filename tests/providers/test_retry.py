from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.errors import ProviderError
from chatls.providers.retry import StreamingErrorHandler, in_words, retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def fault(*, retryable: bool = True, wait: float | None = None) -> ProviderError:
    return ProviderError("provider_error", "It failed.", retryable=retryable, retry_after=wait)


def delays(jitter: float, tries: int = 8) -> list[float | None]:
    handler = StreamingErrorHandler(max_tries=tries, jitter=lambda: jitter)
    return [handler.delay(fault(), attempt, shown=False) for attempt in range(1, tries + 1)]


def test_delays_double_from_one_second_up_to_ten() -> None:
    assert delays(jitter=1.0) == [1, 2, 4, 8, 10, 10, 10, None]


def test_jitter_takes_away_up_to_half() -> None:
    assert delays(jitter=0.0) == [0.5, 1, 2, 4, 5, 5, 5, None]


def test_there_are_at_most_four_tries() -> None:
    handler = StreamingErrorHandler()
    waits = [handler.delay(fault(), attempt, shown=False) for attempt in (1, 2, 3, 4)]
    assert [wait is not None for wait in waits] == [True, True, True, False]


def test_f36_nothing_is_repeated_once_text_was_shown() -> None:
    assert StreamingErrorHandler().delay(fault(), 1, shown=True) is None


def test_what_cannot_succeed_is_not_repeated() -> None:
    assert StreamingErrorHandler().delay(fault(retryable=False), 1, shown=False) is None


@pytest.mark.parametrize(("asked", "expected"), [(0.0, 1.0), (2.0, 2.0), (30.0, 30.0), (30.1, None), (86400.0, None)])
def test_f33_the_server_may_ask_for_up_to_thirty_seconds(asked: float, expected: float | None) -> None:
    handler = StreamingErrorHandler(jitter=lambda: 1.0)
    assert handler.delay(fault(wait=asked), 1, shown=False) == expected


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2.0),
        (" 120 ", 120.0),
        ("86400", 86400.0),
        ("Mon, 23 Nov 2026 12:00:45 GMT", 45.0),
        ("Mon, 23 Nov 2026 12:00:45 -0000", 45.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5e3", None),
        ("", None),
        (None, None),
        ("٣", None),
    ],
)
def test_f33_a_retry_after_header_is_a_number_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_a_date_is_measured_against_the_present() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    seconds = retry_after(later.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    assert seconds is not None
    assert 3590 < seconds <= 3600


@given(st.text(max_size=60) | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [A-Z+0-9-]+"))
def test_f33_no_header_makes_it_fail(header: str) -> None:
    seconds = retry_after(header, NOW)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (45, "45 s"), (180, "3 min"), (86400, "24 h")])
def test_a_time_span_is_put_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
