"""Which program a name stands for, and which files of the workspace a command runs."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from chatls.tools.approval.programs import MAX_FILE, Identity, identity, program
from tests.support.commands import place

Commands = Sequence[tuple[str | None, ...]]


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    names = ("build.sh", "a.py", "src/a.py", "package.json", "bin/tool", "kit/sub/__main__.py", "kit/sub/__init__.py")
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        path.chmod(0o755)
    return folder


def runs(ws: Path, *commands: tuple[str | None, ...], cwd: str = "", path: str = "/usr/bin:/bin") -> Identity | None:
    return identity(commands, place(ws, cwd=cwd, path=path), shell=True)


def files(found: Identity | None) -> list[str]:
    assert found is not None
    return [Path(path).name for path, _ in found.files]


def test_a_program_is_the_first_on_the_path(ws: Path) -> None:
    first = ws.parent / "first"
    first.mkdir()
    (first / "ls").write_text("")
    assert program("ls", place(ws, path=f"{first}:/usr/bin")) == os.path.realpath("/usr/bin/ls")
    (first / "ls").chmod(0o755)
    assert program("ls", place(ws, path=f"{first}:/usr/bin")) == str(first / "ls")
    assert program("nothing-of-the-kind", place(ws)) is None


@pytest.mark.parametrize("path", ["", ".:/usr/bin", ":/usr/bin", "bin:/usr/bin"])
def test_a_path_that_depends_on_the_folder_names_no_program(ws: Path, path: str) -> None:
    """T50: `PATH=.:$PATH`."""
    assert program("ls", place(ws, path=path)) is None


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (("./build.sh", "a.py"), ["build.sh"]),
        (("python3", "a.py", "missing.py"), ["a.py"]),
        (("/usr/bin/env", "python3.11", "./a.py"), ["a.py", "env"]),
        (("bash", "-c", "exec ./build.sh;python3 a.py>out"), ["a.py", "build.sh"]),
        (("npm", "test"), ["package.json"]),
        (("make", "-f", "a.py"), ["a.py"]),
        (("python3", "-m", "a"), ["a.py"]),
        (("python3", "-Im", "kit.sub"), ["__init__.py", "__main__.py"]),
        (("python3", "kit/sub"), ["__init__.py", "__main__.py"]),
        (("python3", "-m", "pytest", "-q"), []),
        (("source", "build.sh"), ["build.sh"]),
        (("tool", "a.py"), ["tool"]),
        (("cat", "a.py"), []),
    ],
)
def test_the_files_that_a_command_runs_are_known(ws: Path, command: tuple[str, ...], named: list[str]) -> None:
    stubs = ws.parent / "stubs"
    stubs.mkdir()
    for name in ("npm", "make", "python3", "python3.11", "bash", "env"):
        (stubs / name).touch(0o755)
    found = runs(ws, command, path=f"{stubs}:{ws}/bin:/usr/bin")
    assert sorted(files(found)) == named


@pytest.mark.parametrize(
    "commands",
    [
        [("./missing.sh",)],
        [("cat", "build.sh"), ("sh",)],
        [("bash", "-s", "-")],
        [("xargs", "echo")],
        [("make", "-C", "src")],
        [("make", "-kCsrc")],
        [("make", "-fother.mk")],
        [("npm", "--prefix=src", "test")],
        [("sed", "-n", "-f", "a.py", "build.sh")],
        [("git", "-c", "alias.x=!./build.sh", "x")],
        [(None, "a")],
        [("nothing-of-the-kind",)],
        [("bash", None)],
        [("cd", "src"), ("./build.sh",)],
        [("cd", "src"), ("bash", "a.py")],
        [("bash", "-c", "cd src && ./a.py")],
        [("ls\0",)],
        [()],
        [("ls",), ("/dev/zero",)],
    ],
)
def test_what_cannot_be_known_is_not_guessed(ws: Path, commands: Commands) -> None:
    assert runs(ws, *commands) is None


def test_a_change_of_folder_is_no_matter_for_what_runs_no_file(ws: Path) -> None:
    assert runs(ws, ("cd", "src"), ("ls", "-l")) is not None


def test_a_name_is_looked_up_from_the_folder_of_the_command(ws: Path) -> None:
    found = runs(ws, ("bash", "a.py"), cwd="src")
    assert found is not None
    assert [path for path, _ in found.files] == [os.path.realpath(ws / "src" / "a.py")]


def test_a_recipe_is_looked_for_upwards_and_no_further_than_the_workspace(ws: Path) -> None:
    (ws.parent / "Makefile").write_text("")
    assert files(runs(ws, ("npm",), cwd="src", path=f"{_stub(ws, 'npm')}")) == ["package.json"]
    assert files(runs(ws, ("make",), cwd="src", path=f"{_stub(ws, 'make')}")) == []


def _stub(ws: Path, name: str) -> Path:
    folder = ws.parent / name
    folder.mkdir()
    (folder / name).touch(0o755)
    return folder


def test_what_a_file_holds_makes_the_difference(ws: Path) -> None:
    """T58."""
    before = runs(ws, ("./build.sh",))
    assert before == runs(ws, ("./build.sh",))
    (ws / "build.sh").write_text("BUILD.SH")
    assert runs(ws, ("./build.sh",)) not in (None, before)


def test_a_file_that_is_too_large_or_no_file_is_not_known(ws: Path) -> None:
    with (ws / "build.sh").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    assert runs(ws, ("./build.sh",)) is None
    os.mkfifo(ws / "pipe")
    assert runs(ws, ("./pipe",)) is None
    assert runs(ws, ("./src",)) is None


def test_a_link_is_followed_to_what_it_runs(ws: Path) -> None:
    (ws / "link.sh").symlink_to("build.sh")
    assert files(runs(ws, ("./link.sh",))) == ["build.sh"]
