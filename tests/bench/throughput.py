"""Full speed: tokens a second of one answer that comes as fast as it can be read."""

from contextlib import ExitStack

from tests.bench.client import Client
from tests.bench.contestants import CHATLS, HTTPX, NAIVE, STREAMING, Contestant, warm
from tests.bench.model import Model
from tests.bench.table import Row, median

RUNS = 7
RECORDS = 40_000


def run(model: Model) -> list[Row]:
    """Tokens a second from the request to the response, the median of the runs; contestants take turns."""
    speeds: dict[Contestant, list[float]] = {contestant: [] for contestant in STREAMING}
    with ExitStack() as stack:
        clients = {contestant: stack.enter_context(warm(contestant, model)) for contestant in STREAMING}
        for _ in range(RUNS):
            for contestant, client in clients.items():
                speeds[contestant].append(_speed(client, model))
    chatls, httpx, naive = (median(speeds[contestant]) for contestant in (CHATLS, HTTPX, NAIVE))
    shown = [f"{speed:,.0f} tok/s" for speed in (chatls, httpx, naive)]
    target = f">= 0.6 of httpx ({chatls / httpx:.2f}), >= naive ({chatls / naive:.2f})"
    return [Row("full speed", shown, target, chatls >= 0.6 * httpx and chatls >= naive)]


def _speed(client: Client, model: Model) -> float:
    turn = client.stream(model.prompt(RECORDS))
    return RECORDS / (turn.ended - turn.sent)
