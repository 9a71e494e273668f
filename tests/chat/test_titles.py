"""A session's title by its model: the conversation as the model knows it, a question, and the words of the answer."""

from collections.abc import Sequence

import pytest

from chatls.chat.events import Thinking, Token
from chatls.chat.messages import Message, ModelInfo, ModelOptions, ModelRequest
from chatls.chat.sessions import title_of
from chatls.chat.titles import MAX_TOKENS, question, title_by
from tests.support.heart import END, MODEL, FakeProvider, Step, call, orchestrator, task

PLAIN = ModelRequest(MODEL, (), (), ModelOptions(seed=7, temperature=0.9))
SAID = [Message("assistant", "In pyproject.toml.")]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([Thinking("Hm."), Token("Where dependencies"), Token(" are pinned"), END], "Where dependencies are pinned"),
        ([Token('\n**"Pinned dependencies."**\nBecause…'), END], "Pinned dependencies"),
        ([Token("word " * 100), END], title_of("word " * 100)),
        ([call(), END], ""),
        ([END], ""),
    ],
    ids=["text", "decorated", "too long", "a tool call", "nothing"],
)
async def test_a_title_is_the_first_line_of_the_answer_without_its_decoration(
    steps: Sequence[Step], expected: str
) -> None:
    assert await title_by(FakeProvider(steps), PLAIN) == expected


async def test_it_is_asked_behind_the_whole_conversation_and_for_few_tokens() -> None:
    provider = FakeProvider([Token("Pins"), END])
    assert await orchestrator(provider).title(task("Where are the pins?", Message("user", "Hi")), SAID) == "Pins"
    (request,) = provider.requests
    assert [message.content for message in request.messages[1:]] == [
        "Hi",
        "Where are the pins?",
        "In pyproject.toml.",
        question().content,
    ]
    assert (request.options.max_tokens, request.options.temperature) == (MAX_TOKENS, 0.0)
    assert [spec.name for spec in request.tools] == ["look"]


async def test_a_model_that_thinks_need_not_think_about_it() -> None:
    provider = FakeProvider([Token("Pins"), END])
    await title_by(provider, ModelRequest(ModelInfo("m", "p", "m", None, ("thinking",)), ()))
    assert provider.requests[0].options.think is False


async def test_a_model_elsewhere_is_not_asked() -> None:
    provider = FakeProvider([Token("Pins"), END])
    provider.local = False
    assert await orchestrator(provider).title(task(), SAID) == ""
    assert provider.requests == []
