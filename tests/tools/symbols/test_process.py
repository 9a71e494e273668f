import subprocess
from typing import Any

import pytest

from chatls.tools.symbols import process as symbols_process
from chatls.tools.symbols.parse import definitions
from chatls.tools.symbols.process import Interrupted, ParserProcess
from chatls.tools.work import Deadline

SOURCE = "class Größe:\n    def run(self): ...\n\nLIMIT = '€'\n".encode()
SLOW = b"[[" * 200_000
"""For the parser of Lua, every one of these may begin a text that goes on to the end: minutes."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[bytes]"]:
    """Every process that is started."""
    processes: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            processes.append(self)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return processes


def test_what_is_parsed_there_is_what_would_be_parsed_here(started: list["subprocess.Popen[bytes]"]) -> None:
    with ParserProcess(Deadline(30)) as parser:
        assert parser.definitions(SOURCE, "python") == definitions(SOURCE, "python")
        assert parser.definitions(b"", "go") == []
        assert len(parser.definitions(b"def run(): ...\n" * 20_000, "python")) == 20_000
    assert len(started) == 1


def test_it_starts_with_the_first_source_and_is_gone_afterwards(started: list["subprocess.Popen[bytes]"]) -> None:
    with ParserProcess(Deadline(30)) as parser:
        assert started == []
        parser.definitions(SOURCE, "python")
        assert started[0].poll() is None
    assert started[0].poll() is not None


def test_a_source_that_takes_too_long_costs_only_itself(
    started: list["subprocess.Popen[bytes]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symbols_process, "FILE_SECONDS", 0.5)
    with ParserProcess(Deadline(30)) as parser:
        with pytest.raises(Interrupted):
            parser.definitions(SLOW, "lua")
        assert started[0].poll() is not None
        assert len(parser.definitions(SOURCE, "python")) == 3
    assert len(started) == 2


def test_a_source_that_takes_too_much_memory_costs_only_itself() -> None:
    """This one would take gigabytes before its time is up."""
    with ParserProcess(Deadline(30)) as parser:
        with pytest.raises(Interrupted):
            parser.definitions(b"a[" * 500_000, "go")
        assert len(parser.definitions(SOURCE, "python")) == 3


def test_a_call_that_is_cancelled_ends_the_process_at_once(started: list["subprocess.Popen[bytes]"]) -> None:
    deadline = Deadline(30)
    with ParserProcess(deadline) as parser:
        parser.definitions(SOURCE, "python")
        deadline.cancel()
        with pytest.raises(Interrupted):
            parser.definitions(SLOW, "lua")
    assert started[0].poll() is not None


def test_a_process_that_died_between_two_sources_is_only_an_interruption(
    started: list["subprocess.Popen[bytes]"],
) -> None:
    with ParserProcess(Deadline(30)) as parser:
        parser.definitions(SOURCE, "python")
        started[0].kill()
        started[0].wait()
        with pytest.raises(Interrupted):
            parser.definitions(SOURCE * 10_000, "python")
        assert len(parser.definitions(SOURCE, "python")) == 3
