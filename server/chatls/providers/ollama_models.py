"""What Ollama has: the models installed, and what each can do.

Reads `/api/tags` and `/api/show`, leniently: what a version does not say is left open. Called by
`providers/ollama.py`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from chatls.chat.messages import Capability, ModelInfo
from chatls.providers.alongside import outcome
from chatls.providers.ollama_errors import of_response
from chatls.providers.refusals import Refusal

if TYPE_CHECKING:
    from chatls.providers.http import StreamingClient

ANSWER_SECONDS = 5.0
SHOWS_AT_ONCE = 8
CAPABILITIES: tuple[Capability, ...] = ("tools", "thinking", "vision")


@dataclass(frozen=True, slots=True)
class Details:
    """What `/api/show` says of a model. `capabilities` has Ollama's words, more than ours."""

    capabilities: frozenset[str] = frozenset()
    context_length: int | None = None

    @property
    def chats(self) -> bool:
        """Whether it can answer a chat; embedding models cannot."""
        return not self.capabilities or "completion" in self.capabilities


class InstalledModels:
    """Asks for the models of one server. Details are kept by digest: they cannot change under the same one."""

    def __init__(self) -> None:
        self._details: dict[str, Details] = {}

    async def ask(self, client: "StreamingClient", provider: str) -> Sequence[ModelInfo]:
        """The models that can chat, those that can use tools first, else in Ollama's order (newest first).

        Raises:
            ProviderError: the list could not be had.
        """
        tags = entries(await asked(client, "GET", "/api/tags"))
        at_once = asyncio.Semaphore(SHOWS_AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            shows = [tasks.create_task(self._detail(client, tag, at_once)) for tag in tags]
        found = [(tag["name"], show.result()) for tag, show in zip(tags, shows, strict=True)]
        models = [_info(provider, name, details) for name, details in found if details.chats]
        return sorted(models, key=lambda model: "tools" not in model.capabilities)

    async def _detail(self, client: "StreamingClient", tag: Mapping[str, Any], at_once: asyncio.Semaphore) -> Details:
        """A model whose details cannot be had (removed this moment, say) is listed without."""
        digest = str(tag.get("digest") or tag["name"])
        if digest not in self._details:
            async with at_once:
                shown = await outcome(asked(client, "POST", "/api/show", {"model": tag["name"]}))
            if not isinstance(shown, dict):
                return Details()
            self._details[digest] = _details(cast("dict[str, Any]", shown))
        return self._details[digest]


async def asked(client: "StreamingClient", method: str, path: str, payload: object = None) -> object:
    """The JSON answer to a short question.

    Raises:
        ProviderError: there was none, or a refusal.
    """
    status, body = await client.fetch(method, path, payload, within=ANSWER_SECONDS)
    if status != 200:
        raise of_response(Refusal(str(client.server), status, body), model="")
    return body


def entries(body: object) -> list[dict[str, Any]]:
    """The entries of a `{"models": [...]}` that have a name."""
    models = cast("dict[str, Any]", body).get("models") if isinstance(body, dict) else None
    entries = cast("list[object]", models) if isinstance(models, list) else []
    named = [cast("dict[str, Any]", entry) for entry in entries if isinstance(entry, dict)]
    return [entry for entry in named if isinstance(entry.get("name"), str)]


def _details(shown: Mapping[str, Any]) -> Details:
    capabilities = shown.get("capabilities")
    words = cast("list[object]", capabilities) if isinstance(capabilities, list) else []
    info = shown.get("model_info")
    facts = cast("dict[str, Any]", info) if isinstance(info, dict) else {}
    length = facts.get(f"{facts.get('general.architecture')}.context_length")
    return Details(frozenset(map(str, words)), length if isinstance(length, int) and length > 0 else None)


def _info(provider: str, name: str, details: Details) -> ModelInfo:
    able: tuple[Capability, ...] = tuple(word for word in CAPABILITIES if word in details.capabilities)
    return ModelInfo(f"{provider}/{name}", provider, name, details.context_length, able)
