"""The context windows of Ollama's models: which is asked for, which is there, and what to say when it is too short.

The window asked for is always the same for a model under one configuration: another one makes Ollama load the model
anew. Called by `providers/ollama.py`.
"""

from typing import TYPE_CHECKING

from chatls.chat.messages import ModelInfo
from chatls.errors import ContextOverflow, ProviderError
from chatls.providers.alongside import outcome
from chatls.providers.ollama_models import asked, entries
from chatls.providers.refusals import plain

if TYPE_CHECKING:
    from chatls.providers.http import StreamingClient


class Windows:
    """`num_ctx` is the longest window to ask for, in tokens."""

    def __init__(self, num_ctx: int) -> None:
        self._num_ctx = num_ctx
        self._loaded: dict[str, int] = {}

    def asked(self, model: ModelInfo) -> int:
        """The window to ask for."""
        return min(model.context_length or self._num_ctx, self._num_ctx)

    def limit(self, model: ModelInfo) -> int:
        """The window that a request gets, as far as it is known."""
        return min(self.asked(model), self._loaded.get(model.name, self._num_ctx))

    async def look(self, client: "StreamingClient", model: ModelInfo) -> None:
        """Ask what was loaded, once, where the model's own length is not known: Ollama silently gives no more."""
        if model.context_length is not None or model.name in self._loaded:
            return
        self._loaded[model.name] = self._num_ctx
        listed = await outcome(asked(client, "GET", "/api/ps"))
        for entry in [] if isinstance(listed, ProviderError) else entries(listed):
            length = entry.get("context_length")
            if entry["name"] in (model.name, f"{model.name}:latest") and isinstance(length, int) and length > 0:
                self._loaded[model.name] = length

    def explain(self, error: ContextOverflow, model: ModelInfo) -> None:
        """Say it with numbers, and what would help."""
        error.limit = error.limit or self.limit(model)
        tokens = error.tokens
        size = f"it has {tokens} tokens, the window {error.limit}" if tokens else f"the window has {error.limit} tokens"
        full = ", which leaves no room for an answer" if tokens and tokens <= error.limit else ""
        error.message = f"The conversation does not fit the context window of {plain(model.name)}: {size}{full}."
        longer = model.context_length is None or model.context_length > error.limit
        error.hint = "Raise ollama.num_ctx." if longer else "Choose a model with a longer window."
