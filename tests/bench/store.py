"""What lasts: how long a write takes to be on the disk, and how long a very long session takes to open."""

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from chatls.chat.events import Answered, Done, LogEvent, Phase, Start, Token, Usage
from chatls.chat.sessions import Asked, NewTurn, Session
from chatls.store.conversations import Conversations
from tests.bench.model import Model
from tests.bench.process import memory
from tests.bench.table import Row, mb, ms, percentile
from tests.support.sessions import multiply_turns

APPENDS = 1000
TURNS = 10_000
PAGE = 50
RUNS = 5
WS = ("file:///ws",)
TEXT = "This is what the model has to say about it, in a sentence or two. " * 5


def run(_model: Model) -> list[Row]:
    """Times of the store alone, on the disk that holds temporary files; no model takes part."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_rows(Path(folder)))


async def _rows(state: Path) -> list[Row]:
    kept = Conversations(state, _fail)
    appends = await _appends(kept)
    session = await _long(kept, state)
    before = memory(os.getpid())
    opened = [await _opened(state, session) for _ in range(RUNS)]
    grown = memory(os.getpid()) - before
    resumed = await _resumed(state, session)
    slowest = percentile(appends, 0.99)
    return [
        Row("an event until it is on the disk, p50", [ms(percentile(appends, 0.5))]),
        Row("the same, p99", [ms(slowest)], "<= 25 ms", slowest <= 0.025),
        Row(f"opening {TURNS:,} turns at the last {PAGE}", [ms(max(opened))], "<= 500 ms", max(opened) <= 0.5),
        Row("memory, growth by that", [mb(grown)], "<= 4 MB", grown <= 4 * 2**20),
        Row("all of it as a model sees it", [ms(resumed)], "<= 500 ms", resumed <= 0.5),
    ]


async def _appends(kept: Conversations) -> list[float]:
    running = await kept.begin(Session(WS), NewTurn(Asked({"content": "Hi"}, "Hi"), "chat"))
    times: list[float] = []
    for _ in range(APPENDS):
        began = time.perf_counter()
        running.log.append([Token(TEXT)])
        await running.log.kept()
        times.append(time.perf_counter() - began)
    running.release()
    return times


async def _long(kept: Conversations, state: Path) -> Session:
    """A session whose turns are all like its first."""
    session = Session(WS)
    running = await kept.begin(session, NewTurn(Asked({"content": "Why?"}, "Why?"), "chat"))
    running.log.append(_answer())
    await running.log.kept()
    kept.close(60)
    multiply_turns(state, TURNS)
    return session


def _answer() -> list[LogEvent]:
    phases: Sequence[LogEvent] = [Phase(name) for name in ("connecting", "loading", "prefill", "generating")]
    return [Start("s", "t", "chat", "bench/model"), *phases, Token(TEXT), Usage(3, 4), Answered(), Done("", "end_turn")]


async def _opened(state: Path, session: Session) -> float:
    began = time.perf_counter()
    kept = Conversations(state, _fail)
    found = await kept.find(WS, session.session_id)
    turns, more = await kept.turns(found, None, PAGE)
    taken = time.perf_counter() - began
    assert (found.turns, len(turns), more) == (TURNS, PAGE, True)
    kept.close(60)
    return taken


async def _resumed(state: Path, session: Session) -> float:
    kept = Conversations(state, _fail)
    found = await kept.find(WS, session.session_id)
    began = time.perf_counter()
    running = await kept.begin(found, NewTurn(Asked({"content": "More"}, "More"), "chat"))
    taken = time.perf_counter() - began
    assert len(running.context) == 2 * TURNS
    running.release()
    kept.close(60)
    return taken


def _fail(text: str) -> None:
    raise AssertionError(text)
