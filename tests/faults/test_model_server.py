"""What a turn makes of a model server's faults: the heart, the retry policy and the Ollama provider in one piece.

The cases carry the numbers of the project's fault list (section 3B: HTTP). What concerns one module alone is tested
beside that module, under the same numbers.
"""

import asyncio
import tracemalloc
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from chatls.chat.events import Done, Fault, StreamEvent, Token
from chatls.chat.messages import Message, ModelInfo, ModelRequest
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.ports import Choice, ModelList, Provider
from chatls.errors import Reason
from chatls.providers.ollama import OllamaProvider
from chatls.providers.retry import StreamingErrorHandler
from tests.support.clock import FakeClock
from tests.support.fake_model_server import FakeModelServer, Reply, error
from tests.support.fault_proxy import Fault as Spoil
from tests.support.fault_proxy import FaultProxy, cut, delay, hold, inject, rechunk, reset
from tests.support.heart import FakeToolset, echo, task
from tests.support.recordings import answer, done, line, message, tool_call

MODEL = ModelInfo("ollama/m", "ollama", "m", 8192, ("tools",))
WHOLE = "Hello, world."


@dataclass
class OneModel:
    """A catalog with one model of a real provider."""

    provider: Provider

    async def choose(self, model: str | None) -> Choice:
        del model
        return Choice(self.provider, MODEL)

    async def list(self) -> ModelList:
        return ModelList([MODEL], [], MODEL.id)


@dataclass
class Turn:
    """A turn that is over."""

    events: list[StreamEvent]
    waits: list[float]
    tools: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        return "".join(event.data for event in self.events if isinstance(event, Token))

    @property
    def faults(self) -> list[Fault]:
        return [event for event in self.events if isinstance(event, Fault)]

    @property
    def reason(self) -> Reason | None:
        """Why it failed; None if it did not."""
        last = self.events[-1]
        assert isinstance(last, Done | Fault)
        return last.error.reason if isinstance(last, Fault) else None


async def turn(address: str) -> Turn:
    """Run a turn against the model server at an address, with all retries but without their waits."""
    clock, toolset = FakeClock(), FakeToolset({"look": echo})
    async with asyncio.timeout(20), aclosing(OllamaProvider(address)) as provider:
        heart = Orchestrator(OneModel(provider), toolset, StreamingErrorHandler(jitter=lambda: 1.0), clock)
        async with heart.execute_with_streaming(task()) as execution:
            events = [event async for event in execution]
    return Turn(events, clock.slept, [call.name for call in toolset.ran])


async def spoiled(server: FakeModelServer, *faults: Spoil) -> Turn:
    async with FaultProxy(server.address, *faults) as proxy:
        return await turn(proxy.address)


@pytest.fixture
async def ollama() -> AsyncGenerator[FakeModelServer]:
    async with FakeModelServer() as server:
        yield server


CUT = Reply(answer("Hello", ", ")[:-1], ending="cut")
BUSY = error(503, "server busy, please try again.  maximum pending requests exceeded")


