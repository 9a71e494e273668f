"""What of the machine a command sees, as bubblewrap's arguments."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from chatls.tools.commands import machine
from chatls.tools.commands.machine import Machine


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


def shown(home: Path, *path: Path) -> Sequence[str]:
    """The places of the tools that are shown, in a machine with this PATH."""
    words = Machine({"HOME": str(home), "PATH": ":".join(map(str, path))}, "/empty").tools()
    return [target for word, target in zip(words, words[2:], strict=False) if word == "--ro-bind"]


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    path.chmod(0o755)
    return path.parent


def test_toolchains_of_the_home_folder_are_shown_and_its_secrets_not(home: Path) -> None:
    for name in (".cargo/bin/cargo", ".cargo/credentials.toml", ".ssh/id_rsa", ".rustup/settings.toml", ".nvm/x"):
        program(home / name)
    assert shown(home) == [f"{home}/.cargo/bin", f"{home}/.nvm", f"{home}/.rustup"]


def test_keys_in_the_midst_of_a_toolchain_are_covered(home: Path) -> None:
    for name in (".dotnet/sdk/x", ".dotnet/corefx/x509stores/my/a.pfx", ".local/share/uv/credentials/credentials.toml"):
        program(home / name)
    words = Machine({"HOME": str(home)}, "/empty").tools()
    assert shown(home) == [f"{home}/.dotnet"]
    assert words.index(f"{home}/.dotnet") < words.index(f"{home}/.dotnet/corefx")


def test_what_lies_in_a_cache_is_shown_over_it(home: Path) -> None:
    program(home / ".cache/pypoetry/virtualenvs/x")
    words = Machine({"HOME": str(home)}, "/empty").tools()
    assert words.index(f"{home}/.cache") < words.index(f"{home}/.cache/pypoetry/virtualenvs")


def test_programs_of_the_home_folder_are_shown_by_themselves(home: Path) -> None:
    assert shown(home, program(home / "bin" / "tool")) == [f"{home}/bin"]
    program(home / "mine" / "secret")
    assert shown(home, program(home / "mine" / "bin" / "tool")) == [f"{home}/mine/bin"]


@pytest.mark.parametrize("name", [".ssh", ".aws", ".config/x", ".", "..", "/", "/tmp", "relative"])
def test_a_path_that_names_something_private_shows_nothing(home: Path, name: str) -> None:
    program(home / name / "tool") if name.startswith(".") and name.strip(".") else None
    assert shown(home, home / name if name != "relative" else Path(name)) == []


def test_an_installation_elsewhere_is_shown_whole(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PRIVATE_TMP", ())
    programs = program(tmp_path / "sdk" / "bin" / "tool")
    assert shown(home, programs) == [str(programs)]
    (tmp_path / "sdk" / "lib").mkdir()
    assert shown(home, programs) == [str(tmp_path / "sdk")]


def test_what_cannot_be_entered_is_not_shown(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, _mode: int) -> bool:
        return path.name != "bin"

    program(home / ".cargo" / "bin" / "cargo")
    program(home / ".nvm" / "x")
    monkeypatch.setattr("os.access", refuse)
    assert shown(home) == [f"{home}/.nvm"]


def test_the_home_folder_is_writable_in_its_caches_alone(home: Path) -> None:
    made = Machine({"HOME": str(home)}, "/empty")
    words = made.tools()
    assert [words[at + 1] for at, word in enumerate(words) if word == "--tmpfs"] == [
        str(home),
        f"{home}/.cache",
        f"{home}/.npm",
    ]
    assert made.seal() == ["--remount-ro", str(home), "--remount-ro", "/"]


def test_without_a_home_folder_there_is_none() -> None:
    assert Machine({}, "/empty").tools() == []
    assert Machine({"HOME": "relative"}, "/empty").seal() == ["--remount-ro", "/"]


@pytest.mark.parametrize(
    ("folder", "fit"),
    [("/", False), ("/usr", False), ("/tmp", False), ("/run", False), ("/usr/src/x", True), ("/srv/x", True)],
)
def test_a_folder_that_holds_a_system_is_not_fit(home: Path, folder: str, fit: bool) -> None:
    assert (Machine({"HOME": str(home)}, "/empty").unfit(folder) is None) == fit


def test_the_home_folder_and_what_holds_it_are_not_fit(home: Path) -> None:
    made = Machine({"HOME": str(home)}, "/empty")
    assert made.unfit(str(home)) is not None
    assert made.unfit(str(home.parent)) is not None
    assert made.unfit(str(home / "project")) is None


def test_what_not_everybody_may_read_is_masked_in_the_settings_of_the_system(home: Path) -> None:
    words = Machine({"HOME": str(home)}, "/empty").system()
    masked = [words[at + 2] for at, word in enumerate(words) if word == "--ro-bind" and words[at + 1] == "/empty"]
    assert "/etc/passwd" not in masked
    assert [path for path in masked if Path(path).stat().st_mode & stat.S_IROTH] == []
    if os.access("/etc/shadow", os.R_OK):
        assert "/etc/shadow" in masked
