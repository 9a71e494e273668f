"""The few commands that run unasked, and that a flag, a path or a place makes the difference."""

from pathlib import Path

import pytest

from chatls.tools.approval.allowed_commands import ALLOWED, is_allowed
from tests.support.commands import PATH, place
from tests.support.install import program
from tests.tools.approval.test_plain_repository import git

FREE = [
    *(
        "ls",
        "ls -la src",
        "ls -lhR --color=never -- src docs",
        "ls --sort=time",
        "pwd",
        "pwd -P",
        "echo",
        "echo -n $X ;",
    ),
    *(
        "rg foo a.py",
        "rg -A3 -inC 2 foo src/b.py a.py",
        "rg -tpy -T js foo a.py",
        "rg --type=py --max-count=3 foo a.py",
    ),
    *("rg -- --pre a.py", "rg --sort=path foo a.py", "git status", "git status -sb", "git status --porcelain=v2"),
]
ASKED = [
    *("", "id", "ls /", "ls ..", "ls src/../..", "ls ~", "ls -L src", "ls --hyperlink", "ls --format=long", "ls -- -x"),
    *("ls -", "ls ''", "/bin/ls", "./ls", "LS", "pwd x", "pwd -x", "git", "git log", "git diff", "git status src"),
    *("git -C . status", "git -c a=b status", "git --git-dir=x status", "git status -v", "git status --ignored=x"),
    *(
        "rg",
        "rg foo",
        "rg foo src",
        "rg foo a.py src",
        "rg foo none.py",
        "rg foo /etc",
        "rg foo ../x",
        "rg --pre sh foo a.py",
        "rg --pre=sh foo a.py",
        "rg --hostname-bin=sh foo a.py",
        "rg -z foo a.py",
    ),
    *("rg --search-zip foo a.py", "rg -f /etc/passwd a.py", "rg -g *.env foo a.py", "rg --hidden foo a.py"),
    *("rg -u foo a.py", "rg -L foo a.py", "rg --no-ignore foo a.py", "rg --files a.py", "rg --config x foo a.py"),
    *("rg -A foo a.py", "rg -A", "rg -nz foo a.py", "rg --typ=py foo a.py", "rg -t py;id foo a.py"),
    *("rg --ignore-file=/x foo a.py", "rg -e a -e b a.py", "echo2 x"),
]


def allowed(words: str, folder: Path, *, confined: bool = True, path: str = PATH, shell: bool = True) -> bool:
    at = place(folder, confined=confined, path=path, readable=lambda name: name != "private")
    return is_allowed(words.replace("''", "\0").split(), at, shell=shell)


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program("rg", "ripgrep")
    folder = tmp_path_factory.mktemp("allowed") / "ws"
    (folder / "src").mkdir(parents=True)
    for name in ("a.py", "src/b.py", "private"):
        (folder / name).write_text("foo = 1\n")
    git(folder, "init")
    return folder


@pytest.mark.parametrize("command", FREE)
def test_what_only_tells_is_allowed(ws: Path, command: str) -> None:
    assert allowed(command, ws)


@pytest.mark.parametrize("command", ASKED)
def test_everything_else_is_asked_about(ws: Path, command: str) -> None:
    assert not allowed(command, ws)


@pytest.mark.parametrize("command", FREE)
def test_without_a_sandbox_everything_is_asked_about(ws: Path, command: str) -> None:
    assert not allowed(command, ws, confined=False)


@pytest.mark.parametrize("command", ["ls private", "rg foo private", "ls src private"])
def test_what_may_not_be_read_unasked_is_asked_about(ws: Path, command: str) -> None:
    assert not allowed(command, ws)


def test_a_program_of_the_workspace_is_asked_about(ws: Path) -> None:
    bin_folder = ws / "bin"
    bin_folder.mkdir(exist_ok=True)
    (bin_folder / "ls").touch(0o755)
    assert not allowed("ls", ws, path=f"{bin_folder}:{PATH}")
    assert not allowed("ls", ws, path=f".:{PATH}")
    assert allowed("ls", ws, path=f"{PATH}:{bin_folder}")


def test_a_link_to_a_program_of_the_workspace_is_asked_about(ws: Path, tmp_path: Path) -> None:
    (ws / "evil").touch(0o755)
    (tmp_path / "rg").symlink_to(ws / "evil")
    assert not allowed("rg x", ws, path=f"{tmp_path}:{PATH}")


def test_what_a_shell_answers_itself_needs_no_program(ws: Path) -> None:
    assert allowed("echo x", ws, path="/nowhere", shell=True)
    assert not allowed("echo x", ws, path="/nowhere", shell=False)


def test_status_is_for_plain_repositories_alone(ws: Path) -> None:
    assert not allowed("git status", ws / "src")


def test_nothing_on_the_list_takes_what_is_not_on_it() -> None:
    assert set(ALLOWED) == {("echo",), ("pwd",), ("ls",), ("rg",), ("git", "status")}
