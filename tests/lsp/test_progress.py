"""A turn's progress: numbered, remembered, on the client's token or on none, and always in front of its response."""

import asyncio
import json
from typing import Any

import pytest

from chatls.chat.buffer import ResponseBuffer
from chatls.chat.events import Done, Fault, Phase, Start, StreamEvent, Token, ToolCallEvent, ToolResultEvent, ToolText
from chatls.chat.journal import Journal
from chatls.chat.task import Execution
from chatls.errors import ProviderError
from chatls.lsp.framing import FrameDecoder
from chatls.lsp.pipe import BackpressureHandler
from chatls.lsp.progress import ProgressStream
from tests.support.clock import FakeClock

START = Start("s", "t", "chat", "a/b")
DOWN = ProviderError("timeout", "Too slow.", retryable=True)


class Wire:
    """A pipe whose client reads everything at once."""

    def __init__(self) -> None:
        self.data = b""
        self.pipe = BackpressureHandler(self._write, asyncio.get_running_loop(), lambda: None)
        self.pipe.start()

    def _write(self, data: bytes) -> None:
        self.data += data

    def values(self) -> list[dict[str, Any]]:
        """All that was sent; ends the pipe."""
        self.pipe.close(5)
        frames = [json.loads(frame) for frame in FrameDecoder().feed(self.data) if isinstance(frame, bytes)]
        assert all((frame["method"], frame["params"]["token"]) == ("$/progress", "t") for frame in frames)
        return [frame["params"]["value"] for frame in frames]


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (START, "begin"),
        (Phase("loading"), "report"),
        (Token("Hi"), "report"),
        (Fault(DOWN, 1, 1000), "report"),
        (Fault(DOWN), "end"),
        (Done("Hi", "end_turn"), "end"),
    ],
    ids=["start", "phase", "token", "fault that is retried", "fault", "done"],
)
async def test_the_event_tells_whether_it_begins_reports_or_ends(event: StreamEvent, kind: str) -> None:
    wire = Wire()
    ProgressStream(wire.pipe, "t", Journal()).send(event)
    assert [value["kind"] for value in wire.values()] == [kind]


async def test_a_tool_of_its_own_begins_and_ends_its_progress() -> None:
    wire = Wire()
    stream = ProgressStream(wire.pipe, "t", Journal())
    stream.send(ToolCallEvent("c", "look", {}, "read", "Look"), "begin")
    stream.send(ToolResultEvent("c", "look", 1, result=ToolText("x")), "end")
    begin, end = wire.values()
    assert (begin["kind"], begin["title"], begin["cancellable"]) == ("begin", "🔧 Executing look…", True)
    assert (end["kind"], end["message"]) == ("end", "✅ look completed")


async def test_events_are_numbered_and_remembered_also_without_a_token() -> None:
    wire = Wire()
    journal = Journal()
    stream = ProgressStream(wire.pipe, None, journal)
    for event in (START, Token("Hi"), Done("Hi", "end_turn")):
        stream.send(event)
    assert wire.values() == []
    assert [seq for seq, _ in journal.since()] == [0, 1, 2]
    assert stream.last == Done("Hi", "end_turn")


async def test_the_text_of_a_subtask_has_no_message() -> None:
    wire = Wire()
    ProgressStream(wire.pipe, "t", Journal()).send(Token("Hi", task="c1"))
    assert wire.values() == [{"kind": "report", "event": {"type": "token", "seq": 0, "data": "Hi", "task": "c1"}}]


async def test_pumping_carries_everything_to_the_end() -> None:
    wire = Wire()
    execution = Execution(ResponseBuffer(FakeClock()))
    for event in (START, Token("a"), Token("b"), Phase("tool"), Token("c"), Done("abc", "end_turn")):
        execution.buffer.put_nowait(event)
    execution.buffer.close()
    stream = ProgressStream(wire.pipe, "t", Journal())
    async with asyncio.timeout(5):
        await stream.pump(execution)
    assert [value["event"]["type"] for value in wire.values()] == ["start", "token", "phase", "token", "done"]
