"""A client that does not read blocks nobody, and what it then reads is whole and in the right order."""

import asyncio
import os
import random
import threading
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import pytest

from chatls.lsp.at_once import WriteAtOnce, at_once_to, nothing_at_once
from chatls.lsp.framing import FrameError
from chatls.lsp.pipe import BackpressureHandler, FrameReader, Lane, write_all
from tests.support.clock import settle
from tests.support.time_travel import TimeTravel


class Client:
    """The other end of the pipe: reads only when it is told to."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.may_read = threading.Event()
        self.began = threading.Event()

    def write(self, data: bytes) -> None:
        self.began.set()
        if not self.may_read.wait(10):
            raise AssertionError("nobody let the client read")
        self.written.append(data)


@asynccontextmanager
async def writer_to(
    client: Client, at_once: WriteAtOnce = nothing_at_once, **marks: int
) -> AsyncGenerator[BackpressureHandler]:
    loop = asyncio.get_running_loop()
    handler = BackpressureHandler(client.write, loop, lambda: None, at_once=at_once, **marks)
    handler.start()
    try:
        yield handler
    finally:
        client.may_read.set()
        handler.close(5)


async def stuck(client: Client, handler: BackpressureHandler) -> None:
    """Have the writer thread sit in a write."""
    handler.send(b"<stuck>")
    await asyncio.to_thread(client.began.wait, 5)


async def test_frames_are_written_in_order() -> None:
    client = Client()
    client.may_read.set()
    async with writer_to(client) as handler:
        for number in range(1000):
            handler.send(b"%d," % number)
    assert b"".join(client.written) == b"".join(b"%d," % number for number in range(1000))


async def test_f25_frames_of_many_threads_are_never_torn() -> None:
    client = Client()
    client.may_read.set()
    async with writer_to(client) as handler:

        def send_all(name: int) -> None:
            for number in range(500):
                handler.send(b"[%d:%d]" % (name, number))

        threads = [threading.Thread(target=send_all, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    frames = b"".join(client.written).strip(b"[]").split(b"][")
    assert len(frames) == 4000
    for name in range(8):
        own = [frame for frame in frames if frame.startswith(b"%d:" % name)]
        assert own == [b"%d:%d" % (name, number) for number in range(500)]


async def test_a_turn_waits_while_its_own_lane_is_full_and_goes_on_when_the_client_reads() -> None:
    client = Client()
    async with writer_to(client, lane_high_water=10) as handler, asyncio.timeout(5):
        await stuck(client, handler)
        lane = Lane()
        handler.send_on(lane, b"x" * 10)
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(handler.room(lane))
            await settle()
            assert not waiting.done()
            client.may_read.set()
    assert b"".join(client.written) == b"<stuck>" + b"x" * 10


async def test_another_turn_has_room_while_one_lane_is_full() -> None:
    client = Client()
    async with writer_to(client, lane_high_water=10) as handler, asyncio.timeout(5):
        await stuck(client, handler)
        handler.send_on(Lane(), b"x" * 10)
        await handler.room(Lane())
        assert handler.size == len(b"<stuck>") + 10


async def test_every_turn_waits_above_the_high_water_of_the_whole_process() -> None:
    client = Client()
    async with writer_to(client, high_water=10) as handler, asyncio.timeout(5):
        await stuck(client, handler)
        handler.send_on(Lane(), b"x" * 10)
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(handler.room(Lane()))
            await settle()
            assert not waiting.done()
            client.may_read.set()


async def test_the_last_words_of_a_cancelled_turn_go_before_other_turns_text() -> None:
    client = Client()
    async with writer_to(client) as handler:
        await stuck(client, handler)
        cancelled, other = Lane(), Lane()
        handler.send_on(other, b"<other 1>")
        handler.send_on(cancelled, b"<text>")
        handler.send_on(other, b"<other 2>")
        handler.hurry(cancelled)
        handler.send_on(cancelled, b"<end>")
        handler.send(b"<response>")
    assert b"".join(client.written) == b"<stuck><text><end><response><other 1><other 2>"


async def test_a_turn_that_waits_for_room_has_it_as_soon_as_it_is_cancelled() -> None:
    client = Client()
    async with writer_to(client, lane_high_water=1) as handler, asyncio.timeout(5):
        await stuck(client, handler)
        lane = Lane()
        handler.send_on(lane, b"x")
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(handler.room(lane))
            await settle()
            handler.hurry(lane)
            await waiting
        assert not client.may_read.is_set()


async def test_no_other_turn_adds_text_until_a_cancelled_one_had_time_to_end() -> None:
    client = Client()
    client.may_read.set()
    async with writer_to(client) as handler, asyncio.timeout(5):
        cancelled, other = Lane(), Lane()
        handler.hurry(cancelled)
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(handler.room(other))
            await settle()
            assert not waiting.done()
            await handler.room(cancelled)
            handler.send_on(cancelled, b"<end>")
            await waiting
            handler.send_on(other, b"<other>")
    assert b"".join(client.written) == b"<end><other>"


async def test_nothing_overtakes_a_lane_that_was_flushed() -> None:
    client = Client()
    async with writer_to(client) as handler:
        await stuck(client, handler)
        lane = Lane()
        handler.send_on(lane, b"<tool call>")
        handler.flush(lane)
        handler.send(b"<approval>")
        handler.send_on(lane, b"<tool result>")
    assert b"".join(client.written) == b"<stuck><tool call><approval><tool result>"


async def test_turns_take_turns() -> None:
    client = Client()
    async with writer_to(client) as handler:
        await stuck(client, handler)
        first, second = Lane(), Lane()
        for number in range(3):
            handler.send_on(first, b"<a%d>" % number)
        handler.send_on(second, b"<b0>")
    assert b"".join(client.written) == b"<stuck><a0><b0><a1><a2>"


async def test_what_the_client_takes_at_once_needs_no_thread() -> None:
    client = Client()
    taken: list[bytes] = []

    def take_all(data: bytes) -> int:
        taken.append(data)
        return len(data)

    async with writer_to(client, take_all) as handler:
        handler.send(b"<response>")
        handler.send_on(Lane(), b"<text>", b"<end>")
        assert taken == [b"<response>", b"<text><end>"]
        assert handler.size == 0
    assert client.written == []


async def test_what_is_left_of_a_frame_goes_before_all_else() -> None:
    client = Client()
    async with writer_to(client, lambda data: len(data) // 2) as handler:
        lane = Lane()
        handler.send_on(lane, b"<text of the turn>")
        handler.send(b"<response>")
        handler.send_on(lane, b"<more>")
        assert handler.size == len(b"the turn><response><more>")
    assert b"".join(client.written) == b"the turn><response><more>"


async def test_nothing_goes_at_once_while_something_waits() -> None:
    client = Client()
    tried: list[bytes] = []

    def take_nothing(data: bytes) -> int:
        tried.append(data)
        return 0

    async with writer_to(client, take_nothing) as handler:
        await stuck(client, handler)
        handler.send(b"<response>")
        handler.send_on(Lane(), b"<text>")
        assert tried == [b"<stuck>"]
    assert b"".join(client.written) == b"<stuck><response><text>"


@contextmanager
def pipe() -> Generator[tuple[int, int]]:
    """Both ends of a pipe; the writing one is closed by the test."""
    read_end, write_end = os.pipe()
    try:
        yield read_end, write_end
    finally:
        os.close(read_end)


def on_pipe(descriptor: int) -> BackpressureHandler:
    """A started handler on the writing end of a pipe, as the server has it."""
    write, loop = partial(write_all, descriptor), asyncio.get_running_loop()
    handler = BackpressureHandler(write, loop, lambda: None, at_once=at_once_to(descriptor))
    handler.start()
    return handler


def read_to_end(descriptor: int, sizes: random.Random) -> bytes:
    found = bytearray()
    while data := os.read(descriptor, sizes.choice((1, 100, 5000, 100_000))):
        found += data
    return bytes(found)


@pytest.mark.parametrize("seed", range(5))
async def test_frames_of_all_sizes_keep_their_order_however_the_client_reads(seed: int) -> None:
    chance = random.Random(seed)
    frames = [b"%d:" % number + b"." * chance.choice((0, 200, 4090, 20_000)) for number in range(2000)]
    with pipe() as (read_end, write_end):
        handler, lane = on_pipe(write_end), Lane()
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            reading = group.create_task(asyncio.to_thread(read_to_end, read_end, chance))
            for frame in frames:
                await handler.room(lane)
                handler.send_on(lane, frame)
            await asyncio.to_thread(handler.close, 10)
            os.close(write_end)
        assert reading.result() == b"".join(frames)


async def test_f76_a_client_that_does_not_read_never_keeps_the_loop_waiting() -> None:
    frames = [b"%5d%b" % (number, b"." * 195) for number in range(2000)]  # more than any pipe holds
    with pipe() as (read_end, write_end):
        handler, lane = on_pipe(write_end), Lane()
        sending = threading.Thread(target=lambda: [handler.send_on(lane, frame) for frame in frames], daemon=True)
        sending.start()
        sending.join(5)
        assert not sending.is_alive(), "a write waited for the client"
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            reading = group.create_task(asyncio.to_thread(read_to_end, read_end, random.Random(0)))
            await asyncio.to_thread(handler.close, 10)
            os.close(write_end)
        assert reading.result() == b"".join(frames)


async def test_f77_a_client_that_is_gone_is_told_to_the_loop() -> None:
    broken = asyncio.Event()

    def write(data: bytes) -> None:
        raise BrokenPipeError

    handler = BackpressureHandler(write, asyncio.get_running_loop(), broken.set)
    handler.start()
    handler.send(b"x")
    async with asyncio.timeout(5):
        assert await broken.wait()


async def test_frames_come_from_a_pipe_and_its_end_is_told() -> None:
    read_end, write_end = os.pipe()
    found: list[bytes | FrameError] = []
    ended = asyncio.Event()

    def take(frames: Sequence[bytes | FrameError]) -> None:
        found.extend(frames)

    reader = FrameReader(lambda size: os.read(read_end, size), asyncio.get_running_loop(), take, ended.set)
    reader.start()
    write_all(write_end, b"Content-Length: 1\r\n\r\n1Content-Length: 1\r\n\r\n2")
    os.close(write_end)
    async with asyncio.timeout(5):
        await ended.wait()
    os.close(read_end)
    assert found == [b"1", b"2"]


async def test_the_reader_waits_while_the_loop_has_too_much_to_look_at() -> None:
    reads = iter([b"Content-Length: 1\r\n\r\n%d" % number for number in range(4)] + [b""])
    read = 0
    ended = asyncio.Event()
    second = threading.Event()

    def take_next(size: int) -> bytes:
        nonlocal read
        read += 1
        if read == 2:
            second.set()
        return next(reads)

    reader = FrameReader(take_next, asyncio.get_running_loop(), lambda _: None, ended.set, backlog=1)
    reader.start()
    assert second.wait(5)  # the loop does not run: only one batch may wait for it
    assert read == 2
    async with asyncio.timeout(5):
        await ended.wait()
    assert read == 5


async def test_f08_a_frame_that_does_not_end_is_noticed_after_ten_seconds_and_only_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time = TimeTravel(monkeypatch)
    read_end, write_end = os.pipe()
    found: asyncio.Queue[bytes | FrameError] = asyncio.Queue()

    def take(frames: Sequence[bytes | FrameError]) -> None:
        for frame in frames:
            found.put_nowait(frame)

    loop = asyncio.get_running_loop()
    FrameReader(lambda size: os.read(read_end, size), loop, take, lambda: os.close(read_end)).start()
    write_all(write_end, b"Content-Length: 1\r\n\r\n1Content-Length: 8000000000\r\n")
    async with asyncio.timeout(30):
        assert await found.get() == b"1"
        await time.advance(9.9)
        assert found.empty()
        await time.advance(0.2)
        notice = await found.get()
    assert isinstance(notice, FrameError)
    assert "10 seconds" in notice.problem
    os.close(write_end)
