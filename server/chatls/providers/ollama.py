"""The provider for Ollama's native interface: `ollama/NAME`.

Streams `/api/chat`, says what the server is busy with while nothing comes, and lists the installed models. The wire
format is in `ollama_request.py` and `ollama_stream.py`, the error texts in `ollama_errors.py`. Cheap to import and to
make: the HTTP client comes with the first use, or with `warm`.
"""

import asyncio
import importlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chatls.chat.events import ModelEvent
from chatls.chat.messages import ModelInfo, ModelRequest
from chatls.errors import ContextOverflow, ProviderError
from chatls.providers.alongside import alongside
from chatls.providers.ollama_errors import of_response
from chatls.providers.ollama_models import InstalledModels
from chatls.providers.ollama_phases import Progress, phases_until
from chatls.providers.ollama_request import chat_payload
from chatls.providers.ollama_stream import OllamaStreamParser
from chatls.providers.ollama_window import Windows
from chatls.providers.refusals import Refusal, plain
from chatls.providers.server import Server, Timeouts

if TYPE_CHECKING:
    from chatls.providers.http import StreamedResponse, StreamingClient

DEFAULT_ADDRESS = "http://127.0.0.1:11434"
DEFAULT_NUM_CTX = 16384
SUGGESTED_MODEL = "qwen3:4b"
"""A small model that can use tools and think, for those who have none."""


class OllamaProvider:
    """One Ollama server.

    Args:
        address: its URL.
        num_ctx: the largest context window to ask for, in tokens.
        keep_alive: how long Ollama keeps a model in memory ("10m", seconds, negative for ever); None: its default.
    """

    id = "ollama"

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        num_ctx: int = DEFAULT_NUM_CTX,
        keep_alive: str | int | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.server = Server(
            "Ollama",
            address,
            start_hint=f"Ollama is not running at {urlsplit(address).netloc}: start it with `ollama serve`.",
            stuck_hint="If it is not loading a large model, it is stuck (a cancelled request can do that to it): "
            "restart Ollama.",
        )
        self._windows = Windows(num_ctx)
        self._keep_alive = keep_alive
        self._timeouts = timeouts or Timeouts()
        self._installed = InstalledModels()
        self._client: StreamingClient | None = None

    async def warm(self) -> "StreamingClient":
        """Make the HTTP client. Its import is the heavy one, so it happens beside the event loop."""
        if self._client is None:
            http = await asyncio.to_thread(importlib.import_module, "chatls.providers.http")
            if self._client is None:
                self._client = http.StreamingClient(self.server, self._timeouts)
        assert self._client is not None
        return self._client

    async def aclose(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()

    async def probe(self, within: float) -> None:
        """Ask for a sign of life.

        Raises:
            ProviderError: none came in `within` seconds.
        """
        client = await self.warm()
        await client.fetch("GET", "/api/version", within=within)

    async def models(self) -> Sequence[ModelInfo]:
        """The installed models that can chat, those that can use tools first."""
        return await self._installed.ask(await self.warm(), self.id)

    def install_hint(self, name: str = SUGGESTED_MODEL) -> str:
        """How to get a model."""
        return f"Install it with `ollama pull {plain(name)}`."

    @property
    def local(self) -> bool:
        """Whether the server is on this machine, and the models with it."""
        return self.server.local

    def window(self, model: ModelInfo) -> int:
        """The window that a request gets, in tokens."""
        return self._windows.limit(model)

    def payload(self, request: ModelRequest) -> Mapping[str, Any]:
        """The body of the request for an answer."""
        return chat_payload(request, self._windows.asked(request.model), self._keep_alive)

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncGenerator[AsyncIterator[ModelEvent]]:
        """One answer. The request is sent at once; what Ollama does meanwhile comes as phases."""
        client = await self.warm()
        async with AsyncExitStack() as stack:
            enter = partial(stack.enter_async_context, client.stream("POST", "/api/chat", self.payload(request)))
            async with alongside(enter) as opening, aclosing(self._events(client, request, opening)) as events:
                yield events

    async def _events(
        self,
        client: "StreamingClient",
        request: ModelRequest,
        opening: "asyncio.Task[StreamedResponse | ProviderError]",
    ) -> AsyncGenerator[ModelEvent]:
        name = request.model.name
        try:
            async with aclosing(phases_until(opening, client, name)) as phases:
                async for phase in phases:
                    yield phase
            response = await self._accepted(opening, name)
            await self._windows.look(client, request.model)
            parser = OllamaStreamParser(name, self.window(request.model))
            progress = Progress(self.server, self._timeouts.gap)
            async with aclosing(response.chunks()) as chunks:
                async for chunk in chunks:
                    for event in parser.feed(chunk):
                        if progress.begins(event):
                            response.pace(request.read_gap)
                        yield event
                    if parser.done:
                        response.complete()
                        return
                    progress.check()
            for event in parser.finish():
                yield event
        except ContextOverflow as error:
            self._windows.explain(error, request.model)
            raise

    async def _accepted(
        self, opening: "asyncio.Task[StreamedResponse | ProviderError]", model: str
    ) -> "StreamedResponse":
        """The response, if it is a stream of JSON."""
        response = await opening
        if isinstance(response, ProviderError):
            raise response
        if response.status != 200:
            refusal = Refusal(str(self.server), response.status, await response.text(), response.headers)
            raise of_response(refusal, model)
        content_type = response.headers.get("content-type", "")
        if content_type and "json" not in content_type:
            raise self.server.unexpected(f"{plain(content_type)} instead of a stream of JSON records")
        return response
