"""What comes in on stdin may be anything; what goes out on stdout is frames and nothing else."""

import asyncio
import json
import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_server import Talk, chat_server, environment
from tests.support.lsp_client import LspClient, running_server
from tests.support.process_facts import memory
from tests.support.recordings import cut

pytestmark = pytest.mark.asyncio(loop_scope="session")
Json = dict[str, Any]
MIB = 1024 * 1024
BAD_DEEDS = """
import ctypes, os, subprocess, sys
print("printed", flush=True)
sys.stdout.write("written")
sys.stdout.flush()
os.write(1, b"straight to the descriptor")
subprocess.run([sys.executable, "-S", "-c", "print('a child')"], check=True)
ctypes.CDLL(None).puts(b"the C library")
ctypes.CDLL(None).fflush(None)
"""


def frame(message: Json, header: str = "Content-Length: {}\r\n\r\n") -> bytes:
    body = json.dumps(message).encode()
    return header.format(len(body)).encode() + body


def conversation() -> list[Json]:
    """A whole session that needs no answer to go on."""
    params: Json = {"processId": None, "rootUri": None, "capabilities": {}}
    return [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params},
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "id": "two", "method": "chat/listAgents", "params": {"umlaut": "äöü€😀"}},
        {"jsonrpc": "2.0", "id": 3, "method": "no/such"},
        {"jsonrpc": "2.0", "id": 4, "method": "chat/listSessions", "params": {"limit": "x"}},
        {"jsonrpc": "2.0", "id": 5, "method": "shutdown"},
    ]


async def answers(home: Path, pieces: Sequence[bytes]) -> list[Json]:
    """All that a server answers to these writes."""
    async with running_server(env=environment(home), cwd=home) as client:
        assert client.process.stdin is not None
        for piece in pieces:
            client.send_bytes(piece)
            await client.process.stdin.drain()
        await client.response(5)
        client.notify("exit")
        assert await client.wait() == 0
        return sorted((found for found in client.received if "id" in found), key=lambda found: str(found["id"]))


async def test_f01_the_same_session_gets_the_same_replies_however_it_is_cut(tmp_path: Path) -> None:
    data = b"".join(frame(message) for message in conversation())
    chance = random.Random(1)
    cuts = [cut(data, sorted(chance.sample(range(len(data)), 40))) for _ in range(2)]
    found = await asyncio.gather(
        answers(tmp_path, [data]),
        answers(tmp_path, [data[at : at + 1] for at in range(len(data))]),
        *(answers(tmp_path, pieces) for pieces in cuts),
    )
    assert [reply["id"] for reply in found[0]] == [1, 3, 4, 5, "two"]
    assert all(replies == found[0] for replies in found)


