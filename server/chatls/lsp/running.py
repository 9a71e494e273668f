"""A request of the client on its way to its answer, and how it is cancelled.

Pure bookkeeping: what runs and what is answered is up to `lsp/protocol.py`, which makes these, and the handlers.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeGuard, TypeVar, cast

from chatls.errors import InvalidParams

MessageId = int | str
ProgressToken = int | str
Handler = TypeVar("Handler", bound=Callable[..., Any])


class RunningRequest:
    """A request of the client that has not been answered yet."""

    __slots__ = ("_on_cancel", "cancelled", "future", "id", "settled", "token")

    def __init__(self, request_id: MessageId, token: ProgressToken | None = None) -> None:
        self.id = request_id
        self.token = token
        self.future: Future[Any] | asyncio.Future[Any] | None = None
        self.cancelled = False
        self.settled: Callable[[], Awaitable[None]] = _nothing_to_wait_for
        """Returns once all that was shown for this request so far is on its way to the client, and is overtaken by
        nothing. Set by the handler that shows something."""
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


async def _nothing_to_wait_for() -> None: ...


class ProgressTokens:
    """The work-done tokens in use, and the requests they belong to: from their arrival, since a cancel may come with
    them, until their answer."""

    def __init__(self) -> None:
        self._requests: dict[ProgressToken, RunningRequest] = {}

    def take(self, request: RunningRequest) -> None:
        """Note the token of a request that has arrived, unless an earlier one has it."""
        if request.token is not None:
            self._requests.setdefault(request.token, request)

    def give_back(self, request: RunningRequest) -> None:
        """Forget the token of a request that is answered."""
        if request.token is not None and self._requests.get(request.token) is request:
            del self._requests[request.token]

    def check(self, request: RunningRequest) -> None:
        """
        Raises:
            InvalidParams: another request has its token.
        """
        if request.token is not None and self._requests.get(request.token) is not request:
            raise InvalidParams("workDoneToken", "a token that no running request uses")

    def cancel(self, token: object) -> None:
        """`window/workDoneProgress/cancel`: the same as cancelling the request. Unknown tokens are ignored."""
        if is_id(token) and (request := self._requests.get(token)) is not None:
            request.cancel()


def is_id(value: object) -> TypeGuard[int | str]:
    """Whether it can be the id of a message, or a token. To Python, true is 1; here it is not."""
    return isinstance(value, int | str) and not isinstance(value, bool)


def token_of(params: object) -> ProgressToken | None:
    """The work-done token in a request's params as they came."""
    token = cast("dict[str, Any]", params).get("workDoneToken") if isinstance(params, dict) else None
    return token if is_id(token) else None


CURRENT: contextvars.ContextVar[RunningRequest] = contextvars.ContextVar("request")


def nothing() -> None:
    """What a cancel does to a request that will look at `cancelled` itself."""


def current_request() -> RunningRequest | None:
    """The request that the running handler answers; None in the handler of a notification."""
    return CURRENT.get(None)


def answers_cancel(handler: Handler) -> Handler:
    """Mark a handler that ends by itself when its request is cancelled, and answers normally."""
    handler.answers_cancel = True  # pyright: ignore[reportFunctionMemberAccess]
    return handler
