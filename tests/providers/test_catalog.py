import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from chatls.chat.events import ModelEvent
from chatls.chat.messages import Capability, ModelInfo, ModelRequest, ProviderStatus
from chatls.errors import ProviderError
from chatls.providers.catalog import AGAIN_SECONDS, FRESH_SECONDS, Catalog
from tests.support.clock import FakeClock

DOWN = ProviderError("provider_unreachable", "Ollama cannot be reached.", hint="Start it.", retryable=True)
SLOW = ProviderError("timeout", "Ollama did not answer within 0.3 s.")


class FakeProvider:
    """A provider that has these models, or fails; counts how often it is asked."""

    local = True

    def __init__(self, name: str, *names: str, failure: ProviderError | None = None) -> None:
        self.id = name
        self.names = list(names)
        self.failure = failure
        self.asked = 0
        self.probed: list[float] = []
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def models(self) -> Sequence[ModelInfo]:
        self.asked += 1
        await self.go_on.wait()
        if self.failure is not None:
            raise self.failure
        capabilities: tuple[Capability, ...] = ("tools",)
        return [ModelInfo(f"{self.id}/{name}", self.id, name, 4096, capabilities) for name in self.names]

    async def probe(self, within: float) -> None:
        self.probed.append(within)
        await self.go_on.wait()
        if self.failure is not None:
            raise self.failure

    def install_hint(self, name: str = "small:1b") -> str:
        return f"Pull {name}."

    def window(self, model: ModelInfo) -> int | None:
        return None

    def payload(self, request: ModelRequest) -> None:
        return None

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncGenerator[AsyncIterator[ModelEvent]]:
        raise NotImplementedError(request)
        yield


