"""What is written of a turn: everything, in order, text in pieces worth a write, and none of it late."""

import pytest

from chatls.chat.events import LogEvent, Phase, Thinking, Token
from chatls.chat.recorder import MAX_CHARS, MAX_SECONDS, Recorder
from tests.support.clock import FakeClock


class Log:
    """The port `TurnLog`: what was written, a list for each write."""

    def __init__(self) -> None:
        self.writes: list[list[LogEvent]] = []
        self.waited = 0

    def append(self, events: list[LogEvent]) -> None:
        self.writes.append(events)

    async def begun(self) -> None: ...

    async def kept(self) -> None:
        self.waited = len(self.writes)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def recorder(clock: FakeClock, log: Log) -> Recorder:
    return Recorder(clock, log)


async def test_neighbouring_text_of_a_kind_and_task_becomes_one_event(recorder: Recorder, log: Log) -> None:
    for event in (Thinking("H"), Thinking("m"), Token("a"), Token("b"), Token("c", "t1"), Token("d", "t1"), Token("e")):
        recorder.add(event)
    recorder.add(Phase("tool"))
    recorder.add(Token("f"))
    await recorder.kept()
    assert log.writes == [
        [Thinking("Hm"), Token("ab"), Token("cd", "t1"), Token("e"), Phase("tool"), Token("f")],
    ]


async def test_what_waits_is_written_after_a_second_at_the_latest(
    recorder: Recorder, log: Log, clock: FakeClock
) -> None:
    recorder.add(Token("a"))
    await clock.advance(MAX_SECONDS / 2)
    recorder.add(Token("b"))
    assert log.writes == []
    await clock.advance(MAX_SECONDS / 2)
    assert log.writes == [[Token("ab")]]
    recorder.add(Phase("tool"))
    await clock.advance(MAX_SECONDS)
    assert log.writes[1:] == [[Phase("tool")]]
    assert clock.pending == 0


async def test_much_text_is_written_at_once(recorder: Recorder, log: Log, clock: FakeClock) -> None:
    recorder.add(Token("x" * (MAX_CHARS - 1)))
    assert log.writes == []
    recorder.add(Token("y"))
    assert log.writes == [[Token("x" * (MAX_CHARS - 1) + "y")]]
    assert clock.pending == 0
    recorder.add(Token("z"))
    assert len(log.writes) == 1


async def test_waiting_until_it_is_kept_writes_first(recorder: Recorder, log: Log, clock: FakeClock) -> None:
    recorder.add(Token("a"))
    await recorder.kept()
    assert (log.writes, log.waited, clock.pending) == ([[Token("a")]], 1, 0)
    await recorder.kept()
    assert len(log.writes) == 1