class TestBeforeTheFirstText:
    @pytest.mark.parametrize(
        "reply",
        [
            pytest.param(error(408, "late"), id="F33-408"),
            pytest.param(error(429, "slow down"), id="F33-429"),
            pytest.param(Reply([b"<h1>Bad Gateway"], 502, "text/html"), id="F33-502"),
            pytest.param(BUSY, id="F33-503"),
            pytest.param(error(504, "late"), id="F33-504"),
            pytest.param(Reply(raw=b"", ending="cut"), id="F36-no-response"),
            pytest.param(Reply(ending="cut"), id="F36-cut-at-0"),
            pytest.param(Reply(framing="close"), id="F37-closed-at-0"),
            pytest.param(Reply(ending="reset"), id="F38-reset-at-0"),
        ],
    )
    async def test_what_may_pass_is_tried_again_until_it_has_passed(
        self, ollama: FakeModelServer, reply: Reply
    ) -> None:
        ollama.answer(reply, reply)
        over = await turn(ollama.address)
        assert (over.text, over.reason, over.waits) == (WHOLE, None, [1.0, 2.0])
        assert [fault.retry_in_ms for fault in over.faults] == [1000, 2000]

    async def test_f33_after_four_tries_it_is_enough(self, ollama: FakeModelServer) -> None:
        ollama.chat = BUSY
        over = await turn(ollama.address)
        assert (over.reason, over.waits, len(ollama.chats)) == ("provider_error", [1.0, 2.0, 4.0], 4)

    async def test_f33_the_server_s_own_wait_is_kept(self, ollama: FakeModelServer) -> None:
        ollama.answer(error(503, "busy", Retry_After="7"))
        over = await turn(ollama.address)
        assert (over.text, over.waits) == (WHOLE, [7.0])

    async def test_f33_a_wait_that_is_too_long_is_told_at_once(self, ollama: FakeModelServer) -> None:
        ollama.answer(error(429, "quota", Retry_After="86400"))
        over = await turn(ollama.address)
        assert (over.reason, over.waits, len(ollama.chats)) == ("rate_limited", [], 1)
        assert "24 h" in over.faults[-1].error.hint

    @pytest.mark.parametrize(
        ("reply", "reason"),
        [
            pytest.param(error(400, "bad"), "provider_error", id="F32-400"),
            pytest.param(error(401, "unauthorized"), "auth_failed", id="F32-401"),
            pytest.param(Reply([], 403), "auth_failed", id="F32-403"),
            pytest.param(error(404, "model 'm' not found"), "model_not_found", id="F32-404"),
            pytest.param(error(413, "large"), "provider_error", id="F32-413"),
            pytest.param(Reply([b"<p>No"], 422, "text/html"), "provider_error", id="F32-422"),
            pytest.param(error(500, "option"), "provider_error", id="F33-500"),
            pytest.param(error(529, "overloaded"), "provider_error", id="F33-529"),
            pytest.param(Reply(status=302, headers={"Location": "/x"}), "provider_error", id="F34-302"),
            pytest.param(Reply([b"x\n" * 5]), "provider_protocol", id="F48-five-malformed"),
            pytest.param(
                Reply([b"\x1f\x8b"], headers={"Content-Encoding": "gzip"}), "provider_protocol", id="F54-gzip"
            ),
            pytest.param(Reply([line({"error": "out of memory"})]), "provider_error", id="error-in-the-stream"),
        ],
    )
    async def test_what_stays_wrong_is_told_at_once(
        self, ollama: FakeModelServer, reply: Reply, reason: Reason
    ) -> None:
        ollama.answer(reply)
        over = await turn(ollama.address)
        assert (over.reason, over.text, over.waits, len(ollama.chats)) == (reason, "", [], 1)

    async def test_f56_a_kept_connection_that_went_away_is_no_fault(self, ollama: FakeModelServer) -> None:
        clock = FakeClock()
        async with asyncio.timeout(5), aclosing(OllamaProvider(ollama.address)) as provider:
            heart = Orchestrator(OneModel(provider), FakeToolset(), StreamingErrorHandler(), clock)
            for _ in range(2):
                async with heart.execute_with_streaming(task()) as execution:
                    events = [event async for event in execution]
                assert isinstance(events[-1], Done)
                ollama.drop_idle()
        assert clock.slept == []


class TestAfterTheFirstText:
    @pytest.mark.parametrize(
        "reply",
        [
            pytest.param(Reply([message("Hello")], ending="cut"), id="F36-cut-after-1"),
            pytest.param(Reply([message("H"), message("ello")], ending="cut"), id="F36-cut-after-many"),
            pytest.param(Reply([message("Hello")], framing="close"), id="F37-closed"),
            pytest.param(Reply([message("Hello")]), id="F37-ended-without-done"),
            pytest.param(Reply([message("Hello"), b'{"message":{"con'], framing="close"), id="F37-inside-a-line"),
            pytest.param(Reply([message("Hello"), 0.05], ending="reset"), id="F38-reset"),
            pytest.param(Reply([message("Hello"), b"x\n" * 4]), id="F48-four-malformed"),
            pytest.param(Reply([message("Hello"), line({"error": "boom"})]), id="error-in-the-stream"),
            pytest.param(Reply([message("Hello"), line({"error": "busy", "StatusCode": 503})]), id="F33-in-the-stream"),
            pytest.param(Reply([message("Hello"), b'{"m":"' + b"x" * 9_000_000, b"x"]), id="F53-endless-line"),
        ],
    )
    async def test_it_is_kept_and_shown_once_and_nothing_is_tried_again(
        self, ollama: FakeModelServer, reply: Reply
    ) -> None:
        ollama.answer(reply)
        over = await turn(ollama.address)
        assert (over.text, over.reason) == ("Hello", "stream_interrupted")
        assert (len(over.faults), len(ollama.chats)) == (1, 1)

    @pytest.mark.parametrize(
        ("steps", "text"),
        [
            pytest.param(
                [*answer("Hello", WHOLE[5:]), message("more"), b"x\n" * 9], WHOLE, id="F46-more-after-the-end"
            ),
            pytest.param([message("Hello"), b"x\n" * 3, *answer(WHOLE[5:])], WHOLE, id="F48-three-malformed"),
            pytest.param([b"\n\r\n", *answer(WHOLE), b"\n"], WHOLE, id="F40-empty-lines"),
            pytest.param([line({"message": None}), *answer(WHOLE)], WHOLE, id="F49-odd-records"),
            pytest.param(answer("a\u2028b\x85c"), "a\u2028b\x85c", id="F44-separators"),
            pytest.param([message("x" * 2_000_000), done()], "x" * 2_000_000, id="F53-a-large-delta"),
        ],
    )
    async def test_what_does_no_harm_does_none(
        self, ollama: FakeModelServer, steps: Sequence[bytes], text: str
    ) -> None:
        ollama.answer(Reply(steps))
        over = await turn(ollama.address)
        assert (over.text, over.reason, over.waits) == (text, None, [])

    async def test_f38_a_reset_after_the_last_record_is_a_good_end(self, ollama: FakeModelServer) -> None:
        ollama.answer(Reply([*answer(WHOLE), 0.05], ending="reset"))
        over = await turn(ollama.address)
        assert (over.text, over.reason) == (WHOLE, None)

    async def test_f52_an_answer_that_met_its_limit_says_so(self, ollama: FakeModelServer) -> None:
        ollama.answer(Reply([message(WHOLE), done("length")]))
        last = (await turn(ollama.address)).events[-1]
        assert isinstance(last, Done)
        assert last.stop_reason == "max_tokens"


