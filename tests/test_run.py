"""The command that runs all checks, `tests/run.py`: what counts as a failure, and what reaches pytest."""

import subprocess
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

import bootstrap
from tests import run


class Checks:
    """The programs that are run, faked: it records their names and arguments; `codes` says how one ends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[list[str]] = []
        self.codes: dict[str, int] = {}
        self.installs = 0
        monkeypatch.setattr(bootstrap, "prepare", self.prepare)
        monkeypatch.setattr(subprocess, "run", self.run)
        monkeypatch.setattr(run, "installing", self.installing)

    def prepare(self, *_: object) -> Path:
        return Path("python")

    def run(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        self.ran.append(command[2:])
        return subprocess.CompletedProcess(command, self.codes.get(command[2], 0))

    def installing(self, python: Path) -> AbstractContextManager[None]:
        assert python == Path("python")
        self.installs += 1
        return nullcontext()


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    return Checks(monkeypatch)


def test_all_checks_run_the_tests_last(checks: Checks) -> None:
    assert run.main([]) == 0
    assert checks.ran == [["ruff", "check"], ["ruff", "format", "--check"], ["basedpyright"], ["pytest"]]
    assert checks.installs == 1


@pytest.mark.parametrize("failing", ["ruff", "basedpyright"])
def test_a_linter_that_fails_fails_the_run_but_the_tests_run(
    checks: Checks, failing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    checks.codes[failing] = 1
    assert run.main([]) != 0
    assert checks.ran[-1] == ["pytest"]
    assert f"FAILED: {failing}" in capsys.readouterr().err


def test_a_test_that_fails_fails_the_run(checks: Checks) -> None:
    checks.codes["pytest"] = 1
    assert run.main([]) == 1


def test_arguments_choose_tests_and_those_build_what_they_need(checks: Checks) -> None:
    run.main(["-k", "buffer", "tests/chat"])
    assert checks.ran[-1] == ["pytest", "-k", "buffer", "tests/chat"]
    assert checks.installs == 0


def test_a_set_up_that_fails_ends_in_a_sentence(
    checks: Checks, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def prepare(*_: object) -> Path:
        raise bootstrap.SetupError("no network")

    monkeypatch.setattr(bootstrap, "prepare", prepare)
    assert run.main([]) == 1
    assert checks.ran == []
    assert capsys.readouterr().err.endswith("set-up failed: no network\n")
