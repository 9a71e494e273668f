"""One task's conversation against a window that is really there: what goes out, what stays, what is told."""

from collections.abc import Sequence

import pytest

from chatls.chat.compaction import Spoken, turns_of
from chatls.chat.conversation import SUMMARY_TRIES, Conversation
from chatls.chat.events import Compacted, Finish, Phase, Token, Usage
from chatls.chat.messages import Message, ModelOptions, ModelRequest
from chatls.chat.tokens import Calibration
from chatls.errors import ContextOverflow, ProviderError
from tests.support.heart import MODEL, Step, call
from tests.support.narrow import SUMMARY, NarrowProvider, text, words

SYSTEM = Message("system", "Be brief.")
RESULT = Message("tool", text(400, "data"), tool_call_id="c1", tool_name="look")


class Talk:
    """A conversation, and what it tells of itself."""

    def __init__(
        self,
        provider: NarrowProvider,
        turns: Sequence[Message] = (),
        goal: str = "Now?",
        said: Sequence[Message] = (),
        earlier: Compacted | None = None,
        options: ModelOptions | None = None,
    ) -> None:
        self.provider = provider
        self.told: list[str] = []
        self.spoken = Spoken(SYSTEM, turns_of(turns), Message("user", goal), list(said))
        plain = ModelRequest(MODEL, (), (), options or ModelOptions())
        self.conversation = Conversation(self.spoken, plain, provider, Calibration(), earlier or Compacted())

    async def enter(self, phase: Phase) -> None:
        assert phase.phase == "compacting"
        self.told.append(phase.message or "")

    async def send(self) -> list[Message]:
        """The messages that the model gets to answer, made smaller if it refuses; the caller sees what is raised."""
        while True:
            request = await self.conversation.request(self.enter)
            try:
                async with self.provider.stream(request) as events:
                    finish = [event async for event in events][-1]
            except ContextOverflow as error:
                await self.conversation.overflowed(error, self.enter)
                continue
            assert isinstance(finish, Finish)
            self.conversation.answered(finish.usage)
            return list(request.messages)


def turn(number: int, count: int = 100) -> list[Message]:
    return [Message("user", f"{number}? {text(count)}"), Message("assistant", f"{number}!")]


def turns(count: int, length: int = 100) -> list[Message]:
    return [message for number in range(count) for message in turn(number, length)]


def looked(*results: str) -> list[Message]:
    """Turns with a tool's result."""
    return [
        message
        for number, result in enumerate(results)
        for message in (
            Message("user", f"{number}?"),
            Message("assistant", "", tool_calls=(call(),)),
            Message("tool", result, tool_call_id="c1", tool_name="look"),
            Message("assistant", f"{number}!"),
        )
    ]


async def test_what_fits_goes_out_whole() -> None:
    talk = Talk(NarrowProvider(1000), turns(3))
    assert await talk.send() == [SYSTEM, *turns(3), Message("user", "Now?")]
    assert (talk.told, talk.conversation.compacted) == ([], Compacted())


async def test_without_a_window_nothing_is_left_out() -> None:
    talk = Talk(NarrowProvider(10**9, told=None), turns(3000))
    assert len(await talk.send()) == 6002


async def test_old_results_of_tools_go_first_and_no_model_is_asked_for_that() -> None:
    talk = Talk(NarrowProvider(1600), looked(text(600, "data"), text(600, "data")))
    sent = await talk.send()
    assert words(sent) < 500
    assert [message.role for message in sent][:5] == ["system", "user", "assistant", "tool", "assistant"]
    assert "left out here" in sent[3].content
    assert talk.provider.summaries == []
    assert talk.conversation.compacted == Compacted(shortened=2)
    assert len(talk.told) == 1
    assert "1600: results of tools are shortened" in talk.told[0]


async def test_older_turns_become_a_summary_before_they_overflow() -> None:
    talk = Talk(NarrowProvider(1000), turns(8))
    sent = await talk.send()
    assert talk.provider.refused == []
    assert sent[0] == SYSTEM
    assert SUMMARY in sent[1].content
    assert sent[2:] == [*turns(8)[-5:], Message("user", "Now?")]
    assert sent[1].content.endswith(turns(8)[-6].content)
    assert talk.conversation.compacted == Compacted(5, SUMMARY, 8)
    assert len(talk.told) == 1
    assert talk.told[0].endswith("the model's window 1000: summarising 5 earlier turns")


