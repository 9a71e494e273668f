from chatls.chat.events import PhaseName
from chatls.chat.stopwatch import Stopwatch


class Time:
    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> float:
        return self.seconds


def test_the_time_of_a_call_that_asks_nobody_is_all_of_it() -> None:
    time = Time()
    watch = Stopwatch(time.now)
    time.seconds += 1.25
    assert watch.milliseconds == 1250


def test_the_time_in_which_the_user_decides_is_left_out() -> None:
    time = Time()
    watch = Stopwatch(time.now)
    spent: list[tuple[PhaseName, int]] = [("tool", 1), ("approval", 60), ("tool", 2), ("approval", 30), ("tool", 3)]
    for phase, seconds in spent:
        watch.enter(phase)
        time.seconds += seconds
    assert watch.milliseconds == 6000


def test_a_call_that_ends_while_the_user_decides_took_what_it_took_before() -> None:
    time = Time()
    watch = Stopwatch(time.now)
    time.seconds += 2
    watch.enter("approval")
    time.seconds += 60
    assert watch.milliseconds == 2000
