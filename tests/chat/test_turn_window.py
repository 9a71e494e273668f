"""Whole turns against a model whose window is really there: what the user is told, what is kept for later turns."""

from collections.abc import Sequence
from dataclasses import replace

from chatls.chat.events import (
    Compacted,
    Done,
    Fault,
    Finish,
    LogEvent,
    Phase,
    StreamEvent,
    Token,
    ToolCall,
    ToolFailure,
    ToolResultEvent,
    ToolText,
    Usage,
)
from chatls.chat.messages import Message
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.ports import ToolRun
from chatls.chat.task import TaskRequest
from chatls.errors import ContextOverflow
from tests.support.heart import END, FakeProvider, FakeToolset, all_events, call, orchestrator, task
from tests.support.narrow import SUMMARY, NarrowProvider, text, words

EARLIER = [
    message
    for number in range(8)
    for message in (Message("user", f"{number}? {text(100)}"), Message("assistant", f"{number}!"))
]


class Log:
    """A log in memory."""

    def __init__(self) -> None:
        self.events: list[LogEvent] = []

    def append(self, events: list[LogEvent]) -> None:
        self.events += events

    async def begun(self) -> None: ...

    async def kept(self) -> None: ...


async def logged(parts: Orchestrator, request: TaskRequest) -> tuple[list[StreamEvent], list[LogEvent]]:
    log = Log()
    async with parts.execute_with_streaming(request, log) as execution:
        return [event async for event in execution], log.events


def phases(events: Sequence[StreamEvent]) -> list[str]:
    return [event.phase for event in events if isinstance(event, Phase)]


async def test_a_turn_that_would_overflow_summarises_says_so_and_answers() -> None:
    provider = NarrowProvider(1000)
    events = await all_events(orchestrator(provider), task("Now?", *EARLIER))
    assert phases(events) == ["connecting", "compacting", "connecting", "generating"]
    assert "summarising 5 earlier turns" in next(str(e.message) for e in events if isinstance(e, Phase) and e.message)
    assert isinstance(events[-1], Done)
    assert events[-1].final == "Yes."
    assert SUMMARY in provider.requests[0].messages[1].content


async def test_the_tokens_of_a_summary_are_counted_with_those_of_the_answer() -> None:
    provider = NarrowProvider(1000)
    provider.summary = [Token(SUMMARY), Finish(usage=Usage(500, 40))]
    done = (await all_events(orchestrator(provider), task("Now?", *EARLIER)))[-1]
    assert isinstance(done, Done)
    assert done.usage is not None
    assert done.usage.completion_tokens == 41


async def test_what_was_left_out_is_in_the_log_and_the_next_turn_goes_on_from_it() -> None:
    provider = NarrowProvider(1000)
    parts = orchestrator(provider)
    events, log = await logged(parts, task("Now?", *EARLIER))
    [compacted] = [event for event in log if isinstance(event, Compacted)]
    assert compacted == Compacted(5, SUMMARY, 8)
    assert Compacted not in map(type, events), "clients are not told"
    said = [*EARLIER, Message("user", "Now?"), Message("assistant", "Yes.")]
    _, log = await logged(parts, replace(task("And?", *said), compacted=compacted))
    assert [event for event in log if isinstance(event, Compacted)] == []
    first, second = (list(request.messages) for request in provider.requests)
    assert second == [*first, *said[-1:], Message("user", "And?")]
    assert len(provider.summaries) == 1


async def test_a_turn_that_grows_by_results_goes_on_with_earlier_ones_cut() -> None:
    async def read(call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
        return ToolText(text(400, "data"))

    provider = NarrowProvider(1000, *([call(path=str(number)), END] for number in range(5)), [Token("Done."), END])
    events, log = await logged(orchestrator(provider, toolset=FakeToolset({"look": read})), task("Read five."))
    assert isinstance(events[-1], Done)
    assert events[-1].final == "Done."
    assert provider.refused == []
    assert max(words(request.messages) for request in provider.requests) <= 750
    shown = [event for event in events if isinstance(event, ToolResultEvent)]
    assert all(event.result == ToolText(text(400, "data")) for event in shown), "the user sees them whole"
    assert [event for event in log if isinstance(event, Compacted)] == [Compacted(shortened=1)]


async def test_an_overflow_is_healed_once_and_no_fault_for_the_user() -> None:
    provider = NarrowProvider(1000, told=4000)
    earlier = [Message(message.role, message.content * 2) for message in EARLIER]
    events = await all_events(orchestrator(provider), task("Now?", *earlier))
    assert len(provider.refused) == 1
    assert not any(isinstance(event, Fault) for event in events)
    assert phases(events) == ["connecting", "compacting", "connecting", "generating"]
    assert isinstance(events[-1], Done)


async def test_a_second_overflow_ends_the_turn_with_its_numbers() -> None:
    provider = NarrowProvider(35, told=1000)
    events = await all_events(orchestrator(provider), task("Now?", *EARLIER[:6]))
    last = events[-1]
    assert isinstance(last, Fault)
    assert isinstance(last.error, ContextOverflow)
    assert len(provider.refused) == 3, "twice, and the request for a summary"
    assert (last.error.tokens, last.error.limit) == (provider.refused[-1], 35)
    assert provider.refused[-1] < provider.refused[0]
    assert last.error.hint


async def test_an_overflow_after_text_keeps_the_text() -> None:
    provider = FakeProvider([Token("Half"), ContextOverflow("Full.", tokens=9, limit=8)])
    events = await all_events(orchestrator(provider))
    assert isinstance(events[-1], Fault)
    assert events[-1].error.reason == "stream_interrupted"


async def test_what_the_server_counted_corrects_the_estimates_of_later_turns() -> None:
    provider = NarrowProvider(10_000)
    parts = orchestrator(provider)
    earlier = [Message(message.role, message.content.replace("word", "a")) for message in EARLIER]
    before = (await parts.look_ahead(task("Now?", *earlier))).tokens
    await all_events(parts, task("Now?", *earlier))
    counted = words(provider.requests[0].messages)
    assert before < counted * 0.7
    assert abs((await parts.look_ahead(task("Now?", *earlier))).tokens - counted) <= 1


async def test_what_would_be_sent_can_be_seen_and_is_not_sent() -> None:
    provider = NarrowProvider(1000)
    parts = orchestrator(provider)
    prompt = await parts.look_ahead(task("Now?", *EARLIER[:4]))
    assert provider.requests == []
    await all_events(parts, task("Now?", *EARLIER[:4]))
    [sent] = provider.requests
    assert replace(sent, read_gap=0) == prompt.request
    assert prompt.to_summarise == 0
    assert prompt.window is not None
    assert prompt.window.limit == 1000
