"""The set-up in `server/bootstrap.py`: what it makes, when it makes it again, and what it says when it cannot."""

import ast
import os
import runpy
import shutil
import subprocess
import sys
import threading
import tomllib
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bootstrap
import chatls

PINS = "server/requirements.txt"
DEVELOPMENT_PINS = "tests/requirements.txt"


class Machine:
    """The processes that a set-up starts, faked at that border: it records them, and makes what they would make."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.commands: list[list[str]] = []
        self.failing: str | None = None
        self.environments = 0
        monkeypatch.setattr(bootstrap, "run", self.run)
        monkeypatch.setattr(venv.EnvBuilder, "create", self.create)

    def run(self, command: Sequence[str]) -> bool:
        self.commands.append(list(command))
        return self.failing is None or self.failing not in command

    def create(self, folder: Path) -> None:
        self.environments += 1
        (folder / "bin").mkdir()
        (folder / "bin" / "python").touch()

    def packages_installed(self) -> int:
        return sum("--require-hashes" in command for command in self.commands)


def nothing(*_: object) -> None:
    """Stands for a function whose effect is not wanted in a test."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", PINS, DEVELOPMENT_PINS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name}, as committed\n")
    return tmp_path


@pytest.fixture
def machine(clone: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(bootstrap, "WINDOWS", False)
    return Machine(clone, monkeypatch)


def test_a_fresh_clone_gets_an_environment_with_what_is_pinned_and_chatls(clone: Path, machine: Machine) -> None:
    python = bootstrap.prepare(clone, PINS)
    assert python == clone / ".venv" / "bin" / "python"
    pins, package = machine.commands
    assert pins[:4] == [str(python), "-I", "-m", "pip"]
    assert pins[-3:] == ["--require-hashes", "--requirement", str(clone / PINS)]
    assert package[-5:] == ["install", "--no-deps", "--no-build-isolation", "--editable", str(clone)]


def test_the_second_run_starts_no_process(clone: Path, machine: Machine) -> None:
    bootstrap.prepare(clone, PINS)
    machine.commands.clear()
    bootstrap.prepare(clone, PINS)
    assert machine.commands == []
    assert machine.environments == 1


def test_what_development_installed_is_enough_to_run(clone: Path, machine: Machine) -> None:
    bootstrap.prepare(clone, PINS, DEVELOPMENT_PINS)
    bootstrap.prepare(clone, PINS)
    assert machine.packages_installed() == 1


@pytest.mark.parametrize("name", ["pyproject.toml", PINS])
def test_changed_pins_are_installed_into_the_same_environment(clone: Path, machine: Machine, name: str) -> None:
    bootstrap.prepare(clone, PINS)
    (clone / name).write_text("something newer\n")
    bootstrap.prepare(clone, PINS)
    assert machine.packages_installed() == 2
    assert machine.environments == 1


def test_an_environment_of_another_python_is_made_anew(
    clone: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.prepare(clone, PINS)
    monkeypatch.setattr(sys.implementation, "cache_tag", "cpython-399")
    bootstrap.prepare(clone, PINS)
    assert machine.environments == 2


def test_a_moved_clone_gets_a_new_environment(clone: Path, machine: Machine, tmp_path: Path) -> None:
    bootstrap.prepare(clone, PINS)
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("pyproject.toml", "server", ".venv"):
        (clone / name).rename(moved / name)
    bootstrap.prepare(moved, PINS)
    assert machine.environments == 2


def test_an_environment_whose_python_is_gone_is_made_anew(clone: Path, machine: Machine) -> None:
    python = bootstrap.prepare(clone, PINS)
    python.unlink()
    python.symlink_to("/nowhere/python3")
    bootstrap.prepare(clone, PINS)
    assert machine.environments == 2


def test_an_environment_without_a_stamp_is_half_made_and_made_anew(clone: Path, machine: Machine) -> None:
    (clone / ".venv" / "lib" / "leftover").mkdir(parents=True)
    (clone / ".venv" / "pyvenv.cfg").write_text("home = /nowhere\n")
    bootstrap.prepare(clone, PINS)
    assert machine.environments == 1
    assert not (clone / ".venv" / "lib").exists()
    assert not (clone / ".venv" / "pyvenv.cfg").exists()


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"python": 1}'])
def test_a_stamp_that_cannot_be_read_counts_as_none(clone: Path, machine: Machine, stamp: str) -> None:
    bootstrap.prepare(clone, PINS)
    (clone / ".venv" / bootstrap.STAMP).write_text(stamp)
    bootstrap.prepare(clone, PINS)
    assert machine.environments == 2


def test_an_install_that_failed_is_begun_anew(clone: Path, machine: Machine) -> None:
    machine.failing = "--editable"
    with pytest.raises(bootstrap.SetupError, match="pip could not install"):
        bootstrap.prepare(clone, PINS)
    machine.failing = None
    bootstrap.prepare(clone, PINS)
    assert machine.environments == 2
    assert bootstrap.is_current(clone, bootstrap.fingerprint(clone, [PINS]))


def test_an_upgrade_that_failed_leaves_nothing_to_rely_on(clone: Path, machine: Machine) -> None:
    bootstrap.prepare(clone, PINS)
    committed = (clone / PINS).read_text()
    (clone / PINS).write_text("something newer\n")
    machine.failing = "--require-hashes"
    with pytest.raises(bootstrap.SetupError):
        bootstrap.prepare(clone, PINS)
    machine.failing = None
    (clone / PINS).write_text(committed)
    bootstrap.prepare(clone, PINS)
    assert machine.environments == 2


def test_of_two_set_ups_at_once_one_works_and_the_other_waits_for_it(
    clone: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = threading.Event()

    def hear(text: str) -> None:
        if text.startswith("waiting for another process"):
            waiting.set()

    monkeypatch.setattr(bootstrap, "say", hear)
    with bootstrap.exclusive(clone / ".venv"):
        other = threading.Thread(target=bootstrap.prepare, args=(clone, PINS))
        other.start()
        assert waiting.wait(5)
        assert machine.commands == []
        bootstrap.install(clone, [PINS], bootstrap.fingerprint(clone, [PINS]))
    other.join(5)
    assert not other.is_alive()
    assert machine.packages_installed() == 1


def test_a_python_without_ensurepip_is_completed_by_apt_as_root(
    clone: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_spec(name: str) -> object:
        assert name == "ensurepip"
        return machine.commands[1:] or None

    monkeypatch.setattr(bootstrap, "may_apt", lambda: True)
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", find_spec)
    bootstrap.prepare(clone, PINS)
    assert machine.commands[0][-1] == "update"
    assert machine.commands[1][-1] == f"python3.{sys.version_info.minor}-venv"
    assert machine.environments == 1


@pytest.mark.parametrize("root", [True, False])
def test_a_python_that_stays_without_ensurepip_ends_in_a_sentence_that_says_what_to_install(
    clone: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], root: bool
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", clone)
    monkeypatch.setattr(bootstrap, "may_apt", lambda: root)
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", nothing)
    assert bootstrap.main(["chat"]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert f"apt install python3.{sys.version_info.minor}-venv" in last
    assert machine.environments == 0


def test_a_clone_that_cannot_be_written_to_ends_in_a_sentence(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / ".venv").write_text("a file where the folder should be")
    monkeypatch.setattr(bootstrap, "ROOT", clone)
    assert bootstrap.main(["chat"]) == 1
    assert "set-up failed" in capsys.readouterr().err


def test_too_old_a_python_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, and this is 3\.9"):
        runpy.run_path(str(bootstrap.ROOT / "server" / "bootstrap.py"))


def test_an_old_python_can_read_the_file_that_refuses_it() -> None:
    source = (bootstrap.ROOT / "server" / "bootstrap.py").read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 7)).body


def test_the_program_is_started_in_place_with_its_arguments(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def execv(path: Path, arguments: list[str]) -> None:
        assert arguments == [str(path), "chat", "hello there"]
        raise InterruptedError(str(path.relative_to(clone)))  # exec does not come back

    monkeypatch.setattr(os, "execv", execv)
    monkeypatch.setattr(bootstrap, "WINDOWS", False)
    with pytest.raises(InterruptedError, match=r"^\.venv/bin/chatls$"):
        bootstrap.run_chatls(clone, ["chat", "hello there"])


def test_windows_has_its_own_places_and_hands_the_exit_code_on(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str | Path]] = []

    def run(command: list[str | Path], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess([], 130)

    monkeypatch.setattr(bootstrap, "WINDOWS", True)
    monkeypatch.setattr(bootstrap.signal, "signal", nothing)
    monkeypatch.setattr(subprocess, "run", run)
    assert bootstrap.run_chatls(clone, ["chat"]) == 130
    assert commands == [[clone / ".venv" / "Scripts" / "chatls.exe", "chat"]]
    assert bootstrap.interpreter(clone) == clone / ".venv" / "Scripts" / "python.exe"


def test_every_pin_for_running_is_the_same_pin_for_development() -> None:
    assert pins(PINS) <= pins(DEVELOPMENT_PINS)


@pytest.mark.parametrize("name", [PINS, DEVELOPMENT_PINS])
def test_pins_have_hashes_and_no_address(name: str) -> None:
    text = (bootstrap.ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert text.count("--hash=sha256:") >= len(pins(name)) > 20


def test_all_that_the_project_asks_for_is_pinned_to_a_version_it_takes() -> None:
    project = tomllib.loads((bootstrap.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = [*project["project"]["dependencies"], *project["dependency-groups"]["build"]]
    development = [*runtime, *project["project"]["optional-dependencies"]["dev"]]
    assert list(not_pinned(runtime, PINS)) == []
    assert list(not_pinned(development, DEVELOPMENT_PINS)) == []


def not_pinned(wanted: Sequence[str], name: str) -> Iterator[str]:
    """The requirements that a file has no fitting pin for."""
    pinned = [Requirement(line) for line in pins(name)]
    for requirement in map(Requirement, wanted):
        same = [pin for pin in pinned if canonicalize_name(pin.name) == canonicalize_name(requirement.name)]
        versions = [specifier.version for pin in same for specifier in pin.specifier]
        if not versions or not all(map(requirement.specifier.contains, versions)):
            yield str(requirement)


def pins(name: str) -> set[str]:
    """The lines `package==version` of a requirements file, with their markers."""
    lines = (bootstrap.ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line.removesuffix(" \\") for line in lines if "==" in line and not line.startswith((" ", "#"))}


def test_the_real_thing_sets_up_a_copy_of_this_clone_and_runs_chatls(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(bootstrap.ROOT / name, tmp_path)
    shutil.copytree(bootstrap.ROOT / "server", tmp_path / "server", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, str(tmp_path / "server" / "bootstrap.py"), "--version"]
    first = subprocess.run(command, capture_output=True, text=True, check=False)
    if "pip could not install" in first.stderr:
        pytest.skip("pip cannot reach the package index it is configured with")
    assert (first.returncode, first.stdout.split()) == (0, ["chatls", chatls.__version__]), first.stderr
    assert "set-up done" in first.stderr
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")
