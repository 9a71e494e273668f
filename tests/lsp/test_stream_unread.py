"""A client that does not read: its turns wait, nothing grows, and all text is there when it reads again."""

import asyncio

from chatls.chat.events import Token
from tests.support.clock import settle
from tests.support.connection import connection, turn_params
from tests.support.heart import END, FakeProvider
from tests.support.turns import check_turn, events, kinds, text_of


async def test_f76_a_client_that_reads_again_gets_all_text_in_fewer_and_larger_pieces() -> None:
    reading, stuck = asyncio.Event(), asyncio.Event()
    burst = [Token("x" * 4096) for _ in range(200)]
    provider = FakeProvider([Token("First"), stuck, *burst, reading, Token("last"), END])
    async with connection(provider) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        server.pause()
        stuck.set()
        await settle_all()
        server.resume()
        reading.set()
        await server.response()
        result = check_turn(await server.settled(), "t", 1)["result"]
        assert result["final"] == "First" + "x" * 4096 * 200 + "last"
        assert kinds(server.received, "t").count("token") < 60


async def test_f76_upstream_is_not_read_while_the_client_does_not_read() -> None:
    stuck = asyncio.Event()
    provider = FakeProvider([Token("First"), stuck, *[Token("x" * 65536)] * 100, END])
    async with connection(provider) as server:
        server.begin("chat/stream", turn_params(token="t"))
        await server.event("t", "token")
        server.pause()
        stuck.set()
        await settle_all()
        assert provider.open == 1
        assert provider.given * 65536 < 4 * 1024 * 1024
        assert server.pipe.size < 5 * 1024 * 1024
        server.resume()
        await server.response()
        assert len(check_turn(await server.settled(), "t", 1)["result"]["final"]) == 5 + 65536 * 100


async def test_f76_a_cancelled_turn_says_so_before_other_turns_text_although_the_client_did_not_read() -> None:
    stuck = asyncio.Event()
    chatter = [Token("First"), stuck, *[Token("x" * 65536)] * 100, END]
    provider = FakeProvider(chatter, chatter)
    async with connection(provider) as server:
        server.begin("chat/stream", turn_params("a", "A"), 1)
        server.begin("chat/stream", turn_params("b", "B"), 2)
        await server.event("A", "token")
        await server.event("B", "token")
        server.pause()
        stuck.set()
        await settle_all()
        server.notify("$/cancelRequest", {"id": 1})
        await settle_all()
        assert provider.open == 1
        server.resume()
        await server.response(2)
        messages = await server.settled()
        cancelled = check_turn(messages, "A", 1)
        assert cancelled["result"]["stopReason"] == "cancelled"
        assert check_turn(messages, "B", 2)["result"]["final"] == "First" + "x" * 65536 * 100
        before = messages[: messages.index(cancelled)]
        assert len(text_of(events(before, "B"))) < 2 * 1024 * 1024


async def test_f76_text_that_never_went_out_is_neither_in_the_answer_nor_in_the_conversation() -> None:
    stuck = asyncio.Event()
    provider = FakeProvider([Token("First"), stuck, *[Token("x" * 65536)] * 100, END], [END])
    async with connection(provider) as server:
        server.begin("chat/stream", turn_params("a", "t"))
        await server.event("t", "token")
        server.pause()
        stuck.set()
        await settle_all()
        server.notify("$/cancelRequest", {"id": 1})
        await settle_all()
        server.resume()
        result = (await server.response())["result"]
        check_turn(await server.settled(), "t", 1)
        await server.turn("b", "u", 2, sessionId=result["sessionId"])
        assert server.said(1)[1] == ("assistant", result["final"])


async def settle_all() -> None:
    """Let the loop and the writer thread go as far as they can."""
    for _ in range(5):
        await settle()
        await asyncio.to_thread(lambda: None)
