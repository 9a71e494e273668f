"""What is written at once is written whole or not at all where it must be, and never waits."""

import fcntl
import os
import pty
import select
import socket
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from chatls.lsp.at_once import WriteAtOnce, at_once_to

SMALL = b"x" * 200


def promptly(write: WriteAtOnce, data: bytes) -> int:
    """What a write returns, which must not wait: nobody reads meanwhile."""
    written: list[int] = []
    thread = threading.Thread(target=lambda: written.append(write(data)), daemon=True)
    thread.start()
    thread.join(5)
    assert written, "the write waited"
    return written[0]


class Pipe:
    """Both ends of a pipe, or of a pair of sockets."""

    def __init__(self, read_end: int, write_end: int) -> None:
        self.read_end, self.write_end = read_end, write_end

    def fill(self) -> int:
        """Write until there is no room for a single byte more; returns how many bytes are inside."""
        os.set_blocking(self.write_end, False)
        inside = 0
        for size in (4096, 1):
            try:
                while True:
                    inside += os.write(self.write_end, b"f" * size)
            except BlockingIOError:
                continue
        os.set_blocking(self.write_end, True)
        return inside

    def read(self, size: int) -> bytes:
        """That many bytes."""
        found = b""
        while len(found) < size:
            found += os.read(self.read_end, size - len(found))
        return found

    def empty(self) -> bool:
        return not select.select([self.read_end], [], [], 0)[0]


@pytest.fixture
def pipe() -> Generator[Pipe]:
    pipe = Pipe(*os.pipe())
    yield pipe
    os.close(pipe.read_end)
    os.close(pipe.write_end)


@pytest.fixture
def sockets() -> Generator[Pipe]:
    read_end, write_end = socket.socketpair()
    with read_end, write_end:
        yield Pipe(read_end.fileno(), write_end.fileno())


def test_a_pipe_takes_a_small_frame_whole(pipe: Pipe) -> None:
    assert promptly(at_once_to(pipe.write_end), SMALL) == len(SMALL)
    assert pipe.read(len(SMALL)) == SMALL


def test_a_frame_that_a_pipe_might_take_in_parts_is_left_alone(pipe: Pipe) -> None:
    assert promptly(at_once_to(pipe.write_end), b"x" * (select.PIPE_BUF + 1)) == 0
    assert pipe.empty()


@pytest.mark.parametrize("data", [b"x", SMALL, b"x" * select.PIPE_BUF], ids=["one byte", "a frame", "the largest"])
@pytest.mark.parametrize("read", [0, 1, 199, 4095, 4096, 4097, 10_000])
def test_a_pipe_in_which_so_much_was_read_takes_all_or_nothing_and_never_waits(
    pipe: Pipe, read: int, data: bytes
) -> None:
    inside = pipe.fill()
    pipe.read(read)
    taken = promptly(at_once_to(pipe.write_end), data)
    assert taken in (0, len(data))
    assert taken == 0 if read == 0 else taken or read < 4096
    assert pipe.read(inside - read + taken).removeprefix(b"f" * (inside - read)) == data[:taken]


@pytest.mark.parametrize("size", [4096, 2 * 4096])
def test_a_pipe_of_few_pages_is_no_different(pipe: Pipe, size: int) -> None:
    if not hasattr(fcntl, "F_SETPIPE_SZ"):
        pytest.skip("only on Linux the size of a pipe can be changed")
    fcntl.fcntl(pipe.write_end, fcntl.F_SETPIPE_SZ, size)
    write = at_once_to(pipe.write_end)
    written = [promptly(write, SMALL) for _ in range(100)]
    assert set(written) == {0, len(SMALL)}
    assert pipe.read(sum(written)) == b"x" * sum(written)


def test_a_pipe_that_nobody_reads_any_more_takes_nothing() -> None:
    read_end, write_end = os.pipe()
    write = at_once_to(write_end)
    os.close(read_end)
    assert promptly(write, SMALL) == 0
    os.close(write_end)


def test_a_socket_takes_a_small_frame(sockets: Pipe) -> None:
    assert promptly(at_once_to(sockets.write_end), SMALL) == len(SMALL)
    assert sockets.read(len(SMALL)) == SMALL


def test_a_socket_that_is_full_takes_nothing_and_does_not_wait(sockets: Pipe) -> None:
    sockets.fill()
    assert promptly(at_once_to(sockets.write_end), SMALL) == 0


def test_a_socket_that_nobody_reads_takes_what_it_has_room_for(sockets: Pipe) -> None:
    write = at_once_to(sockets.write_end)
    written = [promptly(write, SMALL) for _ in range(3000)]
    assert written[0] == len(SMALL)
    assert written[-1] == 0
    assert sockets.read(sum(written)) == b"x" * sum(written)


def test_a_file_is_left_to_the_thread(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as file:
        assert at_once_to(file.fileno())(SMALL) == 0


def test_a_terminal_is_left_to_the_thread() -> None:
    ours, theirs = pty.openpty()
    assert at_once_to(theirs)(SMALL) == 0
    os.close(ours)
    os.close(theirs)


def test_a_system_that_cannot_ask_a_pipe_leaves_it_to_the_thread(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(select, "poll")
    assert at_once_to(pipe.write_end)(SMALL) == 0
    assert pipe.empty()
