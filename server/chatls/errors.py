"""Every exception that chatls raises on purpose, and who is at fault.

No room defines exceptions of its own; `lsp/errors.py` is the only place that turns these into JSON-RPC errors,
and `providers/http.py` the only one that turns httpcore's into these.

    ChatError
    ├── RequestError            the editor asked for something that cannot be done
    │   ├── InvalidParams       a field of the params is wrong (-32602)
    │   ├── SessionNotFound     no such session in this set of workspace folders
    │   ├── SessionBusy         the session already runs a turn
    │   ├── NotFound            no such turn, agent or tool
    │   └── FilesChanged        what a turn changed is not as the turn left it
    ├── ProviderError           the model side failed: unreachable, refused, broken off, talking nonsense
    │   └── ContextOverflow     the conversation is longer than the model's window
    └── ConfigError             a setting is wrong: its key and what it must be

Tools have no exception here: whatever goes wrong in one is a result that the model can read (`tools/base.py`).
"""

import logging
import os
from collections.abc import Sequence
from typing import ClassVar, Literal, cast

logger = logging.getLogger(__name__)

Reason = Literal[
    "provider_unreachable",
    "provider_error",
    "provider_protocol",
    "model_not_found",
    "auth_failed",
    "rate_limited",
    "context_overflow",
    "timeout",
    "stream_interrupted",
    "session_not_found",
    "session_busy",
    "not_found",
    "files_changed",
    "internal",
]
"""The `reason` of a failed request and the `code` of an `error` event (wire contract, section 5)."""


class ChatError(Exception):
    """Base of all: `message` says in one sentence what happened, `hint` what to do about it."""

    reason: Reason = "internal"
    retryable: bool = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class RequestError(ChatError):
    """The editor asked for something that cannot be done."""


class InvalidParams(RequestError):
    """A field of a request's params is wrong; `field` is its path ("message.attachments[0].uri")."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field or 'params'}: expected {expected}")
        self.field = field
        self.expected = expected


class SessionNotFound(RequestError):
    reason: Reason = "session_not_found"

    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"There is no session {session_id!r} in this workspace.",
            hint="List the sessions with chat/listSessions, or leave sessionId out to begin a new one.",
        )


class SessionBusy(RequestError):
    reason: Reason = "session_busy"
    retryable = True

    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"Session {session_id!r} is still answering.",
            hint="Wait for the turn to end, cancel it, or begin another session.",
        )


class NotFound(RequestError):
    reason: Reason = "not_found"


class FilesChanged(RequestError):
    """What a turn did to files cannot be undone; `files` are their URIs."""

    reason: Reason = "files_changed"

    def __init__(self, files: Sequence[str], message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.files = files


class ProviderError(ChatError):
    """The model side failed.

    `status` is the HTTP status where there was one; `retry_after` the seconds the server asked to wait;
    `retryable` says that the same request may succeed later.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        hint: str = "",
        retryable: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason
        self.retryable = retryable
        self.status = status
        self.retry_after = retry_after


class ContextOverflow(ProviderError):
    """A request is longer than the model's window: it has `tokens`, the window `limit`, as far as they are known."""

    def __init__(self, message: str, *, hint: str = "", tokens: int | None = None, limit: int | None = None) -> None:
        super().__init__("context_overflow", message, hint=hint)
        self.tokens = tokens
        self.limit = limit


class ConfigError(ChatError):
    """A setting is wrong; `key` is its dotted name ("ollama.num_ctx")."""

    exit_code: ClassVar[int] = 2

    def __init__(self, key: str, problem: str, *, origin: str = "") -> None:
        super().__init__(f"{key}{f' ({origin})' if origin else ''}: {problem}", hint=f"Correct {key}.")
        self.key = key
        self.problem = problem
        self.origin = origin


def internal(error: BaseException) -> ChatError:
    """An exception nobody expected, as one that can be shown: its values stay inside, the log knows where it was."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    number = os.urandom(4).hex()
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    logger.error("internal error %s: %s at %s", number, type(error).__name__, " > ".join(places[-8:]))
    return ChatError(f"Something went wrong inside chatls (error {number}).", hint="The log file says where.")
