"""Cancelling: how soon after the client wrote it the model server sees its connection closed."""

import random

from tests.bench.client import Client
from tests.bench.contestants import CHATLS, warm
from tests.bench.model import Model
from tests.bench.table import Row, ms, percentile

CANCELS = 100
RATE = 100.0
MANY, FAST = 20, 3
"""Streams at `RATE` tokens a second, and streams at full speed: the two kinds of load."""
ENDLESS = 10**7


def run(model: Model) -> list[Row]:
    """Answers are cancelled at any moment of the rhythm in which they are read, in three states of the server."""
    idle = _delays(model, others=0, rate=RATE)
    many = _delays(model, others=MANY, rate=RATE)
    fast = _delays(model, others=FAST, rate=0.0)
    return [
        _row("cancel, idle, p50", idle, 0.5, 0.002),
        _row("cancel, idle, p99", idle, 0.99, 0.01),
        _row(f"cancel beside {MANY} streams at {RATE:.0f} tok/s, p99", many, 0.99, 0.05),
        _row(f"cancel beside {FAST} streams at full speed, p99", fast, 0.99, 0.05),
    ]


def _row(measure: str, delays: list[float], share: float, limit: float) -> Row:
    delay = percentile(delays, share)
    return Row(measure, [ms(delay)], f"<= {limit * 1e3:.0f} ms", delay <= limit)


def _delays(model: Model, *, others: int, rate: float) -> list[float]:
    chance = random.Random(1)
    with warm(CHATLS, model) as client:
        running = [client.ask(model.prompt(ENDLESS, rate=rate)) for _ in range(others)]
        delays = [_delay(client, model, chance.uniform(0.0, 0.1)) for _ in range(CANCELS)]
        for turn in running:
            client.cancel(turn)
        return delays


def _delay(client: Client, model: Model, after: float) -> float:
    """Cancel an answer so many seconds after its first token."""
    turn = client.ask(model.prompt(ENDLESS, rate=RATE))
    client.wait_for(lambda frame: turn.token in frame and client.token_mark in frame)
    client.drop(after)
    at = client.cancel(turn)
    client.finish(turn)
    return model.gone_after(turn.prompt, at)
