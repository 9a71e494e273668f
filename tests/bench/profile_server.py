"""Where the server's time goes: `python -m tests.bench.profile_server [--rate N] [--records N] [--turns N]`.

Runs chatls under cProfile, lets it stream, and prints the functions that took longest by themselves. The profiler sees
the event loop's thread alone, and slows it down: what it tells are shares, not times.
"""

import argparse
import cProfile
import os
import pstats
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from chatls import cli
from tests.bench.contestants import CHATLS, warm
from tests.bench.model import running_model

SERVE = "--serve"


def main() -> None:
    """Stream under the profiler and print what it saw."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.profile_server", description=__doc__)
    parser.add_argument("--rate", type=float, default=0.0, help="tokens a second; 0: as fast as they go (default)")
    parser.add_argument("--records", type=int, default=100_000, help="tokens of a turn (default: 100000)")
    parser.add_argument("--turns", type=int, default=1, help="turns, one after the other (default: 1)")
    parser.add_argument("--lines", type=int, default=40, help="how many functions to print (default: 40)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "profile"))
        command = (sys.executable, "-m", "tests.bench.profile_server", SERVE, file)
        with running_model() as model, warm(replace(CHATLS, command=command), model) as client:
            os.kill(client.pid, signal.SIGUSR1)
            for _ in range(arguments.turns):
                client.stream(model.prompt(arguments.records, rate=arguments.rate))
            client.leave()
        pstats.Stats(file).sort_stats("tottime").print_stats(arguments.lines)


def serve(file: str) -> None:
    """Be the server. The profile begins with SIGUSR1, and is written at the end."""
    profiler = cProfile.Profile()
    leave = os._exit

    def begin(_number: int, _frame: object) -> None:
        profiler.enable()

    def write_and_leave(code: int) -> NoReturn:
        profiler.dump_stats(file)
        leave(code)

    os._exit = write_and_leave
    signal.signal(signal.SIGUSR1, begin)
    cli.main([])


if __name__ == "__main__":
    if sys.argv[1:2] == [SERVE]:
        serve(sys.argv[2])
    else:
        main()
