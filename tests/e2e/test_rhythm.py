"""A stream's cost in counts: how often the client is told something, and how often the server wakes up for it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from tests.support.chat_server import chat_server, new_token
from tests.support.fake_model_server import FakeModelServer, Reply, Step
from tests.support.process_facts import steady, switches
from tests.support.recordings import done, message

TOKENS = 300
GAP = 0.004


def paced() -> Iterator[Step]:
    """So many tokens, that many seconds apart."""
    for number in range(TOKENS):
        yield message(f"word{number:03} ")
        yield GAP
    yield done()


async def test_a_steady_stream_wakes_the_server_and_its_client_at_the_rhythm_of_reading(tmp_path: Path) -> None:
    async with FakeModelServer() as model, chat_server(tmp_path, model=model) as client:
        await client.stream("warm up", new_token())
        model.answer(Reply(paced()))
        token = new_token()
        await steady(lambda: switches(client.process.pid))
        began = asyncio.get_running_loop().time()
        before = switches(client.process.pid)
        result = (await client.stream("Hi", token))["result"]
        woken = switches(client.process.pid) - before
        intervals = (asyncio.get_running_loop().time() - began) / 0.05
        assert result["final"] == "".join(f"word{number:03} " for number in range(TOKENS))
        assert len(client.values(token)) <= intervals + 10
        assert len(client.values(token)) < TOKENS / 3
        assert woken < TOKENS


async def test_a_stream_as_fast_as_it_goes_is_told_in_few_large_pieces(tmp_path: Path) -> None:
    async with FakeModelServer() as model, chat_server(tmp_path, model=model) as client:
        count = 20_000
        model.answer(Reply([*[message("tok ")] * count, done()]))
        token = new_token()
        assert (await client.stream("Hi", token))["result"]["final"] == "tok " * count
        assert len(client.values(token)) < count / 50
