"""The command line: which room a command leads to, and what it is given."""

from types import ModuleType

import pytest

import chatls
from chatls import assembly, cli
from chatls.terminal import config, doctor, models, sessions, start
from chatls.terminal.args import ChatArgs, ConfigArgs, ModelsArgs, SessionsArgs


@pytest.mark.parametrize(
    ("arguments", "log_file", "level"),
    [
        ([], None, "info"),
        (["serve"], None, "info"),
        (["--log-file", "x.log", "--log-level", "debug"], "x.log", "debug"),
        (["--log-level", "error", "serve"], None, "error"),
    ],
    ids=str,
)
def test_the_server_is_what_runs_without_a_command(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], log_file: str | None, level: str
) -> None:
    called: list[tuple[str | None, str]] = []

    def run_server(log_file: str | None, log_level: str) -> int:
        called.append((log_file, log_level))
        return 7

    monkeypatch.setattr(assembly, "run_server", run_server)
    assert cli.main(arguments) == 7
    assert called == [(log_file, level)]


@pytest.mark.parametrize(
    ("command", "module"),
    [("chat", start), ("sessions", sessions), ("models", models), ("config", config), ("doctor", doctor)],
)
def test_a_command_leads_to_the_terminal(monkeypatch: pytest.MonkeyPatch, command: str, module: ModuleType) -> None:
    def run(arguments: ChatArgs | ConfigArgs | ModelsArgs | SessionsArgs) -> int:
        assert arguments.workspace == "here"
        return 3

    monkeypatch.setattr(module, command, run)
    assert cli.main([command, "--workspace", "here"]) == 3


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"chatls {chatls.__version__}\n")


@pytest.mark.parametrize("arguments", [["no-such"], ["--no-such"], ["--log-level", "loud"]])
def test_wrong_arguments_are_told_on_stderr_and_end_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (2, "")
    assert "usage: chatls" in shown.err
