"""`chatls config`."""

import json
import os
import tomllib
from pathlib import Path

import pytest

from chatls.config import layers
from chatls.terminal.args import ConfigArgs
from chatls.terminal.config import config


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that suggests a model, and a user without settings."""
    monkeypatch.setattr(layers, "config_dir", lambda: tmp_path)
    for name in [name for name in os.environ if name.startswith(("CHATLS_", "OLLAMA_"))]:
        monkeypatch.delenv(name)
    (tmp_path / ".chatls.toml").write_text('model = "ollama/theirs"\n')
    return tmp_path


def test_the_settings_go_to_stdout_and_what_is_wrong_to_stderr(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATLS_LIMITS_SECONDS", "soon\x1b")
    monkeypatch.setenv("CHATLS_AGENT", "ed\x1bit")
    assert config(ConfigArgs(str(workspace))) == 0
    shown = capsys.readouterr()
    assert tomllib.loads(shown.out)["model"] == "ollama/theirs"
    assert "# suggested by .chatls.toml" in shown.out
    assert "# CHATLS_AGENT" in shown.out
    assert "chatls: limits.seconds (CHATLS_LIMITS_SECONDS): expected a number" in shown.err
    assert "\x1b" not in shown.out + shown.err


def test_programs_get_json(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert config(ConfigArgs(str(workspace), json=True)) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["settings"]["model"] == {"value": "ollama/theirs", "origin": "suggested by .chatls.toml"}


def test_a_folder_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert config(ConfigArgs("nowhere")) == 2
    assert "nowhere is not a folder" in capsys.readouterr().err
