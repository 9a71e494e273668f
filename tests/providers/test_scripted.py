from collections.abc import Sequence
from pathlib import Path

import pytest

from chatls.chat.events import Finish, ModelEvent, Phase, Thinking, Timings, Token, ToolCall, Usage
from chatls.chat.messages import Message, ModelInfo, ModelRequest
from chatls.errors import ContextOverflow, ProviderError
from chatls.providers.scripted import ScriptedProvider
from tests.support.clock import FakeClock

SCRIPT = """
    [[answer]]
    steps = [
        { phase = "loading" },
        { thinking = "Look first." },
        { text = "Let me look. " },
        { tool = "read_file", args = { path = "a" } },
    ]
    [[answer]]
    prompt_tokens = 9
    completion_tokens = 3
    steps = [{ text = "It says: " }, { echo = true }]
"""
USER = Message("user", "What is in a?")
ANSWERED = [USER, Message("assistant", ""), Message("tool", "two words", tool_call_id="c1")]


class Theatre:
    """A provider with one script, and its clock."""

    def __init__(self, folder: Path, script: str) -> None:
        (folder / "play.toml").write_text(script, encoding="utf-8")
        self.clock = FakeClock()
        self.provider = ScriptedProvider(folder, self.clock)

    async def play(self, messages: Sequence[Message] = (USER,), name: str = "play") -> list[ModelEvent]:
        model = ModelInfo(f"scripted/{name}", "scripted", name)
        async with self.provider.stream(ModelRequest(model, messages)) as events:
            return [event async for event in events]


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    return Theatre(tmp_path, SCRIPT)


async def test_the_first_call_gets_the_first_answer(theatre: Theatre) -> None:
    assert await theatre.play() == [
        Phase("loading"),
        Thinking("Look "),
        Thinking("first."),
        Token("Let "),
        Token("me "),
        Token("look. "),
        ToolCall("call_1_4", "read_file", {"path": "a"}),
        Finish(),
    ]


async def test_the_call_with_the_tool_s_result_gets_the_second_and_may_repeat_it(theatre: Theatre) -> None:
    events = await theatre.play(ANSWERED)
    assert "".join(event.data for event in events if isinstance(event, Token)) == "It says: two words"
    assert events[-1] == Finish(usage=Usage(9, 3, context_tokens=12))


async def test_ids_of_calls_differ_within_a_conversation(theatre: Theatre) -> None:
    again = [*ANSWERED, Message("assistant", "It says: two words"), USER]
    ids = {event.id for talk in ([USER], again) for event in await theatre.play(talk) if isinstance(event, ToolCall)}
    assert len(ids) == 2


async def test_a_rate_spaces_the_words_and_is_reported(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path, 'rate = 10\n[[answer]]\nsteps = [{ text = "a b" }, { wait = 2 }]')
    assert (await theatre.play())[-1] == Finish(timings=Timings(tokens_per_second=10))
    assert theatre.clock.slept == [0.1, 0.1, 2.0]


async def test_no_rate_takes_no_time(theatre: Theatre) -> None:
    await theatre.play()
    assert theatre.clock.slept == []


async def test_a_fault_comes_after_what_stands_before_it(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path, '[[answer]]\nsteps = [{ text = "a" }, { cut = true }, { text = "b" }]')
    model = ModelInfo("scripted/play", "scripted", "play")
    async with theatre.provider.stream(ModelRequest(model, [USER])) as events:
        assert await anext(events) == Token("a")
        with pytest.raises(ProviderError) as caught:
            await anext(events)
    assert caught.value.reason == "stream_interrupted"


async def test_a_fault_may_pass_after_some_tries(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path, '[[answer]]\nsteps = [{ error = "busy", status = 503, times = 2 }, { text = "a" }]')
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(ProviderError) as caught:
                await theatre.play()
            assert (caught.value.status, caught.value.retryable) == (503, True)
        assert await theatre.play() == [Token("a"), Finish()]


async def test_models_are_the_scripts_of_the_folder(theatre: Theatre, tmp_path: Path) -> None:
    (tmp_path / "another.toml").touch()
    (tmp_path / "notes.md").touch()
    models = await theatre.provider.models()
    assert [model.id for model in models] == ["scripted/another", "scripted/play"]
    assert models[0].capabilities == ("tools", "thinking")


async def test_a_folder_that_is_not_there_has_no_scripts(tmp_path: Path) -> None:
    assert await ScriptedProvider(tmp_path / "missing", FakeClock()).models() == []


@pytest.mark.parametrize("name", ["other", "../play", "/etc/passwd", "", "play.toml"])
async def test_a_script_that_is_not_there_is_told_with_those_that_are(theatre: Theatre, name: str) -> None:
    with pytest.raises(ProviderError) as caught:
        await theatre.play(name=name)
    assert caught.value.reason == "model_not_found"
    assert "play" in caught.value.hint


async def test_a_script_that_cannot_be_read_is_told(theatre: Theatre, tmp_path: Path) -> None:
    (tmp_path / "play.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ProviderError) as caught:
        await theatre.play()
    assert "play.toml" in caught.value.message


NARROW = """
    context_length = 6
    [[answer]]
    steps = [{ text = "Yes." }]
"""


class TestWindow:
    async def test_a_script_without_a_window_takes_everything(self, theatre: Theatre) -> None:
        [model] = await theatre.provider.models()
        assert theatre.provider.window(model) is None
        assert await theatre.play([Message("user", "word " * 100_000)])

    async def test_a_window_is_the_models_and_is_counted_in_words(self, tmp_path: Path) -> None:
        theatre = Theatre(tmp_path, NARROW)
        [model] = await theatre.provider.models()
        assert theatre.provider.window(model) == model.context_length == 6
        [_, end] = await theatre.play([USER, Message("assistant", "Nothing.")])
        assert end == Finish(usage=Usage(5, context_tokens=5, context_limit=6))

    async def test_what_is_longer_is_refused_with_its_numbers(self, tmp_path: Path) -> None:
        theatre = Theatre(tmp_path, NARROW)
        with pytest.raises(ContextOverflow, match="has 8 words, the script's window 6") as caught:
            await theatre.play([USER, USER])
        assert (caught.value.tokens, caught.value.limit) == (8, 6)

    async def test_a_script_that_cannot_be_read_is_listed_without(self, tmp_path: Path) -> None:
        [model] = await Theatre(tmp_path, "context_length = 'many'").provider.models()
        assert model.context_length is None
