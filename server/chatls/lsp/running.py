"""A request of the client on its way to its answer, and how it is cancelled.

Pure bookkeeping: what runs and what is answered is up to `lsp/protocol.py`, which makes these, and the handlers.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

MessageId = int | str
Handler = TypeVar("Handler", bound=Callable[..., Any])


class RunningRequest:
    """A request of the client that has not been answered yet."""

    __slots__ = ("_on_cancel", "cancelled", "future", "id")

    def __init__(self, request_id: MessageId) -> None:
        self.id = request_id
        self.future: Future[Any] | asyncio.Future[Any] | None = None
        self.cancelled = False
        self._on_cancel: Callable[[], object] | None = None

    def cancel(self) -> None:
        """Cancel once: by what the handler asked for, else by cancelling its task (answered with -32800)."""
        if self.cancelled:
            return
        self.cancelled = True
        if self._on_cancel is not None:
            self._on_cancel()
        elif self.future is not None:
            self.future.cancel()

    def cancel_with(self, on_cancel: Callable[[], object]) -> None:
        """Have a cancel call this instead; the handler then ends by itself and answers normally."""
        self._on_cancel = on_cancel
        if self.cancelled:
            on_cancel()


CURRENT: contextvars.ContextVar[RunningRequest] = contextvars.ContextVar("request")


def nothing() -> None:
    """What a cancel does to a request that will look at `cancelled` itself."""


def current_request() -> RunningRequest:
    """The request that the running handler answers."""
    return CURRENT.get()


def answers_cancel(handler: Handler) -> Handler:
    """Mark a handler that ends by itself when its request is cancelled, and answers normally."""
    handler.answers_cancel = True  # pyright: ignore[reportFunctionMemberAccess]
    return handler
