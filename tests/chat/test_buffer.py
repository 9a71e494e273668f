"""What a reader feels: when text goes out, in what pieces, and what happens when too much is waiting."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.chat.buffer import ENOUGH_CHARS, NOTICE_DELAY, ResponseBuffer
from chatls.chat.events import Done, Phase, StreamEvent, Thinking, Token, ToolCallEvent
from tests.support.clock import FakeClock, settle

CALL = ToolCallEvent("c1", "look", {}, "read", "Look")


class Reader:
    """Takes from a buffer as soon as something is due, and notes when."""

    def __init__(self, buffer: ResponseBuffer, clock: FakeClock) -> None:
        self.buffer = buffer
        self.clock = clock
        self.taken: list[tuple[float, list[StreamEvent]]] = []

    async def read(self) -> None:
        while await self.buffer.ready():
            self.taken.append((round(self.clock.now() - 100.0, 6), self.buffer.drain()))

    @property
    def pieces(self) -> list[tuple[float, str]]:
        return [
            (at, event.data) for at, events in self.taken for event in events if isinstance(event, Token | Thinking)
        ]


@asynccontextmanager
async def reading(clock: FakeClock, buffer: ResponseBuffer) -> AsyncGenerator[Reader]:
    reader = Reader(buffer, clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(reader.read())
        await settle()
        yield reader
        buffer.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def buffer(clock: FakeClock) -> ResponseBuffer:
    return ResponseBuffer(clock)


async def test_the_first_token_goes_out_at_once(clock: FakeClock, buffer: ResponseBuffer) -> None:
    async with reading(clock, buffer) as reader:
        await buffer.put(Token("H"))
        await settle()
        assert reader.pieces == [(0.0, "H")]


async def test_ten_characters_wait_until_fifty_milliseconds_after_the_last_text(
    clock: FakeClock, buffer: ResponseBuffer
) -> None:
    async with reading(clock, buffer) as reader:
        await buffer.put(Token("H"))
        await clock.advance(0.02)
        await buffer.put(Token("0123456789"))
        await clock.advance(0.029)
        assert reader.pieces == [(0.0, "H")]
        await clock.advance(0.001)
        assert reader.pieces == [(0.0, "H"), (0.05, "0123456789")]


async def test_fewer_than_ten_characters_are_held_a_hundred_milliseconds_and_no_longer(
    clock: FakeClock, buffer: ResponseBuffer
) -> None:
    async with reading(clock, buffer) as reader:
        await buffer.put(Token("H"))
        await clock.advance(0.01)
        await buffer.put(Token("el"))
        await clock.advance(0.06)
        await buffer.put(Token("lo"))
        await clock.advance(0.2)
        assert reader.pieces == [(0.0, "H"), (0.11, "ello")]


async def test_text_after_a_pause_goes_out_as_soon_as_there_are_ten_characters(
    clock: FakeClock, buffer: ResponseBuffer
) -> None:
    async with reading(clock, buffer) as reader:
        await buffer.put(Token("H"))
        await clock.advance(1.0)
        await buffer.put(Token("0123456789"))
        await settle()
        assert reader.pieces == [(0.0, "H"), (1.0, "0123456789")]


async def test_4096_waiting_characters_do_not_wait_for_the_time(clock: FakeClock, buffer: ResponseBuffer) -> None:
    async with reading(clock, buffer) as reader:
        await buffer.put(Token("H"))
        await settle()
        await buffer.put(Token("x" * (ENOUGH_CHARS - 1)))
        await settle()
        assert len(reader.pieces) == 1
        await buffer.put(Token("x"))
        await settle()
        assert reader.pieces[1:] == [(0.0, "x" * ENOUGH_CHARS)]


async def test_any_other_event_takes_the_text_before_it_along(clock: FakeClock, buffer: ResponseBuffer) -> None:
    async with reading(clock, buffer) as reader:
        await buffer.put(Token("H"))
        await settle()
        await buffer.put(Token("i"))
        await buffer.put(CALL)
        await settle()
        assert reader.taken[1] == (0.0, [Token("i"), CALL])


async def test_word_of_a_phase_waits_a_moment_for_what_follows_it(clock: FakeClock, buffer: ResponseBuffer) -> None:
    async with reading(clock, buffer) as reader:
        await buffer.put(Phase("connecting"))
        await clock.advance(NOTICE_DELAY / 2)
        assert reader.taken == []
        await clock.advance(NOTICE_DELAY / 2)
        await buffer.put(Phase("generating"))
        await buffer.put(Token("H"))
        await settle()
        together = [Phase("generating"), Token("H")]
        assert reader.taken == [(NOTICE_DELAY, [Phase("connecting")]), (NOTICE_DELAY, together)]


async def test_thinking_and_answer_are_never_merged(clock: FakeClock, buffer: ResponseBuffer) -> None:
    async with reading(clock, buffer) as reader:
        for event in (Thinking("a"), Thinking("b"), Token("c"), Token("d"), Thinking("e"), Token("f")):
            await buffer.put(event)
        await clock.advance(1.0)
        merged = [event for _, events in reader.taken for event in events]
        assert merged == [Thinking("ab"), Token("cd"), Thinking("e"), Token("f")]


async def test_texts_of_several_tasks_grow_side_by_side_in_one_rhythm(clock: FakeClock, buffer: ResponseBuffer) -> None:
    async with reading(clock, buffer) as reader:
        await buffer.put(Token("First"))
        await settle()
        for number in range(10):
            for task in ("c1", "c2", None):
                await buffer.put(Token(f"{number} ", task))
        await clock.advance(1.0)
        buffer.close()
    text = "".join(f"{number} " for number in range(10))
    assert reader.taken[1:] == [(0.05, [Token(text, "c1"), Token(text, "c2"), Token(text)])]


async def test_what_happens_in_one_task_takes_the_text_of_all_along(clock: FakeClock, buffer: ResponseBuffer) -> None:
    async with reading(clock, buffer) as reader:
        for event in (Token("a", "c1"), Token("b", "c2"), Thinking("hm", "c1"), Token("c", "c2")):
            await buffer.put(event)
        await buffer.put(Phase("tool", task="c2"))
        buffer.close()
    events = [event for _, events in reader.taken for event in events]
    assert events == [
        Token("a", "c1"), Token("b", "c2"), Thinking("hm", "c1"), Token("c", "c2"), Phase("tool", task="c2"),
    ]  # fmt: skip


async def test_what_must_be_out_does_not_wait_for_text_that_comes_meanwhile(
    clock: FakeClock, buffer: ResponseBuffer
) -> None:
    await buffer.put(Token("held", "c1"))
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        waiting = group.create_task(buffer.settled())
        await settle()
        taken = buffer.drain()
        buffer.put_nowait(Token("more", "c2"))
        await settle()
        assert waiting.done()
    assert taken == [Token("held", "c1")]


async def test_closing_hands_out_what_is_left_and_then_ends(clock: FakeClock, buffer: ResponseBuffer) -> None:
    async with reading(clock, buffer) as reader:
        await buffer.put(Token("Hello"))
        await settle()
        await buffer.put(Token("!"))
        buffer.put_nowait(Done("Hello!", "end_turn"))
    assert reader.pieces == [(0.0, "Hello"), (0.0, "!")]
    assert reader.taken[-1][1][-1] == Done("Hello!", "end_turn")
    assert clock.pending == 0


async def test_the_producer_waits_above_one_mebibyte_and_goes_on_when_the_text_was_taken(clock: FakeClock) -> None:
    buffer = ResponseBuffer(clock, max_bytes=10)
    await buffer.put(Token("äöüäöü"))  # 12 bytes, 6 characters
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        waiting = group.create_task(buffer.put(Token("more")))
        await settle()
        assert not waiting.done()
        assert buffer.drain() == [Token("äöüäöü")]
    assert buffer.drain() == [Token("more")]


async def test_much_text_is_handed_out_in_pieces_and_control_events_stay_in_their_place(clock: FakeClock) -> None:
    buffer = ResponseBuffer(clock, piece_chars=4)
    for event in (Token("abcdef"), Phase("tool"), Token("ü"), Thinking("xyz")):
        await buffer.put(event)
    buffer.close()
    taken: list[list[StreamEvent]] = []
    while await buffer.ready():
        taken.append(buffer.drain())
    assert taken == [[Token("abcd")], [Token("ef"), Phase("tool"), Token("ü"), Thinking("x")], [Thinking("yz")]]
    assert buffer.bytes_waiting == 0


async def test_a_producer_that_waits_can_be_cancelled_and_its_text_is_not_added(clock: FakeClock) -> None:
    buffer = ResponseBuffer(clock, max_bytes=1)
    await buffer.put(Token("kept"))
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(buffer.put(Token("dropped")))
        await settle()
        waiting.cancel()
    assert buffer.drain() == [Token("kept")]


async def test_a_hundred_tokens_a_second_cost_twenty_wake_ups_a_second(
    clock: FakeClock, buffer: ResponseBuffer
) -> None:
    async with reading(clock, buffer) as reader:
        for _ in range(100):
            await buffer.put(Token("word"))
            await clock.advance(0.01)
    assert len(reader.taken) <= 22
    assert "".join(data for _, data in reader.pieces) == "word" * 100


@given(st.lists(st.tuples(st.text(max_size=30), st.floats(0, 0.2)), max_size=40))
def test_joined_text_is_exact_and_nothing_is_held_longer_than_a_hundred_milliseconds(
    pieces: list[tuple[str, float]],
) -> None:
    async def run() -> None:
        clock = FakeClock()
        buffer = ResponseBuffer(clock)
        put_at: list[tuple[float, int]] = []
        total = 0
        async with reading(clock, buffer) as reader:
            for text, pause in pieces:
                if text:
                    put_at.append((clock.now() - 100.0, total))
                total += len(text)
                await buffer.put(Token(text))
                await clock.advance(pause)
            await clock.advance(0.1)
            assert "".join(data for _, data in reader.pieces) == "".join(text for text, _ in pieces)
        for at, start in put_at:
            out = 0
            for taken_at, data in reader.pieces:
                out += len(data)
                if out > start:
                    assert taken_at <= at + 0.1 + 1e-6
                    break

    asyncio.run(run())


async def test_whoever_waits_for_it_to_settle_gets_held_text_taken_at_once(
    clock: FakeClock, buffer: ResponseBuffer
) -> None:
    async with asyncio.timeout(5), reading(clock, buffer) as reader:
        await buffer.put(Token("First"))
        await settle()
        await buffer.put(Token("held"))
        await buffer.settled()
        assert reader.pieces == [(0.0, "First"), (0.0, "held")]
        await buffer.settled()


async def test_it_has_not_settled_while_nobody_takes(buffer: ResponseBuffer) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        await buffer.put(Token("x" * 40_000))
        await buffer.put(Phase("approval"))
        waiting = group.create_task(buffer.settled())
        for _ in range(2):
            buffer.drain()
            await settle()
            assert not waiting.done()
        assert buffer.drain()[-1] == Phase("approval")
        await settle()
        assert waiting.done()
