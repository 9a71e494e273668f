"""A process that holds a conversation until it is killed, at a moment that the test chooses; made by forking.

Whatever is acknowledged to anybody is written down in a file that outlives it: what was shown, which tool ran, what
the model was told, that the turn is over. `tests/faults/test_killed.py` holds the store to it.
"""

import asyncio
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chatls.chat.clock import LoopClock
from chatls.chat.events import Done, Finish, Token, ToolCall, ToolText
from chatls.chat.messages import Message
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.ports import ToolRun
from chatls.chat.sessions import Asked, NewTurn, Session
from chatls.chat.task import TaskRequest
from chatls.store.conversations import Conversations
from tests.support.heart import AGENT, FakeModels, FakeProvider, FakeToolset, NoRetry, Step

WS = ("file:///ws",)
TEXT = "Let me look at this. " * 250
"""More than what is written at once, so that text is written on its way."""


class Counting(sqlite3.Connection):
    """Kills its process before a statement: the one with the number `fatal`."""

    fatal = -1
    made = 0

    def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:  # pyright: ignore[reportIncompatibleMethodOverride]
        if Counting.made == Counting.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        Counting.made += 1
        return super().execute(sql, *arguments)


class Told(FakeProvider):
    """A model that writes down which results it was told."""

    def __init__(self, acks: int, *calls: Sequence[Step]) -> None:
        super().__init__(*calls)
        self._acks = acks
        self.turn_id = ""

    def stream(self, request: Any) -> Any:
        since = max(at for at, message in enumerate(request.messages) if message.role == "user")
        for message in request.messages[since:]:
            if message.role == "tool":
                ack(self._acks, f"told {message.tool_call_id} {self.turn_id}")
        return super().stream(request)


def ack(acks: int, line: str) -> None:
    os.write(acks, f"{line}\n".encode())


async def converse(state: Path, acks: int) -> None:
    """Two turns of a session, with tools in the first."""
    kept = Conversations(state, lambda text: ack(acks, f"trouble {text}"))
    calls = [ToolCall("a", "look", {"n": 1}), ToolCall("b", "look", {"n": 2})]
    steps: list[Sequence[Step]] = [
        [Token(TEXT[at : at + 100]) for at in range(0, len(TEXT), 100)] + [*calls, Finish()],
        [Token("Done."), Finish()],
        [Token("Again."), Finish()],
    ]
    provider = Told(acks, *steps)

    async def look(call: ToolCall, run: ToolRun) -> ToolText:
        ack(acks, f"ran {call.id} {run.turn_id}")
        await asyncio.sleep(0)
        return ToolText(f"seen {call.id}")

    parts = Orchestrator(FakeModels(provider), FakeToolset({"look": look}), NoRetry(), LoopClock())
    session = Session(WS)
    for content in ("One", "Two"):
        turn = NewTurn(Asked({"content": content}, content), "chat")
        provider.turn_id = turn.turn_id
        ack(acks, f"sent {session.session_id} {turn.turn_id} {content}")
        running = await kept.begin(session, turn)
        task = TaskRequest(
            Message("user", content), AGENT, running.context, session_id=session.session_id, turn_id=turn.turn_id
        )
        async with parts.execute_with_streaming(task, running.log) as execution:
            async for event in execution:
                if isinstance(event, Token):
                    ack(acks, f"shown {turn.turn_id} {len(event.data)}")
                elif isinstance(event, Done):
                    ack(acks, f"end {turn.turn_id} {len(event.final)}")
        session = await kept.find(WS, session.session_id)
    ack(acks, f"statements {Counting.made}")
    kept.close(5)


def run_and_die(state: Path, acks: Path, fatal: int, seconds: float) -> None:
    """In a child: converse until statement `fatal`, or for that long (0: to the end)."""
    connect = sqlite3.connect
    sqlite3.connect = lambda path, **how: connect(path, factory=Counting, **how)  # pyright: ignore
    Counting.fatal = fatal
    if seconds:
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
    descriptor = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    asyncio.run(converse(state, descriptor))
    os._exit(0)


def main() -> None:
    """Fork a child for each line "STATE ACKS STATEMENT SECONDS"; answer when it is dead."""
    for line in sys.stdin:
        state, acks, fatal, seconds = line.split()
        if (child := os.fork()) == 0:
            run_and_die(Path(state), Path(acks), int(fatal), float(seconds))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
