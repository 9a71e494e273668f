"""A client that does not read: what it costs the server, and whether it can still cancel."""

import json
import time
from collections.abc import Sequence

from tests.bench.client import Client, Turn, is_response
from tests.bench.contestants import CHATLS, warm
from tests.bench.model import Model
from tests.bench.process import memory
from tests.bench.table import Row, mb, ms

ANSWERS = 3
SECONDS = 10.0
FILLED_AFTER = 6.0
"""Seconds after which all that may wait does."""
MOMENT = 0.5
"""Seconds between the cancel and the first read."""
ENDLESS = 10**7
PIPE = 64 * 1024 + 32 * 1024
"""Bytes that were handed to the system before the cancel, and cannot be overtaken any more."""


def run(model: Model) -> list[Row]:
    """Answers come at full speed, nobody reads, one is cancelled; then all is read."""
    with warm(CHATLS, model) as client:
        turns = [client.ask(model.prompt(ENDLESS, width=8)) for _ in range(ANSWERS)]
        time.sleep(FILLED_AFTER)
        filled = memory(client.pid)
        time.sleep(SECONDS - FILLED_AFTER)
        growth = memory(client.pid) - filled
        first, *others = turns
        delay = model.gone_after(first.prompt, client.cancel(first))
        time.sleep(MOMENT)
        before = _read_until_over(client, turns, first)
        for turn in others:
            client.cancel(turn)
            _read_until_over(client, turns, turn)
        complete = all(_is_complete(turn, client.token_mark) for turn in turns)
    return [
        Row(f"unread for {SECONDS:.0f} s, cancel", [ms(delay)], "<= 100 ms", delay <= 0.1),
        Row("unread, memory once all is full", [f"{mb(growth)} more"], "flat", growth < 2**18),
        Row("unread, others' text before the end", [f"{before // 1024} KiB"], "what the pipe had", before <= PIPE),
        Row("unread, text", ["complete" if complete else "torn"], "complete", complete),
    ]


def _read_until_over(client: Client, turns: Sequence[Turn], last: Turn) -> int:
    """Keep what comes, up to a turn's response; returns how many bytes of the others' came before that."""
    before = 0
    for _, frame in client.frames():
        turn = next((turn for turn in turns if turn.token in frame), last)
        turn.frames.append(frame)
        if turn is not last:
            before += len(frame)
        elif is_response(frame, last.request_id):
            break
    return before


def _is_complete(turn: Turn, token_mark: bytes) -> bool:
    """Whether the final text is what was streamed, and that is what the model said."""
    values = [json.loads(frame)["params"]["value"] for frame in turn.frames if token_mark in frame]
    streamed = "".join(value["event"]["data"] for value in values)
    return streamed == turn.result["final"] and turn.prompt.said(streamed)
