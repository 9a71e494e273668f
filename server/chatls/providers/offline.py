"""The offline provider: `offline/assistant`, the embedded default where no model server answers.

No model, and no pretence of being one: it understands some questions about the workspace, and answers them with the
same tools and through the same loop as a model does. Chosen by `catalog.py`; it needs nothing and cannot fail.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from chatls.chat.events import ModelEvent
from chatls.chat.messages import ModelInfo, ModelRequest


class OfflineProvider:
    """Answers from the workspace. It holds no state: what it does next follows from the conversation alone."""

    id = "offline"

    local = False
    """It is no model."""

    async def models(self) -> Sequence[ModelInfo]:
        """The one there is."""
        return [ModelInfo(f"{self.id}/assistant", self.id, "assistant", None, ("tools",))]

    def window(self, model: ModelInfo) -> None:
        """It reads all there is."""

    def payload(self, request: ModelRequest) -> None:
        """It sends nothing."""

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncGenerator[AsyncIterator[ModelEvent]]:
        """A tool call, or the answer word by word."""
        from chatls.providers.offline_steps import events  # with a model server most never need it

        async with aclosing(events(request)) as steps:
            yield steps