async def test_the_summary_is_asked_of_what_it_replaces() -> None:
    talk = Talk(NarrowProvider(1000), turns(8))
    await talk.send()
    [request] = talk.provider.summaries
    assert list(request.messages[:-1]) == [SYSTEM, *turns(5)]
    assert request.options.max_tokens == 125


async def test_a_later_turn_begins_with_the_same_messages() -> None:
    provider = NarrowProvider(1000)
    first = Talk(provider, turns(8))
    sent = await first.send()
    answer = Message("assistant", "Yes.")
    later = Talk(provider, [*turns(8), first.spoken.goal, answer], "And?", earlier=first.conversation.compacted)
    assert await later.send() == [*sent, answer, Message("user", "And?")]
    assert len(provider.summaries) == 1


async def test_a_second_summary_takes_the_first_along() -> None:
    provider = NarrowProvider(1000)
    talk = Talk(provider, turns(12), earlier=Compacted(5, SUMMARY, 8))
    sent = await talk.send()
    [request] = provider.summaries
    assert SUMMARY in request.messages[1].content
    assert turns(6)[-2].content in request.messages[1].content
    assert sent[1].content.count(SUMMARY) == 1
    assert talk.conversation.compacted.summarised == 9


async def test_a_model_that_fails_at_a_summary_gets_a_list_of_what_was_asked() -> None:
    talk = Talk(NarrowProvider(1000), turns(8))
    talk.provider.summary = [Token("They"), ProviderError("provider_error", "Broken.")]
    sent = await talk.send()
    assert "could not summarise" in sent[1].content
    assert "- 4? word" in sent[1].content


async def test_a_summary_that_fails_in_passing_is_tried_again_with_the_request_and_not_for_ever() -> None:
    talk = Talk(NarrowProvider(1000), turns(8))
    whole = talk.provider.summary
    talk.provider.summary = [ProviderError("provider_error", "Busy.", retryable=True)]
    with pytest.raises(ProviderError, match="Busy"):
        await talk.send()
    talk.provider.summary = whole
    assert SUMMARY in (await talk.send())[1].content
    talk = Talk(NarrowProvider(1000), turns(8))
    talk.provider.summary = [ProviderError("provider_error", "Busy.", retryable=True)]
    for _ in range(SUMMARY_TRIES - 1):
        with pytest.raises(ProviderError, match="Busy"):
            await talk.send()
    assert "could not summarise" in (await talk.send())[1].content


async def test_a_turn_that_grows_by_results_cuts_those_the_model_has_seen() -> None:
    talk = Talk(NarrowProvider(1000), said=[Message("assistant", "", tool_calls=(call(),)), RESULT] * 2)
    sent = await talk.send()
    assert "left out here" in sent[3].content
    assert sent[-1] == RESULT
    assert talk.conversation.compacted == Compacted(shortened=1)
    said = list(talk.spoken.said)
    assert said[1] == RESULT


async def test_what_was_cut_once_stays_cut_while_the_turn_goes_on() -> None:
    provider = NarrowProvider(1000)
    said = [Message("assistant", "", tool_calls=(call(),)), RESULT] * 2
    talk = Talk(provider, said=said)
    sent = await talk.send()
    assert isinstance(talk.spoken.said, list)
    talk.spoken.said.append(Message("assistant", "Well."))
    assert (await talk.send())[: len(sent)] == sent


async def test_new_results_that_are_too_long_are_cut_to_what_there_is_room_for() -> None:
    talk = Talk(NarrowProvider(1000), said=[Message("assistant", "", tool_calls=(call(),)), *[RESULT] * 4])
    sent = await talk.send()
    assert talk.provider.refused == []
    assert 600 < words(sent) <= 750
    assert all("left out here" in message.content for message in sent[3:])


@pytest.mark.parametrize("silent", [False, True], ids=["with numbers", "without"])
async def test_an_overflow_that_nobody_expected_is_made_good_once(silent: bool) -> None:
    earlier = [Message(message.role, message.content.replace("word", "a")) for message in turns(12)]
    talk = Talk(NarrowProvider(1000, silent=silent), earlier)  # words so short that they look like fewer
    sent = await talk.send()
    assert len(talk.provider.refused) == 1
    assert SUMMARY in sent[1].content
    assert sent[-1] == Message("user", "Now?")