class TestToolCalls:
    CALL = tool_call("look", {"path": "a"}, id="c1")

    async def test_f50_a_call_runs_when_the_answer_is_whole(self, ollama: FakeModelServer) -> None:
        ollama.answer(Reply([message(tool_calls=[self.CALL]), done()]))
        over = await turn(ollama.address)
        assert (over.tools, over.text, over.reason) == (["look"], WHOLE, None)
        sent = ollama.chats[1].json["messages"]
        assert sent[-2]["tool_calls"] == [{"id": "c1", "function": {"name": "look", "arguments": {"path": "a"}}}]
        assert (sent[-1]["tool_call_id"], sent[-1]["tool_name"]) == ("c1", "look")

    @pytest.mark.parametrize(
        "reply",
        [
            pytest.param(Reply([message("a", tool_calls=[CALL])], ending="cut"), id="F50-cut"),
            pytest.param(Reply([message("a", tool_calls=[CALL])]), id="F50-no-end"),
            pytest.param(Reply([message("a", tool_calls=[CALL]), done("length")]), id="F52-length"),
            pytest.param(Reply([message("a"), line({"error": "x", "message": {"tool_calls": [CALL]}})]), id="error"),
        ],
    )
    async def test_a_call_of_an_answer_that_was_cut_is_not_run(self, ollama: FakeModelServer, reply: Reply) -> None:
        ollama.answer(reply)
        assert (await turn(ollama.address)).tools == []


class TestOnTheWire:
    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(rechunk(1), id="F42-single-bytes"),
            pytest.param(rechunk(7), id="F42-sevens"),
            pytest.param(delay(0.001), id="F41-slow"),
        ],
    )
    async def test_the_text_does_not_depend_on_how_it_travels(self, ollama: FakeModelServer, fault: Spoil) -> None:
        text = "Grüße 🦙\u2028\r\n"
        ollama.answer(Reply(answer(*text)))
        over = await spoiled(ollama, fault)
        assert (over.text, over.reason) == (text, None)

    @pytest.mark.parametrize(
        ("fault", "text"),
        [
            pytest.param(cut(after=60), "", id="F36-in-the-headers"),
            pytest.param(reset(after=0), "", id="F38-at-once"),
            pytest.param(inject(b"\0\xffGARBAGE"), "", id="garbage-before-the-response"),
        ],
    )
    async def test_a_connection_that_always_breaks_before_any_text_is_given_up_after_four_tries(
        self, ollama: FakeModelServer, fault: Spoil, text: str
    ) -> None:
        over = await spoiled(ollama, fault)
        assert (over.text, over.reason, len(over.waits)) == (text, "stream_interrupted", 3)

    @pytest.mark.parametrize("make", [cut, reset], ids=["cut", "reset"])
    @pytest.mark.parametrize("after", range(90, 400, 31))
    async def test_f36_f38_wherever_it_breaks_text_is_never_doubled_or_reordered(
        self, ollama: FakeModelServer, make: Callable[[int], Spoil], after: int
    ) -> None:
        over = await spoiled(ollama, make(after))
        assert WHOLE.startswith(over.text)
        assert over.reason == "stream_interrupted" or (over.text, over.reason) == (WHOLE, None)

    async def test_f29_a_turn_is_cancelled_while_nothing_comes(self, ollama: FakeModelServer) -> None:
        never = asyncio.Event()
        async with FaultProxy(ollama.address, hold(never)) as proxy, asyncio.timeout(5):
            async with aclosing(OllamaProvider(proxy.address)) as provider:
                heart = Orchestrator(OneModel(provider), FakeToolset(), StreamingErrorHandler(), FakeClock())
                async with heart.execute_with_streaming(task()) as execution:
                    await ollama.arrived()
                    execution.cancel()
                    events = [event async for event in execution]
            await ollama.chats[0].gone.wait()
        assert isinstance(events[-1], Done)
        assert events[-1].stop_reason == "cancelled"


async def test_f53_many_small_deltas_take_no_memory(ollama: FakeModelServer) -> None:
    ollama.answer(Reply([message("x")] * 20_000 + [done()]))
    async with asyncio.timeout(30), aclosing(OllamaProvider(ollama.address)) as provider:
        length = 0
        tracemalloc.start()
        async with provider.stream(ModelRequest(MODEL, [Message("user", "hi")])) as stream:
            async for event in stream:
                length += len(event.data) if isinstance(event, Token) else 0
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert length == 20_000
    assert peak < 4 * 2**20
