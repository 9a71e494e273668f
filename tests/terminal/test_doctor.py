"""`chatls doctor`: what it says of a good set-up, and of each thing that may be wrong."""

import os
import sys
from pathlib import Path

import pytest

from chatls.config import layers
from chatls.terminal import doctor as doctors
from chatls.terminal.args import ModelsArgs
from chatls.terminal.doctor import doctor
from chatls.tools.commands import bubblewrap
from tests.support.install import program
from tests.terminal.test_enquiry import FAKE

GOOD = (sys.executable, FAKE)


def never(_path: object, _mode: int) -> bool:
    return False


def no_program(_name: str, _path: str | None, _folders: object) -> None: ...


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without settings."""
    for module in (doctors, layers):
        monkeypatch.setattr(module, "config_dir", lambda: tmp_path)
    monkeypatch.setattr(doctors, "default_log_file", lambda: tmp_path / "chatls.log")
    for name in [name for name in os.environ if name.startswith(("CHATLS_", "OLLAMA_"))]:
        monkeypatch.delenv(name)
    return tmp_path


def examined(capsys: pytest.CaptureFixture[str], *server: str) -> tuple[int, str]:
    code = doctor(ModelsArgs(server=server or GOOD))
    return code, capsys.readouterr().out


def test_a_good_set_up_is_told_line_by_line(capsys: pytest.CaptureFixture[str], folders: Path) -> None:
    code, said = examined(capsys)
    assert code == 0
    assert "✓ Python 3." in said
    assert "✓ there are no settings of yours" in said
    assert f"✓ the log is {folders / 'chatls.log'}" in said
    assert "✓ the server starts and answers in" in said
    assert "✓ fake: 1 model, 1 of them can use tools" in said
    assert "✓ fake/model answers where no model is named" in said
    assert "✗" not in said


def test_a_provider_that_is_away_says_how_to_mend_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "! other: It is away.\n  → Start it.\n" in examined(capsys)[1]


def test_ollama_may_be_away_where_another_model_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert "✓ ollama: it does not answer, and need not\n" in examined(capsys)[1]
    assert "! ollama: Ollama is away.\n  → Start Ollama.\n" in examined(capsys, sys.executable, FAKE, "--offline")[1]


def test_a_wrong_setting_is_named_and_does_no_harm(capsys: pytest.CaptureFixture[str], folders: Path) -> None:
    (folders / "config.toml").write_text("[ollama]\nnum_ctx = 'many'\n")
    code, said = examined(capsys)
    assert code == 0
    assert "! ollama.num_ctx" in said
    assert "expected an integer" in said


def test_settings_say_where_they_come_from(
    capsys: pytest.CaptureFixture[str], folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folders / "config.toml").write_text("agent = 'chat'\n")
    monkeypatch.setenv("CHATLS_MODEL", "a/b")
    said = examined(capsys)[1]
    assert "✓ settings come from" in said
    assert "config.toml" in said
    assert "CHATLS_MODEL" in said


def test_a_log_that_cannot_be_written_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", never)
    assert "cannot be written\n  → Give yourself the right" in examined(capsys)[1]


def test_a_file_in_the_place_of_the_state_folder_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folders: Path
) -> None:
    file = folders / "state"
    file.touch()
    monkeypatch.setattr(doctors, "default_log_file", lambda: file / "chatls.log")
    assert f"{file} is no folder\n  → Move {file} away.\n" in examined(capsys)[1]


def test_what_only_a_real_server_finds_wrong_is_told_too_and_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folders: Path
) -> None:
    (folders / "state").touch()
    (folders / "chatls").mkdir()
    wrong = "model = 3\n[agents.x]\ndescription = 'D'\ninstructions = 'I'\ntools = ['nope']\n"
    (folders / "chatls" / "config.toml").write_text(wrong)
    for module in (doctors, layers):
        monkeypatch.setattr(module, "config_dir", lambda: folders / "chatls")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folders))
    monkeypatch.setenv("XDG_STATE_HOME", str(folders / "state"))
    said = examined(capsys, sys.executable, "-m", "chatls")[1]
    assert 'there is no tool "nope"' in said
    assert said.count("expected a string") == 1
    assert "! conversations cannot be saved" in said


@pytest.mark.parametrize(("rg", "said"), [("/bin/rg", "✓ searching is done by ripgrep"), (None, "! ripgrep is not")])
def test_ripgrep_is_looked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, rg: str | None, said: str
) -> None:
    def which(name: str, path: str | None = None) -> str | None:
        return rg if name == "rg" else None

    monkeypatch.setattr("shutil.which", which)
    assert said in examined(capsys)[1]


@pytest.mark.skipif(sys.platform != "linux", reason="commands are confined on Linux only")
def test_the_sandbox_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    path = program("bwrap", "bubblewrap")
    assert f"✓ commands are confined by bubblewrap ({path})\n" in examined(capsys)[1]


def test_without_a_sandbox_it_says_why_and_what_helps(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubblewrap, "installed", no_program)
    monkeypatch.setattr(sys, "platform", "linux")
    code, said = examined(capsys)
    assert code == 0
    assert "! commands are not confined, and each asks first: bubblewrap is not installed\n  → Install it (`apt" in said


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (("no-such-command",), "✗ the server cannot be started"),
        ((sys.executable, "-c", "raise SystemExit('broken')"), "exit code 1: broken"),
        ((sys.executable, FAKE, "--protocol", "2"), "update this client"),
    ],
    ids=["missing", "dies", "version"],
)
def test_a_server_that_is_no_use_is_in_the_way(
    capsys: pytest.CaptureFixture[str], server: tuple[str, ...], said: str
) -> None:
    code, out = examined(capsys, *server)
    assert code == 1
    assert said in out


def test_a_default_that_is_no_model_is_worth_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = examined(capsys, sys.executable, FAKE, "--offline")
    assert code == 0
    assert "! offline/assistant answers, which is no language model\n  → Start Ollama" in said


def test_a_folder_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(ModelsArgs(workspace="nowhere")) == 2
    assert "nowhere is not a folder" in capsys.readouterr().err
