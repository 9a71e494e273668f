"""What Ollama is doing while it sends nothing: it says so nowhere but in the list of the models in its memory.

Nothing comes from Ollama, not even headers, while it loads a model (minutes, for a large one) or reads a long prompt.
Also watches that an answer which has begun goes on. Called by `providers/ollama.py`.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from chatls.chat.events import Finish, ModelEvent, Phase
from chatls.errors import ProviderError
from chatls.providers.alongside import alongside
from chatls.providers.ollama_models import asked, entries
from chatls.providers.refusals import plain
from chatls.providers.server import Server

if TYPE_CHECKING:
    from chatls.providers.http import StreamedResponse, StreamingClient

LOOKS = (0.3, 0.2, 1.0)
"""Seconds without an answer after which Ollama is asked, then asked again, and then again and again."""


async def phases_until(
    opening: "asyncio.Task[StreamedResponse | ProviderError]",
    client: "StreamingClient",
    name: str,
    looks: Sequence[float] = LOOKS,
) -> AsyncGenerator[Phase]:
    """`loading` and `prefill` as they change, until `opening` is done or Ollama cannot be asked."""
    shown: Phase | None = None
    seen: list[str | None] = []
    while not await _done(opening, looks[min(len(seen), len(looks) - 1)]):
        async with alongside(partial(_expiry, client, name)) as look:
            await asyncio.wait({opening, look}, return_when=asyncio.FIRST_COMPLETED)
        if opening.done() or isinstance(expires := look.result(), ProviderError):
            return
        seen.append(expires)
        phase = phase_of(seen, name)
        if phase is not None and phase != shown:
            shown = phase
            yield phase


async def _done(task: asyncio.Task[object], seconds: float) -> bool:
    done, _ = await asyncio.wait({task}, timeout=seconds)
    return bool(done)


def phase_of(seen: Sequence[str | None], name: str) -> Phase | None:
    """The phase for the expiries seen so far (None: the model was not listed); None: that cannot be told yet.

    A model is listed before its weights are read, with an expiry that is reckoned anew for each look until its first
    request is through (Ollama's `PsHandler`). So one that stands still means a model that is ready.
    """
    expires = seen[-1]
    if expires == "" or (expires is not None and expires in seen[:-1]):
        return Phase("prefill")
    if expires is None or len(seen) > 1:
        return Phase("loading", f"Ollama is loading {plain(name)}")
    return None


async def _expiry(client: "StreamingClient", name: str) -> str | None:
    """When a model will leave Ollama's memory; None: it is not in there, "" where Ollama does not say."""
    for entry in entries(await asked(client, "GET", "/api/ps")):
        if entry["name"] in (name, f"{name}:latest"):
            return str(entry.get("expires_at") or "")
    return None


class Progress:
    """Watches that an answer which has begun goes on: bytes alone are none, they may carry nothing to show."""

    def __init__(self, server: Server, limit: float) -> None:
        self._server = server
        self._limit = limit
        self._now = asyncio.get_running_loop().time
        self._begun = False
        self._events = False
        self._alive_at = self._now()

    def begins(self, event: ModelEvent) -> bool:
        """Note an event; whether it is the first that shows something."""
        self._events = True
        if self._begun or isinstance(event, Finish):
            return False
        self._begun = True
        return True

    def check(self) -> None:
        """Called after each piece that was read, when its events were handed out.

        Raises:
            ProviderError: `timeout`, no event came for `limit` seconds.
        """
        if self._events:
            self._events, self._alive_at = False, self._now()
        elif self._now() - self._alive_at > self._limit:
            raise self._server.stalled(self._limit)
