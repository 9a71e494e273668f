from collections.abc import Sequence

import pytest

from chatls.chat.events import Compacted, Finish, Thinking, Token, Usage
from chatls.chat.fitting import Window
from chatls.chat.messages import Message, ModelInfo, ModelOptions, ModelRequest, ToolSpec
from chatls.chat.summary import LISTED, SUMMARY_CHARS, listed, summarise, summary_request
from chatls.errors import ProviderError
from tests.support.heart import END, MODEL, FakeProvider, Step, call
from tests.support.narrow import text, words

TOOLS = (ToolSpec("look", "Look.", "read", {}),)
PLAIN = ModelRequest(MODEL, (), TOOLS, ModelOptions(seed=7, max_tokens=9000))
TURN = [Message("system", "Be brief."), Message("user", text(100)), Message("assistant", text(2000))]


def question(content: str) -> list[Message]:
    return [Message("user", content), Message("assistant", "Yes.")]


def test_the_request_begins_as_the_conversation_and_ends_with_the_instruction() -> None:
    request = summary_request(PLAIN, TURN, words, Window(8192, 2048))
    assert list(request.messages[:-1]) == TURN
    assert request.messages[-1].role == "user"
    assert "Do not answer" in request.messages[-1].content
    assert (request.tools, request.model) == (TOOLS, MODEL)
    assert request.options == ModelOptions(seed=7, max_tokens=1024)


def test_a_model_that_thinks_need_not_think_about_a_summary() -> None:
    thinker = ModelRequest(ModelInfo("m", "p", "m", None, ("thinking",)), ())
    assert summary_request(thinker, TURN, words, Window(8192, 2048)).options.think is False


def test_messages_that_would_not_fit_themselves_are_cut() -> None:
    request = summary_request(PLAIN, TURN, words, Window(1000, 100))
    assert words(request.messages) <= 1000 - 125
    assert request.messages[0] == TURN[0]
    assert "left out" in request.messages[2].content
    assert "Do not answer" in request.messages[-1].content


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([Thinking("Hm."), Token(" They asked"), Token(" much. "), END], "They asked much."),
        ([call(), END], ""),
        ([END], ""),
    ],
    ids=["text", "a tool call", "nothing"],
)
async def test_a_summary_is_the_text_of_the_answer(steps: Sequence[Step], expected: str) -> None:
    text, _ = await summarise(FakeProvider(steps), PLAIN)
    assert text == expected


async def test_what_a_summary_took_is_counted() -> None:
    usage = Usage(100, 7)
    assert await summarise(FakeProvider([Token("They."), Finish(usage=usage)]), PLAIN) == ("They.", usage)


async def test_a_summary_without_end_is_cut() -> None:
    summary, _ = await summarise(FakeProvider([*[Token("word ")] * SUMMARY_CHARS, Finish("max_tokens")]), PLAIN)
    assert len(summary) < SUMMARY_CHARS + 200


async def test_a_failure_is_the_callers() -> None:
    provider = FakeProvider([Token("They"), ProviderError("timeout", "Too slow.")])
    with pytest.raises(ProviderError, match="Too slow"):
        await summarise(provider, PLAIN)
    assert provider.open == 0


def test_without_a_model_what_was_asked_is_listed_after_the_summary_so_far() -> None:
    turns = [question("one"), question("two\nlines"), question("three"), question("four")]
    said = listed(turns, Compacted(1, "They said hello."), 3)
    assert said.splitlines()[0] == "They said hello."
    assert said.splitlines()[-2:] == ["- two lines", "- three"]
    assert "could not summarise" in said


def test_a_list_of_what_was_asked_has_its_bounds_and_says_so() -> None:
    turns = [question(f"{number} " + "x" * 1000) for number in range(LISTED + 5)]
    said = listed(turns, Compacted(), len(turns))
    assert len(said) < 8000
    assert "(5 messages before that are left out)" in said
    assert f"- {LISTED + 4} x" in said
