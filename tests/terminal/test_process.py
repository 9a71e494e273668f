"""The server process: messages out and in, and its end."""

import queue
import sys
from collections.abc import Iterator

import pytest

from chatls.terminal.process import UNHANDLED, Message, ServerProcess
from chatls.terminal.spawn import spawn

WAIT = 10.0
REPLY = "sys.stdout.write('Content-Length: 2\\r\\n\\r\\n{}')"


class Server:
    """A server made of a line of Python, and what it said."""

    def __init__(self, script: str) -> None:
        self.process = ServerProcess(spawn([sys.executable, "-c", f"import sys; {script}"]))
        self.inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self.process.listen(self.inbox.put)

    def next(self) -> Message | None:
        return self.inbox.get(timeout=WAIT)


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    started: list[Server] = []
    yield started
    for server in started:
        server.process.stop(grace=0.1)


def start(servers: list[Server], script: str) -> Server:
    servers.append(Server(script))
    return servers[-1]


def test_what_is_sent_arrives_framed(servers: list[Server]) -> None:
    frame = 'Content-Length: 15\r\n\r\n{"text":"für"}'.encode()
    server = start(servers, f"sys.stdout.buffer.write(sys.stdin.buffer.read({len(frame)}))")
    server.process.send({"text": "für"})
    assert server.next() == {"text": "für"}


def test_the_end_of_the_server_is_told_once_and_last(servers: list[Server]) -> None:
    server = start(servers, REPLY)
    assert [server.next(), server.next()] == [{}, None]


def test_what_is_no_json_object_is_passed_over(servers: list[Server]) -> None:
    server = start(
        servers, "sys.stdout.write('junk\\r\\nContent-Length: 2\\r\\n\\r\\n[]Content-Length: 2\\r\\n\\r\\n{}')"
    )
    assert [server.next(), server.next()] == [{}, None]


def test_sending_to_a_dead_server_does_not_raise(servers: list[Server]) -> None:
    server = start(servers, "pass")
    assert server.next() is None
    server.process.send({"big": "x" * 1_000_000})
    assert server.process.epitaph() == "exit code 0"


def test_an_epitaph_has_the_last_words(servers: list[Server]) -> None:
    server = start(servers, "sys.stderr.write('x' * 9000 + '\\nBoom: it broke\\n'); sys.exit(3)")
    assert server.next() is None
    assert server.process.epitaph() == "exit code 3: Boom: it broke"


def test_a_server_that_does_not_end_is_killed(servers: list[Server]) -> None:
    server = start(servers, f"{REPLY}; sys.stdout.flush(); import threading; threading.Event().wait()")
    assert server.next() == {}
    server.process.stop(grace=0.05)
    assert server.next() is None
    assert server.process.epitaph() == "signal 9"


def test_a_server_whose_words_nobody_handles_can_still_end_by_itself(servers: list[Server]) -> None:
    body = "'Content-Length: 4000\\r\\n\\r\\n{' + ' ' * 3998 + '}'"
    server = start(servers, f"[sys.stdout.write({body}) for _ in range({2 * UNHANDLED})]")
    assert server.next() == {}
    server.process.stop(grace=10)
    assert server.process.epitaph() == "exit code 0"


def test_f76_what_nobody_handles_is_not_read(servers: list[Server]) -> None:
    server = start(servers, f"[{REPLY} for _ in range({3 * UNHANDLED})]")
    for _ in range(UNHANDLED):
        assert server.next() == {}
    with pytest.raises(queue.Empty):
        server.inbox.get(timeout=0.05)
    server.process.handled()
    assert server.next() == {}
