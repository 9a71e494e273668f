"""Which failed model calls are made again, and when.

Pure: it decides, the orchestrator waits. The numbers are those of the wire contract, section 5. Also reads the
`Retry-After` header, for whoever turns a response into an error.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime

from chatls.errors import ProviderError

MAX_TRIES = 4
FIRST_DELAY = 1.0
MAX_DELAY = 10.0
MAX_RETRY_AFTER = 30.0
"""Seconds a server may ask to be left alone before the call is given up instead."""
RETRYABLE_STATUS = frozenset({408, 429, 502, 503, 504})
"""A 500 is not among them: it is most often a wrong option, and stays wrong."""


class StreamingErrorHandler:
    """Exponential delays with jitter, and only while nothing of the call was shown.

    `jitter` returns a number of 0 to 1; a delay is between half of its step and the whole.
    """

    def __init__(self, *, max_tries: int = MAX_TRIES, jitter: Callable[[], float] = random.random) -> None:
        self._max_tries = max_tries
        self._jitter = jitter

    def delay(self, error: ProviderError, attempt: int, *, shown: bool) -> float | None:
        """Seconds to wait before the next try; None: give up. `attempt` counts the tries that failed, from 1."""
        if shown or not error.retryable or attempt >= self._max_tries:
            return None
        step = min(FIRST_DELAY * 2 ** (attempt - 1), MAX_DELAY)
        delay = step * (0.5 + 0.5 * self._jitter())
        if error.retry_after is None:
            return delay
        return None if error.retry_after > MAX_RETRY_AFTER else max(delay, error.retry_after)


def retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """The seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: a number or a date); None if it says nothing.

    `now` is the time that a date is measured against; the present by default.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    from email.utils import parsedate_to_datetime  # with most of a mail parser, and hardly ever needed

    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


def in_words(seconds: float) -> str:
    """A time span for people: "45 s", "3 min", "24 h"."""
    if seconds < 100:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 6000 else f"{round(seconds / 3600)} h"
