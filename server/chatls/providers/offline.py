"""PLACEHOLDER by the lead: replace this file."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from chatls.chat.events import Finish, ModelEvent, Token
from chatls.chat.messages import ModelInfo, ModelRequest


class OfflineProvider:
    id = "offline"

    async def models(self) -> Sequence[ModelInfo]:
        return [ModelInfo("offline/assistant", "offline", "assistant", None, ("tools",))]

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncGenerator[AsyncIterator[ModelEvent]]:
        async def events() -> AsyncIterator[ModelEvent]:
            yield Token("placeholder")
            yield Finish()

        yield events()
