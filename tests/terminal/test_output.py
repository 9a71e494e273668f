"""What is held back reaches the terminal at once."""

import io
from collections.abc import Callable

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.output import DummyOutput

from chatls.terminal.output import BEGIN_UPDATE, END_UPDATE, HeldOutput, hold, release


class Writes(io.StringIO):
    """A stream that keeps every write apart."""

    encoding = "utf-8"

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        self.writes.append(text)
        return len(text)


@pytest.fixture
def stream() -> Writes:
    return Writes()


@pytest.fixture
def output(stream: Writes) -> HeldOutput:
    return HeldOutput(stream, lambda: Size(24, 80))


def test_what_is_held_is_one_write(output: HeldOutput, stream: Writes) -> None:
    hold(output)
    for text in ("erase", "print", "draw"):
        output.write_raw(text)
        output.flush()
    assert stream.writes == []
    release(output)
    assert stream.writes == [f"{BEGIN_UPDATE}eraseprintdraw{END_UPDATE}"]


def test_what_is_not_held_is_written_when_it_is_flushed(output: HeldOutput, stream: Writes) -> None:
    output.write_raw("a")
    output.flush()
    release(output)
    assert stream.writes == ["a"]


def test_holding_twice_is_released_once(output: HeldOutput, stream: Writes) -> None:
    hold(output)
    hold(output)
    output.write_raw("a")
    release(output)
    assert stream.writes == [f"{BEGIN_UPDATE}a{END_UPDATE}"]


@pytest.mark.parametrize("act", [hold, release])
def test_other_outputs_are_left_alone(act: Callable[[DummyOutput], None]) -> None:
    output = DummyOutput()
    assert act(output) is None