async def test_a_window_that_only_the_refusal_tells_is_enough() -> None:
    talk = Talk(NarrowProvider(1000, told=None), turns(12))
    assert SUMMARY in (await talk.send())[1].content


async def test_an_overflow_without_any_window_is_as_it_was() -> None:
    talk = Talk(NarrowProvider(1000, told=None, silent=True), turns(12))
    with pytest.raises(ContextOverflow, match="It does not fit") as caught:
        await talk.send()
    assert caught.value.hint == "Widen it."


async def test_a_second_overflow_fails_with_the_numbers() -> None:
    talk = Talk(NarrowProvider(100), turns(3, 50))
    talk.provider.limit = 35  # less than a summary takes
    with pytest.raises(ContextOverflow) as caught:
        await talk.send()
    assert len(talk.provider.refused) == 2
    assert talk.provider.refused[1] < talk.provider.refused[0]
    assert (caught.value.tokens, caught.value.limit) == (talk.provider.refused[1], 35)
    assert caught.value.hint == "Begin a new session. Widen it."


class RefusingProvider(NarrowProvider):
    """One that refuses whatever it gets."""

    def steps(self, request: ModelRequest) -> Sequence[Step]:
        self.requests.remove(request)
        self.refused.append(words(request.messages))
        return [ContextOverflow("It does not fit.", tokens=1001, limit=1000)]


async def test_no_second_try_is_made_even_where_more_could_be_left_out() -> None:
    talk = Talk(RefusingProvider(1000), turns(6))
    with pytest.raises(ContextOverflow):
        await talk.send()
    first, _for_a_summary, second = talk.provider.refused
    assert 300 < second < first


async def test_each_call_of_a_turn_is_made_good_once() -> None:
    talk = Talk(NarrowProvider(1000, told=None), turns(12))
    await talk.send()
    talk.provider.limit = 300  # less memory, say
    await talk.send()
    assert len(talk.provider.refused) == 2


async def test_a_message_that_is_too_long_alone_is_said_to_be() -> None:
    talk = Talk(NarrowProvider(1000), goal=text(3000))
    with pytest.raises(ContextOverflow) as caught:
        await talk.send()
    assert talk.provider.refused == [3002]
    assert "Your message alone, with what is attached to it, has about 3" in caught.value.message
    assert caught.value.hint == "Attach less: lines instead of whole files, or a part at a time. Widen it."
    assert talk.told == []


async def test_instructions_that_are_too_long_alone_are_said_to_be() -> None:
    talk = Talk(NarrowProvider(100, silent=True))
    talk.spoken = Spoken(Message("system", text(300)), (), Message("user", "Hi"), ())
    plain = ModelRequest(MODEL, ())
    talk.conversation = Conversation(talk.spoken, plain, talk.provider, Calibration(), Compacted())
    with pytest.raises(ContextOverflow) as caught:
        await talk.send()
    assert "It has about" in caught.value.message
    assert "instructions and tools alone" in caught.value.message
    assert "fewer tools" in caught.value.hint


async def test_the_counts_of_an_answer_correct_what_is_expected_of_the_next() -> None:
    calibration = Calibration()
    spoken = Spoken(SYSTEM, turns_of(turns(5)), Message("user", "Now?"), ())
    conversation = Conversation(spoken, ModelRequest(MODEL, ()), NarrowProvider(9000), calibration, Compacted())
    before = conversation.look_ahead().tokens
    async with NarrowProvider(9000).stream(await conversation.request(Talk(NarrowProvider(1)).enter)):
        conversation.answered(Usage(3 * before, 1))
    assert conversation.look_ahead().tokens == 3 * before


async def test_a_look_ahead_asks_no_model_and_says_what_would_be_summarised() -> None:
    talk = Talk(NarrowProvider(1000), turns(8))
    prompt = talk.conversation.look_ahead()
    assert list(prompt.request.messages) == [SYSTEM, *turns(8), Message("user", "Now?")]
    assert prompt.to_summarise == 5
    assert prompt.tokens > 800
    assert prompt.window is not None
    assert (prompt.window.limit, prompt.window.room) == (1000, 250)
    assert talk.provider.summaries == talk.provider.requests == []
