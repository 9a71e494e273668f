"""The catalog: from `provider/model` to a provider that answers with it, and the model for those who name none.

Satisfies the heart's port `Models`. Knows no wire format; asks the providers it is given, and remembers what they said
for a minute, so that a turn need not wait for a list of models.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chatls.chat.messages import ModelInfo, ProviderStatus
from chatls.chat.ports import Choice, Clock, ModelList, Provider
from chatls.errors import ProviderError
from chatls.providers.alongside import outcome
from chatls.providers.refusals import plain

FRESH_SECONDS = 60.0
"""How long a list of models is taken as it was."""
AGAIN_SECONDS = 3.0
"""How long a local server that had nothing to offer is not asked again."""
NAMED = 10
"""How many models a hint names."""


class LocalProvider(Provider, Protocol):
    """A server on the user's machine, which may or may not be running: the default, if it is."""

    async def probe(self, within: float) -> None: ...

    def install_hint(self, name: str = ...) -> str: ...


@dataclass(frozen=True, slots=True)
class _Said:
    """What a provider said when it was asked for its models, and when that was."""

    models: Sequence[ModelInfo]
    at: float
    failure: ProviderError | None = None


class Catalog:
    """All providers.

    Args:
        local: where the default model comes from, if it answers.
        others: providers whose models must be named.
        offline: what answers when nothing else does; its models never fail.
        default: the model that is configured (`provider/model`); None leaves the choice to the catalog.
        suggested: a model that comes before the default where it can be had.
        probe_seconds: how long the local server may take to give a sign of life.
    """

    def __init__(
        self,
        local: LocalProvider,
        offline: Provider,
        others: Sequence[Provider] = (),
        *,
        clock: Clock,
        default: str | None = None,
        suggested: str | None = None,
        probe_seconds: float = 0.3,
    ) -> None:
        self._local = local
        self._offline = offline
        self._providers: Sequence[Provider] = (local, *others, offline)
        self._default = default
        self._suggested = suggested
        self._clock = clock
        self._probe_seconds = probe_seconds
        self._said: dict[str, _Said] = {}
        self._asking = asyncio.Lock()

    async def probe(self) -> None:
        """Find out whether the local server is there. Started in the background; a choice waits for its end."""
        async with self._asking:
            before = self._said.get(self._local.id)
            if self._must_probe(before):
                said = await self._sign_of_life()
                # Who was there keeps its place: that it is gone is told by the model call that fails.
                kept = replace(before, at=said.at) if before and before.models and said.failure else said
                self._said[self._local.id] = kept

    async def choose(self, model: str | None) -> Choice:
        """The provider and model for an id; without one: the suggested, the configured, the best local, the offline."""
        if model is None and self._suggested is not None:
            return await self._suggestion(self._suggested)
        wanted = model or self._default
        return await self._best() if wanted is None else await self._named(wanted)

    async def _suggestion(self, suggested: str) -> Choice:
        """The suggested model; where it cannot be had, what would be chosen without it, with a word about that."""
        try:
            return await self._named(suggested)
        except ProviderError as error:
            chosen = await (self._best() if self._default is None else self._named(self._default))
            why = f"This project suggests {plain(suggested)!r}, which cannot be had: {error.message}"
            return replace(chosen, notice=" ".join(filter(None, (why, chosen.notice))))

    async def _best(self) -> Choice:
        """The best model of the local server, if it is there; else the offline assistant."""
        await self.probe()
        said = self._said[self._local.id]
        if said.models:
            return Choice(self._local, said.models[0])
        return Choice(self._offline, (await self._offline.models())[0], self._notice(said.failure))

    async def list(self) -> ModelList:
        """All models of all providers, asked anew. Never fails: who cannot be reached is listed with the reason."""
        async with asyncio.TaskGroup() as tasks:
            asks = [tasks.create_task(self._ask(provider)) for provider in self._providers]
        answers = [ask.result() for ask in asks]
        models = [model for said in answers for model in said.models]
        states = [_status(provider, said) for provider, said in zip(self._providers, answers, strict=True)]
        fixed = self._default if self._suggested is None else None
        return ModelList(models, states, fixed or (await self.choose(None)).model.id)

    async def _named(self, wanted: str) -> Choice:
        provider, name = self._split(wanted)
        if provider is self._local and provider.id not in self._said:
            await self.probe()
        model = _find(self._remembered(provider), name)
        if model is None:
            said = await self._ask(provider)
            if said.failure is not None:
                raise said.failure
            model = _find(said.models, name)
        if model is None:
            raise self._no_model(provider, name)
        return Choice(provider, model)

    def _split(self, wanted: str) -> tuple[Provider, str]:
        provider_id, _, name = wanted.partition("/")
        provider = next((one for one in self._providers if one.id == provider_id), None)
        if provider is None or not name:
            known = ", ".join(one.id for one in self._providers)
            raise ProviderError(
                "model_not_found",
                f"There is no model {plain(wanted)!r}.",
                hint=f"Write it as provider/model; the providers are: {known}.",
            )
        return provider, name

    def _remembered(self, provider: Provider) -> Sequence[ModelInfo]:
        said = self._said.get(provider.id)
        return said.models if said is not None and self._clock.now() - said.at < FRESH_SECONDS else ()

    async def _ask(self, provider: Provider) -> _Said:
        answer = await outcome(provider.models())
        failed = isinstance(answer, ProviderError)
        said = _Said([] if failed else answer, self._clock.now(), answer if failed else None)
        self._said[provider.id] = said
        return said

    def _must_probe(self, said: _Said | None) -> bool:
        """A good answer holds for a while, a poor one only for a moment."""
        if said is None:
            return True
        age = self._clock.now() - said.at
        if said.models:
            return age > FRESH_SECONDS
        # One that was only slow may have been starting.
        slow = said.failure is not None and said.failure.reason == "timeout"
        return slow or age > AGAIN_SECONDS

    async def _sign_of_life(self) -> _Said:
        silent = await outcome(self._local.probe(self._probe_seconds))
        if silent is not None:
            return _Said([], self._clock.now(), silent)
        return await self._ask(self._local)

    def _notice(self, failure: ProviderError | None) -> str:
        """Why the offline assistant answers, and what would help."""
        if failure is None:
            why, help_ = "No model is installed", self._local.install_hint()
        else:
            why, help_ = failure.message.rstrip("."), failure.hint
        return f"{why}, so the offline assistant answers. {help_}".strip()

    def _no_model(self, provider: Provider, name: str) -> ProviderError:
        names = [model.name for model in self._said[provider.id].models]
        known = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
        install = self._local.install_hint(name) if provider is self._local else ""
        return ProviderError(
            "model_not_found",
            f"{provider.id} has no model {plain(name)!r}.",
            hint=f"It has: {known or 'none'}. {install}".strip(),
        )


def _find(models: Sequence[ModelInfo], name: str) -> ModelInfo | None:
    """By its whole name, or without the tag that stands for the usual one."""
    by_name = {model.name: model for model in models}
    return by_name.get(name) or by_name.get(f"{name}:latest")


def _status(provider: Provider, said: _Said) -> ProviderStatus:
    if said.failure is None:
        return ProviderStatus(provider.id, reachable=True)
    return ProviderStatus(provider.id, reachable=False, reason=said.failure.message, hint=said.failure.hint or None)
