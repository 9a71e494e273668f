"""CPU at a reading pace: what a token costs that comes with a hundred others in a second."""

from collections import Counter
from contextlib import ExitStack

from tests.bench.client import Client
from tests.bench.contestants import CHATLS, HTTPX, NAIVE, STREAMING, Contestant, warm
from tests.bench.model import Model
from tests.bench.process import cpu_seconds
from tests.bench.table import Row

ROUNDS = 3
SECONDS = 8
RATE = 100


def run(model: Model) -> list[Row]:
    """CPU time per token, whole turns, all threads; contestants take turns."""
    used: Counter[Contestant] = Counter()
    with ExitStack() as stack:
        clients = {contestant: stack.enter_context(warm(contestant, model)) for contestant in STREAMING}
        for _ in range(ROUNDS):
            for contestant, client in clients.items():
                used[contestant] += _turn_microseconds(client, model)
    tokens = ROUNDS * SECONDS * RATE
    chatls, httpx, naive = (used[contestant] / tokens for contestant in (CHATLS, HTTPX, NAIVE))
    shown = [f"{cost:.0f} µs" for cost in (chatls, httpx, naive)]
    target = f"<= 0.4 of httpx ({chatls / httpx:.2f})"
    return [Row(f"CPU per token at {RATE} tok/s", shown, target, chatls <= 0.4 * httpx)]


def _turn_microseconds(client: Client, model: Model) -> int:
    before = cpu_seconds(client.pid)
    client.stream(model.prompt(SECONDS * RATE, rate=RATE))
    return round((cpu_seconds(client.pid) - before) * 1e6)