class World:
    """Ollama with two models, one script, and the offline assistant."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.ollama = FakeProvider("ollama", "able:8b", "plain:latest")
        self.scripted = FakeProvider("scripted", "play")
        self.offline = FakeProvider("offline", "assistant")
        self.catalog = self.configured(None)

    def configured(self, default: str | None, suggested: str | None = None) -> Catalog:
        return Catalog(
            self.ollama, self.offline, [self.scripted], clock=self.clock, default=default, suggested=suggested
        )

    async def chosen(self, model: str | None = None) -> str:
        return (await self.catalog.choose(model)).model.id


@pytest.fixture
def world() -> World:
    return World()


class TestDefault:
    async def test_the_first_local_model_answers(self, world: World) -> None:
        choice = await world.catalog.choose(None)
        assert (choice.model.id, choice.provider, choice.notice) == ("ollama/able:8b", world.ollama, None)
        assert world.ollama.probed == [0.3]

    async def test_what_the_probe_found_is_not_asked_for_again(self, world: World) -> None:
        await world.catalog.probe()
        for _ in range(3):
            await world.catalog.choose(None)
        assert (len(world.ollama.probed), world.ollama.asked) == (1, 1)

    async def test_a_choice_waits_for_the_probe_that_is_under_way(self, world: World) -> None:
        world.ollama.go_on.clear()
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            probe = group.create_task(world.catalog.probe())
            choice = group.create_task(world.chosen())
            await asyncio.sleep(0)
            assert not choice.done()
            world.ollama.go_on.set()
            await probe
            assert await choice == "ollama/able:8b"
        assert len(world.ollama.probed) == 1

    async def test_without_a_server_the_offline_assistant_answers_and_says_why(self, world: World) -> None:
        world.ollama.failure = DOWN
        choice = await world.catalog.choose(None)
        assert (choice.model.id, choice.provider) == ("offline/assistant", world.offline)
        assert choice.notice == "Ollama cannot be reached, so the offline assistant answers. Start it."

    async def test_without_a_model_the_offline_assistant_answers_and_says_what_would_help(self, world: World) -> None:
        world.ollama.names = []
        choice = await world.catalog.choose(None)
        assert choice.model.id == "offline/assistant"
        assert choice.notice == "No model is installed, so the offline assistant answers. Pull small:1b."

    @pytest.mark.parametrize("failure", [DOWN, None], ids=["not running", "without a model"])
    async def test_a_server_that_had_nothing_is_asked_again_after_a_moment(
        self, world: World, failure: ProviderError | None
    ) -> None:
        world.ollama.names, world.ollama.failure = [], failure
        assert await world.chosen() == "offline/assistant"
        world.ollama.names, world.ollama.failure = ["new"], None
        assert await world.chosen() == "offline/assistant"
        await world.clock.advance(AGAIN_SECONDS + 1)
        assert await world.chosen() == "ollama/new"

    async def test_new_models_are_noticed_after_a_minute(self, world: World) -> None:
        await world.chosen()
        world.ollama.names = ["new:1b"]
        assert await world.chosen() == "ollama/able:8b"
        await world.clock.advance(FRESH_SECONDS + 1)
        assert await world.chosen() == "ollama/new:1b"

    async def test_a_server_that_goes_away_later_is_not_replaced_in_silence(self, world: World) -> None:
        await world.chosen()
        world.ollama.failure = DOWN
        await world.clock.advance(FRESH_SECONDS + 1)
        assert await world.chosen() == "ollama/able:8b"

    async def test_a_server_that_was_only_slow_is_asked_again_at_once(self, world: World) -> None:
        world.ollama.failure = SLOW
        assert await world.chosen() == "offline/assistant"
        world.ollama.failure = None
        assert await world.chosen() == "ollama/able:8b"

    async def test_a_server_that_answers_but_cannot_list_its_models_is_as_good_as_none(self, world: World) -> None:
        async def alive(within: float) -> None:
            del within

        world.ollama.probe = alive
        world.ollama.failure = DOWN
        assert await world.chosen() == "offline/assistant"

    async def test_the_configured_model_answers_before_any_other(self, world: World) -> None:
        world.catalog = world.configured("scripted/play")
        assert await world.chosen() == "scripted/play"
        assert world.ollama.probed == []

    async def test_a_configured_model_that_is_not_there_is_told_and_not_replaced(self, world: World) -> None:
        world.catalog = world.configured("ollama/gone")
        with pytest.raises(ProviderError) as caught:
            await world.catalog.choose(None)
        assert caught.value.reason == "model_not_found"

    async def test_a_suggested_model_comes_before_the_configured_one(self, world: World) -> None:
        world.catalog = world.configured("ollama/able:8b", suggested="scripted/play")
        assert await world.chosen() == (await world.catalog.list()).default == "scripted/play"

    @pytest.mark.parametrize(
        ("default", "instead"),
        [(None, "ollama/able:8b"), ("scripted/play", "scripted/play")],
        ids=["best", "configured"],
    )
    @pytest.mark.parametrize("suggested", ["ollama/gone", "evil/model", "nonsense"])
    async def test_a_suggested_model_that_cannot_be_had_gives_way_and_that_is_said(
        self, world: World, suggested: str, default: str | None, instead: str
    ) -> None:
        world.catalog = world.configured(default, suggested)
        choice = await world.catalog.choose(None)
        assert choice.model.id == instead
        assert f"suggests '{suggested}', which cannot be had: " in (choice.notice or "")
        assert (await world.catalog.list()).default == instead

    async def test_how_long_the_probe_may_take_is_a_setting(self, world: World) -> None:
        catalog = Catalog(world.ollama, world.offline, clock=world.clock, probe_seconds=2.0)
        await catalog.probe()
        assert world.ollama.probed == [2.0]


class TestNamed:
    @pytest.mark.parametrize(
        ("wanted", "chosen"),
        [
            ("ollama/able:8b", "ollama/able:8b"),
            ("ollama/plain:latest", "ollama/plain:latest"),
            ("ollama/plain", "ollama/plain:latest"),
            ("scripted/play", "scripted/play"),
            ("offline/assistant", "offline/assistant"),
        ],
    )
    async def test_a_model_is_found_by_its_id(self, world: World, wanted: str, chosen: str) -> None:
        assert await world.chosen(wanted) == chosen

    async def test_an_id_is_split_at_its_first_slash(self, world: World) -> None:
        world.ollama.names = ["hf.co/someone/model:Q4"]
        assert await world.chosen("ollama/hf.co/someone/model:Q4") == "ollama/hf.co/someone/model:Q4"

    async def test_a_choice_waits_for_the_probe_rather_than_asking_beside_it(self, world: World) -> None:
        world.ollama.go_on.clear()
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            group.create_task(world.catalog.probe())
            choice = group.create_task(world.chosen("ollama/plain"))
            await asyncio.sleep(0)
            world.ollama.go_on.set()
            assert await choice == "ollama/plain:latest"
        assert world.ollama.asked == 1

    async def test_a_list_is_good_for_a_minute(self, world: World) -> None:
        await world.chosen("ollama/able:8b")
        await world.clock.advance(FRESH_SECONDS - 1)
        await world.chosen("ollama/plain")
        assert world.ollama.asked == 1
        await world.clock.advance(2)
        await world.chosen("ollama/able:8b")
        assert world.ollama.asked == 2

    async def test_a_model_that_was_not_there_is_looked_for_again(self, world: World) -> None:
        await world.chosen("ollama/able:8b")
        world.ollama.names.append("new:1b")
        assert await world.chosen("ollama/new:1b") == "ollama/new:1b"

    async def test_a_model_that_is_not_there_is_told_with_those_that_are(self, world: World) -> None:
        with pytest.raises(ProviderError) as caught:
            await world.catalog.choose("ollama/gone")
        assert (caught.value.reason, caught.value.retryable) == ("model_not_found", False)
        assert caught.value.message == "ollama has no model 'gone'."
        assert caught.value.hint == "It has: able:8b, plain:latest. Pull gone."

    async def test_a_hint_does_not_name_a_hundred_models(self, world: World) -> None:
        world.scripted.names = [f"m{number}" for number in range(100)]
        with pytest.raises(ProviderError) as caught:
            await world.catalog.choose("scripted/gone")
        assert caught.value.hint.endswith("m9 and 90 more.")

    @pytest.mark.parametrize("wanted", ["gone/x", "llama3", "ollama/", "/x", "a\x1b[2Jb"])
    async def test_a_provider_that_is_not_there_is_told_with_those_that_are(self, world: World, wanted: str) -> None:
        with pytest.raises(ProviderError) as caught:
            await world.catalog.choose(wanted)
        assert caught.value.reason == "model_not_found"
        assert "ollama, scripted, offline" in caught.value.hint
        assert "\x1b" not in caught.value.message

    async def test_a_server_that_is_down_is_told_as_such(self, world: World) -> None:
        world.ollama.failure = DOWN
        with pytest.raises(ProviderError) as caught:
            await world.catalog.choose("ollama/able:8b")
        assert caught.value is DOWN


class TestList:
    async def test_all_models_of_all_providers_are_listed(self, world: World) -> None:
        listed = await world.catalog.list()
        ids = [model.id for model in listed.models]
        assert ids == ["ollama/able:8b", "ollama/plain:latest", "scripted/play", "offline/assistant"]
        assert [status.reachable for status in listed.providers] == [True, True, True]
        assert listed.default == "ollama/able:8b"

    async def test_who_cannot_be_reached_is_listed_with_the_reason(self, world: World) -> None:
        world.ollama.failure = DOWN
        listed = await world.catalog.list()
        assert listed.providers[0] == ProviderStatus("ollama", False, "Ollama cannot be reached.", "Start it.")
        assert listed.default == "offline/assistant"

    async def test_it_is_asked_anew_each_time(self, world: World) -> None:
        await world.catalog.list()
        world.ollama.names = ["new:1b"]
        listed = await world.catalog.list()
        assert listed.models[0].id == listed.default == "ollama/new:1b"

    async def test_the_default_is_the_configured_model_even_if_it_is_not_there(self, world: World) -> None:
        assert (await world.configured("ollama/gone").list()).default == "ollama/gone"

    async def test_providers_are_asked_side_by_side(self, world: World) -> None:
        world.ollama.go_on.clear()
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            listed = group.create_task(world.catalog.list())
            while not world.scripted.asked:  # noqa: ASYNC110 (a fake without an event)
                await asyncio.sleep(0)
            world.ollama.go_on.set()
            assert (await listed).models
