"""Memory: what a long answer takes, and what the whole server takes while it streams."""

from dataclasses import dataclass

from tests.bench.client import Client
from tests.bench.contestants import CHATLS, HTTPX, NAIVE, STREAMING, Contestant, warm
from tests.bench.model import Model
from tests.bench.process import forget_peak, memory, peak_memory
from tests.bench.table import Row, mb, median

RUNS = 5
SHORT, LONG = 10_000, 100_000
MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Sample:
    """Bytes in one process: the whole of it while a short answer came, and how much more the answers took."""

    whole: int
    short: int
    long: int


def run(model: Model) -> list[Row]:
    """In fresh processes that have answered once; growth is from before an answer to the peak while it came."""
    samples = [{contestant: _sample(contestant, model) for contestant in STREAMING} for _ in range(RUNS)]
    order = (CHATLS, HTTPX, NAIVE)
    whole, short, long = (
        [median(getattr(sample[contestant], what) for sample in samples) for contestant in order]
        for what in ("whole", "short", "long")
    )
    return [
        Row(f"memory, growth by {SHORT:,} tokens", list(map(mb, short)), "<= 1 MB", short[0] <= MEGABYTE),
        Row(f"memory, growth by {LONG:,} tokens", list(map(mb, long)), "<= 4 MB", long[0] <= 4 * MEGABYTE),
        Row("memory, whole server", list(map(mb, whole)), "<= naive + 10 MB", whole[0] <= whole[2] + 10 * MEGABYTE),
    ]


def _sample(contestant: Contestant, model: Model) -> Sample:
    with warm(contestant, model) as client:
        before, peak = _before_and_peak(client, model, SHORT)
        before_long, peak_long = _before_and_peak(client, model, LONG)
        return Sample(peak, peak - before, peak_long - before_long)


def _before_and_peak(client: Client, model: Model, tokens: int) -> tuple[int, int]:
    before = memory(client.pid)
    forget_peak(client.pid)
    client.stream(model.prompt(tokens))
    return before, peak_memory(client.pid)
