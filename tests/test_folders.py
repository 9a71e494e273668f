from collections.abc import Callable
from pathlib import Path

import pytest

from chatls.folders import config_dir, default_log_file, state_dir


@pytest.mark.parametrize("folder", [config_dir, state_dir])
def test_a_folder_of_the_user_is_named_after_the_program(folder: Callable[[], Path]) -> None:
    path = folder()
    assert path.is_absolute()
    assert "chatls" in path.parts


def test_the_log_lies_in_the_state_folder() -> None:
    assert default_log_file().parent == state_dir()


def test_asking_for_a_folder_does_not_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    config_dir()
    state_dir()
    assert list(tmp_path.iterdir()) == []
