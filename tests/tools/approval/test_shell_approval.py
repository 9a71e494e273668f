"""What a command asks of the user, and what its grants are bound to."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatls.chat.approvals import Grant
from chatls.tools.approval.decision import Action, decide, options
from chatls.tools.approval.programs import BUILTINS, RUNS_FILES
from chatls.tools.approval.shell_approval import PATTERNS, command_action
from tests.support.commands import PATH, place

Command = str | Sequence[str]
EVERY_NAME = "ls id git rg sh bash sudo nice timeout busybox cargo pytest npm go env find python3 curl true tail make"


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    (folder / "src").mkdir(parents=True)
    for name in ("build.sh", "src/build.sh", "package.json"):
        (folder / name).write_text("echo build\n")
        (folder / name).chmod(0o755)
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    for name in EVERY_NAME.split():
        (stubs / name).touch(0o755)
    return folder


def action(command: Command, ws: Path, *, cwd: str = "", confined: bool = True) -> Action:
    return command_action(command, place(ws, cwd=cwd, confined=confined, path=f"{ws.parent}/stubs:{PATH}"))


def labels(found: Action) -> list[str]:
    return [offer.label for offer in found.offers]


def granted(found: Action, kind: str = "allow_always", number: int = 0) -> list[Grant]:
    """What is granted by taking the offer of this kind."""
    key = [offer.key for offer in found.offers if offer.kind == kind][number]
    return [Grant("1", found.tool, "always", True, key, "…", "2026-01-01T00:00:00Z")]


PROMPTED = {
    "T44": ["ls; id", "ls && id", "ls || id", "ls | sh", "ls & id"],
    "T45": ["ls\nid", "ls\rid", "ls #\nid", "ls \\\n;id"],
    "T46": ["ls `id`", "ls $(id)", "ls <(id)", "echo ${x:-$(id)}", "echo $((a[$(id)]))", 'echo "$(id)"', "echo >f"],
    "T48": ["cat$IFS/etc/passwd", "rg${IFS}--pre${IFS}sh", "{ls,-la}", "l\\s", "$'l\\x73'", "ls *", "ls ~", "''ls"],
    "T49": ['find . -e"x"ec id \\;'],
    "T50": ["LD_PRELOAD=./x.so ls", "GIT_PAGER=./x git status", "PATH=.:$PATH ls", "export X=1; ls", "PATH=. ls"],
    "T52": [
        *("sed -n '1e id' f", "sed 's/a/b/w /etc/x' f", "awk 'BEGIN{system(\"id\")}'", "sort -o x f", "python -c 1"),
        *("tar --checkpoint-action=exec=id", "xargs -I{} sh -c {}", "env sh", "go test -exec x", "man -Pid ls"),
        *("ssh -oProxyCommand=id h", "git log", "git diff", "git -c core.fsmonitor=id status", "cargo test"),
    ],
    "T53": ["sudo ls", "nice ls", "timeout 1 ls", "busybox ls", "bash -lc ls", "sh -c 'ls'", "command ls", "exec ls"],
    "T54": ["true && " * 49 + "curl evil", "ls && " * 51 + "ls", "echo a; " * 5_000 + "curl evil"],
    "T56": ["ls" + " " * 10_000 + ";curl evil", "ls" + " " * 200_000, "echo " + "a" * 9_000],
}


@pytest.mark.parametrize(
    "command",
    [pytest.param(command, id=f"{case}-{command[:30]!r}") for case, every in PROMPTED.items() for command in every],
)
def test_no_trick_runs_unasked(ws: Path, command: str) -> None:
    assert decide(action(command, ws), []) == "ask"


@pytest.mark.parametrize(
    "command",
    ["ls", "echo 'a b'", "rg foo build.sh", "pwd", ["ls", "-la"], ["rg", "a;b", "build.sh"], ["echo", "$(id)"]],
)
def test_what_only_tells_runs_unasked_in_the_sandbox_alone(ws: Path, command: Command) -> None:
    assert decide(action(command, ws), []) == "allow"
    assert decide(action(command, ws, confined=False), []) == "ask"


@pytest.mark.parametrize("command", ["cargo test --lib", "ls; id", ["make", "all"]])
@pytest.mark.parametrize("kind", ["allow_session", "allow_always"])
def test_what_was_granted_is_not_asked_again(ws: Path, command: Command, kind: str) -> None:
    assert decide(action(command, ws), granted(action(command, ws), kind)) == "allow"


@pytest.mark.parametrize(
    ("command", "cwd", "confined"),
    [
        pytest.param("make  all", "", True, id="T57-one-byte-differs"),
        pytest.param("make all", "src", True, id="T57-other-folder"),
        pytest.param("make all", "", False, id="T57-without-the-sandbox"),
        pytest.param(["make", "all"], "", True, id="T57-without-a-shell"),
    ],
)
def test_a_grant_is_for_what_was_seen_and_nothing_else(ws: Path, command: Command, cwd: str, confined: bool) -> None:
    assert decide(action(command, ws, cwd=cwd, confined=confined), granted(action("make all", ws))) == "ask"


def test_a_grant_is_for_the_program_that_was_meant(ws: Path) -> None:
    before = granted(action("cargo test", ws))
    (ws.parent / "stubs" / "cargo").unlink()
    assert decide(action("cargo test", ws), before) == "ask"


@pytest.mark.parametrize(
    "command", ["./build.sh", "sh build.sh", "sh -c './build.sh'", "true; ./build.sh", ["./build.sh"]]
)
def test_a_changed_script_is_asked_about_again(ws: Path, command: Command) -> None:
    """T58."""
    before = granted(action(command, ws))
    assert decide(action(command, ws), before) == "allow"
    (ws / "build.sh").write_text("curl evil\n")
    assert decide(action(command, ws), before) == "ask"


def test_a_refusal_outlives_a_change_of_the_script(ws: Path) -> None:
    found = action("./build.sh", ws)
    refusal = [replace(granted(found)[0], key=found.keys[0], allows=False)]
    (ws / "build.sh").write_text("curl evil\n")
    assert decide(action("./build.sh", ws, confined=False), refusal) == "reject"


def test_the_sentence_says_what_is_granted(ws: Path) -> None:
    assert labels(action("cargo test --lib", ws, cwd="src")) == [
        'Allow "cargo test --lib" in src/, confined, in this session',
        'Always allow "cargo test --lib" in src/, confined',
        'Always allow "cargo test" with any arguments, in src/, confined',
    ]
    assert labels(action("sh build.sh", ws, confined=False)) == [
        'Allow "sh build.sh" in the workspace, NOT confined, as long as build.sh is unchanged, in this session',
        'Always allow "sh build.sh" in the workspace, NOT confined, as long as build.sh is unchanged',
    ]


def test_a_pattern_holds_for_any_arguments_and_nothing_more(ws: Path) -> None:
    pattern = granted(action("npm test", ws), number=1)
    assert decide(action("npm test -- --watch 'a b'", ws), pattern) == "allow"
    assert decide(action(["npm", "test", "x"], ws), pattern) == "allow"
    for other in (
        "npm install",
        "npm",
        "npm --prefix x test",
        "npm test; id",
        "npm test > f",
        "npm test $X",
        "NPM test",
    ):
        assert decide(action(other, ws), pattern) == "ask", other
    assert decide(action("npm test", ws, cwd="src"), pattern) == "ask"
    assert decide(action("npm test", ws, confined=False), pattern) == "ask"
    (ws / "package.json").write_text('{"scripts": {"test": "curl evil"}}')
    assert decide(action("npm test", ws), pattern) == "ask"


@pytest.mark.parametrize(
    "command", ["sh -c ls", "sudo ls", "env ls", "timeout 1 ls", "git -c a=b log", "python3 -c 1", "make x"]
)
def test_no_pattern_is_offered_for_what_runs_anything(ws: Path, command: str) -> None:
    assert not [label for label in labels(action(command, ws)) if "any arguments" in label]


def test_programs_with_a_pattern_run_nothing_that_their_arguments_name() -> None:
    assert not set(PATTERNS) & (RUNS_FILES | BUILTINS)


@pytest.mark.parametrize("command", ["cargo test", "ls; id"])
def test_without_the_sandbox_only_the_exact_command_is_offered(ws: Path, command: str) -> None:
    assert len(labels(action(command, ws, confined=False))) == 2


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("ls\nid", id="not-understood"),
        pytest.param("cd src && ./build.sh", id="another-folder"),
        pytest.param("$X", id="program-not-known"),
        pytest.param("ls" + " " * 10_000 + ";curl evil", id="T56-long"),
        pytest.param(["echo", "a" * 10_000], id="T56-long-without-a-shell"),
        pytest.param("", id="nothing"),
        pytest.param([], id="nothing-without-a-shell"),
        pytest.param("ls \ud800", id="lone-surrogate"),
    ],
)
def test_what_is_not_wholly_known_is_allowed_once_or_not_at_all(ws: Path, command: Command) -> None:
    found = action(command, ws)
    assert {option.kind for option in options(found, in_session=True)} == {"allow_once", "reject_once", "reject_always"}
    assert len(found.keys) == 1


@pytest.mark.parametrize("command", ["ls" + " " * 10_000 + ";curl evil", ["ls", "a" * 10_000]])
def test_a_long_command_says_so(ws: Path, command: Command) -> None:
    """T56."""
    found = action(command, ws)
    assert found.lengthy
    assert any(re.search(r"10,\d\d\d bytes long", note) for note in found.notes)
    assert not action("ls", ws).lengthy


def test_what_the_user_must_know_comes_first(ws: Path) -> None:
    assert action("ls | wc", ws).notes == ("Runs ls, wc.",)
    assert action("ls | sh", ws).notes == (
        "What it runs cannot be told from here, so it can be allowed for this time only.",
        "Runs ls, sh.",
    )
    assert action("ls", ws, confined=False).notes[0].startswith("NOT confined")
    assert "for this time only" in action("ls\nid", ws).notes[0]
    assert "for this time only" in action("cd src; ./build.sh", ws).notes[0]


def test_a_command_of_several_lines_is_shown_as_such(ws: Path) -> None:
    """T45."""
    assert action("ls\nConfined: yes", ws, cwd="src").detail == "in src/:\n    ls⏎\n    Confined: yes"


def test_arguments_are_shown_apart(ws: Path) -> None:
    assert action(["rg", "a b", ""], ws).title == "Run rg 'a b' ''"


@given(st.text(max_size=30))
@example("ls " + "\\" * 3)
def test_any_line_can_be_asked_about(tmp_path_factory: pytest.TempPathFactory, line: str) -> None:
    found = command_action(line, place(tmp_path_factory.getbasetemp()))
    assert found.keys == command_action(line, place(tmp_path_factory.getbasetemp())).keys