HEADERS = {
    "F02 lower case": "content-length: {}\r\n\r\n",
    "F02 no space": "Content-Length:{}\r\n\r\n",
    "F02 spaces everywhere": "Content-Length :  {} \r\n\r\n",
    "F02 type first": "Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: {}\r\n\r\n",
    "F02 bare line feeds": "Content-Length: {}\n\n",
    "F05 the same length twice": "Content-Length: {0}\r\nContent-Length: {0}\r\n\r\n",
    "F06 junk on a line of its own before": "junk\r\nContent-Length: {}\r\n\r\n",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
async def test_a_frame_with_an_odd_header_is_answered_and_so_is_the_next(talk: Talk, header: str) -> None:
    client = talk.client
    for number, chosen in enumerate((header, "Content-Length: {}\r\n\r\n")):
        request = f"{header} {number}"
        client.send_bytes(frame({"jsonrpc": "2.0", "id": request, "method": "chat/listAgents"}, chosen))
        assert "result" in await client.response(request)


JUNK = {
    "F05 lengths that differ": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
    "F06 junk without a newline": b"\x00\xff junk {}",
    "F10 a body that is shorter than its length": b"Content-Length: 30\r\n\r\n{}",
    "F12 a body that is no UTF-8": b"Content-Length: 2\r\n\r\n\xff\xfe",
    "F13 a body that is nested too deep": b"Content-Length: 400000\r\n\r\n" + b"[" * 200_000 + b"]" * 200_000,
    "F14 a batch": b'Content-Length: 31\r\n\r\n[{"jsonrpc":"2.0","method":"x"}]',
    "a response to nothing": b'Content-Length: 38\r\n\r\n{"jsonrpc":"2.0","id":5,"result":null}',
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
async def test_junk_costs_one_more_frame_at_most_and_has_no_answer(talk: Talk, junk: bytes) -> None:
    client = talk.client
    seen = len(client.received)
    client.send_bytes(junk)
    for number in range(3):
        request = {"jsonrpc": "2.0", "id": f"{junk[:40]!r} {number}", "method": "chat/listAgents"}
        client.send_bytes(frame(request))
    await client.response(f"{junk[:40]!r} 2")
    replies = [found for found in client.received[seen:] if "method" not in found]
    assert [reply["id"] for reply in replies[-2:]] == [f"{junk[:40]!r} {number}" for number in (1, 2)]
    assert len(replies) <= 3


async def test_f08_a_length_of_gigabytes_reserves_nothing_and_the_editor_may_go_on(tmp_path: Path) -> None:
    async with chat_server(tmp_path) as client:
        await client.result("chat/listAgents")
        before = memory(client.process.pid)
        client.send_bytes(b"Content-Length: 80000000\r\n\r\n" + b"x" * MIB)
        client.send_bytes(b"x" * (80_000_000 - MIB))
        assert "result" in await client.request("chat/listAgents")
        assert memory(client.process.pid) - before < 16 * MIB


async def test_f09_300_mib_without_the_end_of_a_header_take_no_memory(tmp_path: Path) -> None:
    async with chat_server(tmp_path) as client:
        await client.result("chat/listAgents")
        before = memory(client.process.pid)
        block = b"x" * MIB
        assert client.process.stdin is not None
        async with asyncio.timeout(60):
            for _ in range(300):
                client.send_bytes(block)
                await client.process.stdin.drain()
        assert "result" in await client.request("chat/listAgents")
        assert memory(client.process.pid) - before < 16 * MIB


async def test_f26_changes_of_a_document_leave_nothing_behind(tmp_path: Path) -> None:
    uri = (tmp_path / "ws" / "a.py").as_uri()
    async with chat_server(tmp_path) as client:
        document = {"uri": uri, "languageId": "python", "version": 0, "text": "x = 1\n" * 10}
        client.notify("textDocument/didOpen", {"textDocument": document})
        await send_changes(client, uri, 20_000)
        before = memory(client.process.pid)
        await send_changes(client, uri, 100_000)
        assert memory(client.process.pid) - before < 16 * MIB


async def send_changes(client: LspClient, uri: str, count: int) -> None:
    """Change the first character so many times, and wait until all was taken."""
    change = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}, "text": "y"}
    params: Json = {"textDocument": {"uri": uri, "version": 1}, "contentChanges": [change]}
    data = frame({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}) * 1000
    assert client.process.stdin is not None
    for _ in range(count // 1000):
        client.send_bytes(data)
        await client.process.stdin.drain()
    await client.result("chat/listAgents")


async def test_f24_what_prints_inside_the_server_goes_to_stderr_and_never_onto_the_wire(tmp_path: Path) -> None:
    starter = tmp_path / "starter.py"
    starter.write_text(
        "import sys, threading\n"
        "from chatls.lsp import server\n"
        "from chatls.cli import main\n"
        "original = server.ChatServer._on_initialize\n"
        "def misbehave(self, params):\n"
        f"    exec({BAD_DEEDS!r})\n"
        "    return original(self, params)\n"
        "server.ChatServer._on_initialize = misbehave\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        starter,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, **environment(tmp_path)},
    )
    data = b"".join(frame(message) for message in conversation())
    data += frame({"jsonrpc": "2.0", "method": "exit"})
    async with asyncio.timeout(20):
        out, err = await process.communicate(data)
    assert process.returncode == 0
    for text in (b"printed", b"written", b"straight to the descriptor", b"a child", b"the C library"):
        assert text in err
    client = LspClient(process)
    reader = asyncio.StreamReader()
    reader.feed_data(out)
    reader.feed_eof()
    process.stdout = reader
    await client.read_all()  # fails on a byte that belongs to no frame
    assert {found["id"] for found in client.received if "id" in found} == {1, "two", 3, 4, 5}
