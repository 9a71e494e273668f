"""The first token: how much later than the model said it does it reach the client."""

import time
from collections.abc import Sequence
from contextlib import ExitStack

from tests.bench.client import Client, Turn
from tests.bench.contestants import CHATLS, HTTPX, NAIVE, STREAMING, Contestant, started, warm
from tests.bench.model import Model
from tests.bench.table import Row, median, ms, percentile

TURNS = 400
COLD_RUNS = 11
SETTLE = 1.0
"""Seconds that an editor is open before the first message is sent."""
WAIT = 0.01
"""Seconds that the model takes before its first token: less than any real one, but not nothing."""
TOKENS, RATE = 3, 100.0


def run(model: Model) -> list[Row]:
    """Request to first token, less the model's own time: one contestant after the other, many times."""
    turns: dict[Contestant, list[Turn]] = {contestant: [] for contestant in STREAMING}
    with ExitStack() as stack:
        clients = {contestant: stack.enter_context(warm(contestant, model)) for contestant in STREAMING}
        for _ in range(TURNS):
            for contestant, client in clients.items():
                turns[contestant].append(_turn(client, model))
    delays = {contestant: _delays(model, turns[contestant]) for contestant in STREAMING}
    cold = median(_delays(model, [_cold_turn(model) for _ in range(COLD_RUNS)]))
    half = [percentile(delays[contestant], 0.5) for contestant in (CHATLS, HTTPX, NAIVE)]
    worst = [percentile(delays[contestant], 0.99) for contestant in (CHATLS, HTTPX, NAIVE)]
    return [
        Row("first token, warm, p50", list(map(ms, half)), "<= 1.3 of httpx", half[0] <= 1.3 * half[1]),
        Row("first token, warm, p99", list(map(ms, worst)), "<= 10 ms", worst[0] <= 0.01),
        Row("first token, cold", [ms(cold)], "<= 5 ms more than warm", cold <= half[0] + 0.005),
    ]


def _turn(client: Client, model: Model) -> Turn:
    return client.stream(model.prompt(TOKENS, rate=RATE, wait=WAIT))


def _cold_turn(model: Model) -> Turn:
    with started(CHATLS, model.address) as client:
        client.initialize()
        time.sleep(SETTLE)
        return _turn(client, model)


def _delays(model: Model, turns: Sequence[Turn]) -> list[float]:
    own_times = model.own_times(turn.prompt for turn in turns)
    return [turn.first - turn.sent - own for turn, own in zip(turns, own_times, strict=True)]
