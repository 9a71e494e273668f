"""The command gate held against a real shell: what runs unasked starts the one program it names, or none."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chatls.tools.approval.decision import decide
from chatls.tools.approval.programs import BUILTINS, program
from chatls.tools.approval.shell_approval import command_action
from tests.support import install
from tests.support.commands import execs, place
from tests.tools.approval.test_allowed_commands import FREE
from tests.tools.approval.test_plain_repository import git
from tests.tools.approval.test_shell_approval import PROMPTED

SHELLS = ["/bin/bash", "/bin/sh"]
BEGINNINGS = ["ls", "echo", "pwd", "rg", "git status", "rg foo a.py", "ls -l"]
PIECES = [
    *(" ", " ", "\t", "\n", "\r", "'", '"', "\\", "$", "`", "{", "}", "[", "]", "(", ")", "*", "?", "~", "!", "#", "&"),
    *("|", ";", "<", ">", "=", "^", "%", ",", "-", "a", "src", "touch PWNED", "id", "-la", "--pre", "--pre=id", "-z"),
    *(
        "$(id)",
        "`id`",
        "${IFS}",
        "<(id)",
        "&&id",
        "|id",
        ";id",
        "\nid",
        "$'\\x69d'",
        "{id,}",
        "'a b'",
        '"c"',
        "--",
        "é",
    ),
]
LINE = st.tuples(st.sampled_from(BEGINNINGS), st.lists(st.sampled_from(PIECES)).map("".join)).map("".join)


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    install.program("rg", "ripgrep")
    folder = tmp_path_factory.mktemp("gate") / "ws"
    (folder / "src").mkdir(parents=True)
    git(folder, "init")
    for name in ("a.py", "src/b.py"):
        (folder / name).write_text("foo = 1\n")
    for name in ("a", "ls", "id", "rg", "-la"):
        path = folder / name
        path.write_text("#!/bin/sh\ntouch PWNED\n")
        path.chmod(0o755)
    return folder


def unasked(line: str, ws: Path) -> bool:
    return decide(command_action(line, place(ws)), []) == "allow"


def check(lines: list[str], ws: Path, shell: str) -> None:
    """Run what may run unasked, and see what it starts."""
    for line, started in zip(lines, execs(lines, ws, shell=shell), strict=True):
        name = line.split()[0]
        assert started == ([] if name in BUILTINS else [program(name, place(ws))]), line
    assert not (ws / "PWNED").exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_what_runs_unasked_starts_the_program_that_was_meant_and_nothing_else(ws: Path, shell: str) -> None:
    lines = [line for line in FREE if unasked(line, ws)]
    assert len(lines) > len(FREE) / 2
    assert {line.split()[0] for line in lines} == {"ls", "echo", "pwd", "rg", "git"}
    check(lines, ws, shell)


@pytest.mark.parametrize("shell", SHELLS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, min_size=30, max_size=60))
@example(lines=[case for cases in PROMPTED.values() for case in cases])
def test_no_line_near_the_border_starts_more(ws: Path, shell: str, lines: list[str]) -> None:
    check([line for line in lines if unasked(line, ws)], ws, shell)


def test_a_thousand_lines_of_which_some_run_unasked_start_no_more(ws: Path) -> None:
    """Most made-up lines are asked about; of so many there are always some that are not."""
    dice = random.Random(4)
    lines = [dice.choice(BEGINNINGS) + "".join(dice.choices([" ", *PIECES], k=dice.randrange(5))) for _ in range(1_000)]
    free = [line for line in lines if unasked(line, ws)]
    assert len(free) > 50
    check(free, ws, "/bin/bash")


def test_the_log_shows_what_a_shell_starts(ws: Path) -> None:
    real = [os.path.realpath(f"/usr/bin/{name}") for name in ("id", "true")]
    assert execs(["echo $(id); true; env true", "echo x"], ws)[0][:1] == real[:1]
    assert execs(["echo $(id); env true", "echo x"], ws) == [[real[0], os.path.realpath("/usr/bin/env"), real[1]], []]
