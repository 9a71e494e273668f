"""What an HTTP status means, in words, for any model server.

Pure: a status, the text that came with it and who said it go in, a `ProviderError` comes out. Each provider asks here
for what is the same everywhere and adds what only its server knows. Nothing of a response is repeated unsanitised.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from chatls.errors import ProviderError, Reason
from chatls.providers.retry import MAX_RETRY_AFTER, RETRYABLE_STATUS, in_words, retry_after

MAX_SHOWN = 500
"""Characters of a foreign text that are repeated in a message."""

_MARKUP = re.compile(r"<(?:script|style)\b[^<>]*>[^<]*|<[^<>]*>", re.IGNORECASE)
_ESCAPE_SEQUENCE = r"\x1b\[[0-9;?]*[ -/]*[@-~]"
_INVISIBLE = re.compile(
    _ESCAPE_SEQUENCE
    + r"|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\U000e0000-\U000e007f]+"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A response that is not the stream that was asked for. `text` is its body, or the error inside it."""

    server: str
    """As people call it, with its address: "Ollama at 127.0.0.1:11434"."""
    status: int
    text: str = ""
    headers: Mapping[str, str] | None = None
    """Names in lower case."""


def plain(text: str) -> str:
    """At most 500 characters of `text`, on one line, without markup, control characters or escape sequences."""
    visible = _INVISIBLE.sub(" ", _MARKUP.sub(" ", text[: 40 * MAX_SHOWN]))
    words = " ".join(visible.split())
    return words if len(words) <= MAX_SHOWN else words[: MAX_SHOWN - 1] + "…"


def refused(refusal: Refusal, *, hint: str = "") -> ProviderError:
    """The error for a response by its status alone; `hint` where the provider knows better than the default."""
    headers = refusal.headers or {}
    status = refusal.status
    if 300 <= status < 400:
        return _redirected(refusal, headers.get("location", ""))
    wait = retry_after(headers.get("retry-after")) if status in RETRYABLE_STATUS else None
    if wait is not None and wait > MAX_RETRY_AFTER:
        return _asked_to_wait(refusal, wait)
    said = plain(refusal.text)
    end = "" if said.endswith((".", "!", "?", "…")) else "."
    return ProviderError(
        _REASONS.get(status, "provider_error"),
        f"{refusal.server} answered with status {status}" + (f": {said}" if said else "") + end,
        hint=hint or _HINTS.get(status, "Check the address; the server's own log may say more."),
        retryable=status in RETRYABLE_STATUS,
        status=status,
        retry_after=wait,
    )


_REASONS: Mapping[int, Reason] = {
    401: "auth_failed",
    403: "auth_failed",
    404: "model_not_found",
    408: "timeout",
    429: "rate_limited",
    504: "timeout",
}
_HINTS: Mapping[int, str] = {
    401: "Check the user name and password, or the key, that are configured for this address.",
    403: "Check that this address may be used from here and with this key.",
    413: "The request is too large for this server: attach less, or begin a new session.",
    429: "Wait a little, or use another model.",
    502: "Something between here and the model server cannot reach it: check that it runs, and the address.",
    503: "The model server is busy or starting: try again in a moment.",
    504: "Something between here and the model server gave up waiting: ask for less, or raise its time limit.",
}


def _asked_to_wait(refusal: Refusal, seconds: float) -> ProviderError:
    return ProviderError(
        "rate_limited",
        f"{refusal.server} takes no requests now (status {refusal.status}).",
        hint=f"It asks to try again in {in_words(seconds)}.",
        status=refusal.status,
        retry_after=seconds,
    )


def _redirected(refusal: Refusal, location: str) -> ProviderError:
    """Only the host is named: the rest of a foreign address may hold anything."""
    try:
        target = urlsplit(location).hostname
    except ValueError:
        target = None
    where = f" to {plain(target)}" if target else ""
    return ProviderError(
        "provider_error",
        f"{refusal.server} redirects{where} (status {refusal.status}); redirects are not followed.",
        hint="Set the address to the model server itself.",
        status=refusal.status,
    )
