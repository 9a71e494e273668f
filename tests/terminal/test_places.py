"""Files of the client itself."""

import stat
import sys
from pathlib import Path

import pytest

from chatls.terminal import places
from chatls.terminal.process import ServerProcess
from chatls.terminal.spawn import spawn


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(places, "state_dir", lambda: tmp_path / "state")
    return tmp_path / "state"


def test_t96_the_history_is_for_the_user_alone(state: Path) -> None:
    path = places.history_file()
    assert path.parent == state
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_a_history_that_is_there_is_kept(state: Path) -> None:
    places.history_file().write_text("typed before")
    assert places.history_file().read_text() == "typed before"
    assert state.is_dir()


def test_the_end_of_a_server_names_its_log() -> None:
    process = spawn([sys.executable, "-c", "raise SystemExit(1)"])
    said = places.server_ended(ServerProcess(process))
    process.communicate()
    assert said.startswith("The server ended unexpectedly (exit code 1)")
    assert "chatls.log" in said
