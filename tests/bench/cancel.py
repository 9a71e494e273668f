"""Cancelling: how soon the model's stream is closed, and what a client that does not read can do to the others."""

import json
import random
import time
from collections.abc import Sequence

from tests.bench.client import Client, Turn, is_response
from tests.bench.contestants import CHATLS, warm
from tests.bench.model import Model
from tests.bench.process import memory
from tests.bench.table import Row, mb, ms, percentile

IDLE_CANCELS = 150
LOADED_CANCELS = 100
OTHERS = 20
RATE = 100.0
UNREAD_SECONDS = 10.0
FILLED_AFTER = 5.0
"""Seconds after which all that may wait is full."""
ENDLESS = 10**6
PIPE = 64 * 1024 + 32 * 1024
"""Bytes that the server has handed to the system, and can not overtake any more."""


def run(model: Model) -> list[Row]:
    """Cancel written → the model server sees the connection closed."""
    idle = _delays(model, IDLE_CANCELS, others=0)
    loaded = _delays(model, LOADED_CANCELS, others=OTHERS)
    idle_half, idle_worst, loaded_worst = percentile(idle, 0.5), percentile(idle, 0.99), percentile(loaded, 0.99)
    load = f"{OTHERS} streams of {RATE:.0f} tok/s"
    return [
        Row("cancel → upstream closed, p50", [ms(idle_half)], "<= 2 ms", idle_half <= 0.002),
        Row("cancel → upstream closed, p99", [ms(idle_worst)], "<= 10 ms", idle_worst <= 0.01),
        Row(f"… beside {load}, p50", [ms(percentile(loaded, 0.5))]),
        Row(f"… beside {load}, p99", [ms(loaded_worst)], "<= 50 ms", loaded_worst <= 0.05),
        *_unread(model),
    ]


def _delays(model: Model, cancels: int, *, others: int) -> list[float]:
    chance = random.Random(1)
    with warm(CHATLS, model) as client:
        running = [client.ask(model.prompt(ENDLESS, rate=RATE)) for _ in range(others)]
        delays = [_cancel_delay(client, model, chance.uniform(0.0, 0.1)) for _ in range(cancels)]
        for turn in running:
            client.cancel(turn)
        return delays


def _cancel_delay(client: Client, model: Model, after: float) -> float:
    """Cancel an answer so many seconds after its first token: at any moment of the rhythm in which it is read."""
    turn = client.ask(model.prompt(ENDLESS, rate=RATE))
    client.wait_for(lambda frame: turn.token in frame and client.token_mark in frame)
    client.drop(after)
    at = client.cancel(turn)
    client.finish(turn)
    return model.gone_at(turn.prompt) - at


def _unread(model: Model) -> list[Row]:
    """Three answers at full speed to a client that does not read; it cancels one of them, and then reads again."""
    with warm(CHATLS, model) as client:
        turns = [client.ask(model.prompt(ENDLESS, width=8)) for _ in range(3)]
        time.sleep(FILLED_AFTER)
        filled = memory(client.pid)
        time.sleep(UNREAD_SECONDS - FILLED_AFTER)
        growth = memory(client.pid) - filled
        cancelled = turns[1]
        delay = -client.cancel(cancelled) + model.gone_at(cancelled.prompt)
        overtaken_by = _read_until_over(client, turns, cancelled)
        for turn in turns:
            if turn is not cancelled:
                client.cancel(turn)
                _read_until_over(client, turns, turn)
        complete = all(_is_complete(turn, client.token_mark) for turn in turns)
    return [
        Row(f"client has not read for {UNREAD_SECONDS:.0f} s: cancel", [ms(delay)], "<= 100 ms", delay <= 0.1),
        Row("… memory in the last half of it", [mb(growth)], "flat", growth < 2**18),
        Row(
            "… others' text before the end",
            [f"{overtaken_by // 1024} KiB"],
            "<= what the pipe had",
            overtaken_by <= PIPE,
        ),
        Row("… all text is there", ["yes" if complete else "no"], "yes", complete),
    ]


def _read_until_over(client: Client, turns: Sequence[Turn], last: Turn) -> int:
    """Keep what comes, up to a turn's response; returns how many bytes of the others' text came before that."""
    others = 0
    for _, frame in client.frames():
        turn = next((turn for turn in turns if turn.token in frame), last)
        turn.frames.append(frame)
        if turn is not last:
            others += len(frame)
        elif is_response(frame, last.request_id):
            break
    return others


def _is_complete(turn: Turn, token_mark: bytes) -> bool:
    """Whether the final text is what was streamed, and that what the model said."""
    values = [json.loads(frame)["params"]["value"] for frame in turn.frames[:-1] if token_mark in frame]
    streamed = "".join(value["event"]["data"] for value in values)
    return streamed == turn.result["final"] and turn.prompt.answer().startswith(streamed)
