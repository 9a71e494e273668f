"""What the tasks of a turn share: its model calls, and the stream on which each is marked."""

from chatls.chat.agents import Limits
from chatls.chat.buffer import ResponseBuffer
from chatls.chat.events import Token
from chatls.chat.ledger import Ledger, MarkedSink
from tests.support.clock import FakeClock


async def test_a_subtask_leaves_a_model_call_to_each_task_above_it() -> None:
    ledger = Ledger(ResponseBuffer(FakeClock()), Limits(model_calls=4))
    assert [ledger.take_call(2) for _ in range(3)] == [True, True, False]
    assert [ledger.take_call(1) for _ in range(2)] == [True, False]
    assert [ledger.take_call(0) for _ in range(2)] == [True, False]


async def test_what_a_subtask_shows_is_marked_on_the_turns_own_stream() -> None:
    buffer = ResponseBuffer(FakeClock())
    await MarkedSink(buffer, "c1").put(Token("x"))
    assert buffer.drain() == [Token("x", "c1")]
