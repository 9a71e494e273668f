"""A process that is killed at any moment: nothing that was acknowledged is lost, and nothing is done twice.

`KILLS` in the environment asks for more random moments than the suite takes.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatls.chat.events import StreamEvent, Token, ToolCallEvent, ToolResultEvent
from chatls.chat.sessions import Session
from chatls.errors import SessionNotFound
from tests.support.killed_chat import TEXT, WS
from tests.support.sessions import Kept, begun, store

KILLS = int(os.environ.get("KILLS", "40"))
SEED = 20_26
LONGEST = 0.06
"""Seconds until the latest random kill."""


class Runner:
    """A process whose forks are killed: each in a folder of its own."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._runs = 0

    def run(self, statement: int = -1, seconds: float = 0.0) -> tuple[Path, list[list[str]]]:
        """Run a conversation until it is killed, before that statement or after that time; where its sessions are, and
        what was acknowledged in it."""
        self._runs += 1
        state, acks = self._folder / f"state{self._runs}", self._folder / f"acks{self._runs}"
        acks.touch()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{state} {acks} {statement} {seconds}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline().strip() in ("0", "-9")
        return state, [line.split() for line in acks.read_text().splitlines()]


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    command = [sys.executable, "-m", "tests.support.killed_chat"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Runner(process, tmp_path)
        assert process.stdin is not None
        process.stdin.close()


@dataclass(frozen=True)
class Found:
    """A turn as it was read after the kill."""

    session: Session
    state: str
    events: list[StreamEvent]

    def ids(self, kind: type[ToolCallEvent] | type[ToolResultEvent]) -> list[str]:
        return [event.id for event in self.events if isinstance(event, kind)]

    @property
    def text(self) -> str:
        return "".join(event.data for event in self.events if isinstance(event, Token))


async def found(kept: Kept, sent: list[list[str]]) -> dict[str, Found]:
    """The turns that the store has of those that were sent, by their ids."""
    turns: dict[str, Found] = {}
    for session_id in {line[0] for line in sent}:
        with suppress(SessionNotFound):
            session = await kept.find(WS, session_id)
            for turn in (await kept.turns(session, None, 50))[0]:
                turns[turn.turn_id] = Found(session, turn.state, [event for _, event in turn.journal.since()])
    return turns


async def check(state: Path, acks: list[list[str]]) -> None:
    """The session opens again, holds what was acknowledged, and goes on without doing anything again."""
    kinds = ("sent", "shown", "ran", "told", "end", "trouble")
    said = {kind: [line[1:] for line in acks if line[0] == kind] for kind in kinds}
    async with store(state) as kept:
        turns = await found(kept, said["sent"])
        assert kept.told == said["trouble"] == []
        for turn_id, chars in said["shown"]:
            assert turn_id in turns, f"a message was lost, of whose answer {chars} characters were shown"
        for call_id, turn_id in said["ran"]:
            assert call_id in turns[turn_id].ids(ToolCallEvent), "a call was made that nobody knows of"
        for call_id, turn_id in said["told"]:
            (result,) = (e for e in turns[turn_id].events if isinstance(e, ToolResultEvent) and e.id == call_id)
            assert result.result is not None, "a result was lost that the model was told"
        for turn_id, chars in said["end"]:
            assert (turns[turn_id].state, len(turns[turn_id].text)) == ("done", int(chars))
        for turn in turns.values():
            assert turn.state in ("done", "cut")
            assert turn.ids(ToolCallEvent) == turn.ids(ToolResultEvent)
            assert turn.text in (TEXT + "Done.", "Again.") or (TEXT + "Done.").startswith(turn.text)
        for session in {turn.session.session_id: turn.session for turn in turns.values()}.values():
            context = (await begun(kept, session, "Go on")).context
            called = [call.id for message in context for call in message.tool_calls]
            assert [message.tool_call_id for message in context if message.role == "tool"] == called


async def test_f61_killed_before_any_statement_nothing_acknowledged_is_lost_or_done_again(runner: Runner) -> None:
    runs, acks = 0, list[list[str]]()
    while not acks or acks[-1][0] != "statements":  # until one came to its end before
        state, acks = runner.run(statement=runs)
        await check(state, acks)
        runs += 1
    assert runs > 40
    assert [line[0] for line in acks].count("end") == 2


async def test_f61_killed_at_any_moment_nothing_acknowledged_is_lost_or_done_again(runner: Runner) -> None:
    moments = random.Random(SEED)
    reached: set[str] = set()
    for _ in range(KILLS):
        state, acks = runner.run(seconds=moments.uniform(0.0001, LONGEST))
        await check(state, acks)
        reached |= {line[0] for line in acks}
    assert reached >= {"sent", "shown", "ran", "told", "end"}
