"""What Ollama means by its error texts.

Pure. The same texts come as the body of a refused request and as a record inside a stream that began well; both end
here. Called by the stream parser and by the provider.
"""

import json
import re
from dataclasses import dataclass, replace
from typing import Any, cast

from chatls.errors import ContextOverflow, ProviderError, Reason
from chatls.providers.refusals import Refusal, plain, refused

_CONTEXT_WORDS = (
    "exceed_context_size",
    "exceeds the context length",
    "exceeds the available context size",
    "longer than the context length",
    "exceeds the model's maximum context length",
)
_COUNTS = re.compile(r"\((\d{1,9}) tokens\).*\((\d{1,9}) tokens\)", re.DOTALL)
"""What the request has, and what the window holds."""


@dataclass(frozen=True, slots=True)
class OllamaError:
    """The content of an `{"error": …}` object: its text, with the status and type where it names them."""

    text: str
    status: int | None = None
    type: str = ""


def unwrap(value: object) -> OllamaError:
    """Read the value of an `error` key: a string, an object, or a JSON document inside a string (Ollama >= 0.30)."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        inner = unwrap(fields.get("error") or fields.get("message") or "unknown error")
        status = fields.get("code", fields.get("StatusCode"))
        return OllamaError(
            inner.text,
            status if isinstance(status, int) else inner.status,
            str(fields.get("type") or inner.type),
        )
    text = value if isinstance(value, str) else json.dumps(value)
    if text.lstrip().startswith("{"):
        try:
            return unwrap(json.loads(text))
        except (ValueError, RecursionError):
            pass
    return OllamaError(text)


def in_stream(record: dict[str, Any], model: str, server: str = "Ollama") -> ProviderError:
    """The error for a record with an `error` key inside a response that began with status 200."""
    error = unwrap(record)
    known = _known(error, model)
    if known is not None:
        return known
    if error.status is not None and 400 <= error.status < 600:
        return _by_status(Refusal(server, error.status, error.text), model)
    said = plain(error.text) or "unknown error"
    return ProviderError("provider_error", f"{server} broke off with an error: {said}", hint=_remedy(said))


def of_response(refusal: Refusal, model: str) -> ProviderError:
    """The error for a response whose status is not 200. `refusal.text` is its body, whatever that is."""
    error = _body(refusal.text)
    if error is None:
        return _not_ollama(refusal)
    known = _known(error, model)
    if known is not None:
        known.status = refusal.status
        return known
    return _by_status(replace(refusal, text=error.text), model)


def _body(text: str) -> OllamaError | None:
    """The error in a JSON body; None where the body is no JSON object with an error in it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return unwrap(cast("object", value)) if isinstance(value, dict) and "error" in value else None


def _not_ollama(refusal: Refusal) -> ProviderError:
    if refusal.status == 404:
        error = refused(refusal, hint="This does not look like Ollama: check the address and its port.")
        error.reason = "provider_protocol"
        return error
    hint = "Ollama refuses this address or origin: see OLLAMA_HOST and OLLAMA_ORIGINS." if refusal.status == 403 else ""
    return refused(refusal, hint=hint)


def _by_status(refusal: Refusal, model: str) -> ProviderError:
    hints = {
        401: "Sign in with `ollama signin`, or choose a model that runs on this machine.",
        403: "Choose a model that runs on this machine.",
        404: f"Install it with `ollama pull {plain(model)}`." if model else "",
        503: "Ollama is busy: wait for the other requests, or raise OLLAMA_MAX_QUEUE.",
        **dict.fromkeys((429, 502, 504), ""),  # said by what stands before Ollama: it is no better known here
    }
    error = refused(refusal, hint=hints.get(refusal.status, _remedy(refusal.text)))
    if "usage limit" in refusal.text:
        # A spent allowance does not come back within seconds.
        error.retryable = False
    return error


def _known(error: OllamaError, model: str) -> ProviderError | None:
    """The errors that are known by their text, whatever the status."""
    said = plain(error.text)
    if any(words in error.text or words in error.type for words in _CONTEXT_WORDS):
        counts = _COUNTS.search(error.text)
        tokens, limit = map(int, counts.groups()) if counts else (None, None)
        said = f"The conversation does not fit the context window of {plain(model)}: {said}"
        return ContextOverflow(said, hint="Raise ollama.num_ctx.", tokens=tokens, limit=limit)
    for words, reason, hint in _KNOWN:
        if words in error.text:
            return ProviderError(reason, f"Ollama: {said}", hint=hint)
    return None


_KNOWN: tuple[tuple[str, Reason, str], ...] = (
    (
        "does not support thinking",
        "provider_error",
        "Leave the option `think` out, or choose a model that can think.",
    ),
    (
        "does not support tools",
        "provider_error",
        "Choose a model that can use tools.",
    ),
    (
        "does not support chat",
        "provider_error",
        "This is no chat model: choose another.",
    ),
)


def _remedy(text: str) -> str:
    """What helps against failures inside Ollama, as far as their text tells."""
    if "memory" in text:
        return "The model needs more memory than there is: choose a smaller one, or lower ollama.num_ctx."
    if "tools param requires" in text:
        return "Unload the model with `ollama stop`, then try again."
    if "option" in text and "must be" in text:
        return "Correct that option."
    return "Ollama's own log says more; restarting Ollama may help."
