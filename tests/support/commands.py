"""Where commands run in tests, and what a shell really makes of a line: an exec log by strace, and the words of it."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from chatls.tools.approval.programs import Place
from chatls.tools.commands.sandbox import CONFINED, NONE
from tests.support.install import program

PATH = "/usr/local/bin:/usr/bin:/bin"

_EXEC = re.compile(r'execve(?:at)?\((?:AT_FDCWD, )?"((?:[^"\\]|\\.)*)"')


def place(
    folder: Path,
    *,
    cwd: str = "",
    confined: bool = True,
    path: str = PATH,
    readable: Callable[[str], bool] = lambda _: True,
) -> Place:
    """A folder of the workspace `folder` to run a command in."""
    shown = f"{cwd}/" if cwd else "the workspace"
    real = os.path.realpath(folder)
    return Place(str(Path(real, cwd)), shown, CONFINED if confined else NONE, path, (real,), readable)


def execs(lines: Sequence[str], cwd: Path, *, shell: str = "/bin/bash") -> list[list[str]]:
    """The programs, by their real paths, that a shell really starts for each of these lines."""
    log = cwd.parent / "strace.log"
    mark = cwd.parent / "mark"
    shutil.copy("/bin/true", mark)
    script = 'for line; do "$0"; "$SHELL" -c "$line"; done'
    command = [
        program("strace", "strace"),
        "-f",
        "-qq",
        "-e",
        "trace=execve,execveat",
        "-e",
        "status=successful",
        "-o",
        log,
    ]
    env = {"PATH": PATH, "HOME": str(cwd.parent), "SHELL": shell, "LANG": "C.UTF-8"}
    subprocess.run(
        [*command, "/bin/bash", "-c", script, mark, *lines],
        cwd=cwd,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
    )
    runs: list[list[str]] = []
    for started in _EXEC.findall(log.read_text(errors="replace")):
        if started == str(mark):
            runs.append([])
        elif runs:
            runs[-1].append(os.path.realpath(started))
    assert [run[0] for run in runs] == [os.path.realpath(shell)] * len(lines)
    return [run[1:] for run in runs]


def words_in_shell(lines: Sequence[str], cwd: Path, *, shell: str = "/bin/bash") -> list[tuple[str, ...]]:
    """The words that a shell makes of each of these lines, which are simple commands; nothing is run."""
    script = "".join(f"set -- {line}\nprintf '%s\\0' \"$@\"; printf '\\n\\0'\n" for line in lines)
    run = subprocess.run(
        [shell, "-c", script], cwd=cwd, env={"PATH": PATH}, capture_output=True, check=True, timeout=60
    )
    return [tuple(words.split("\0")[:-1]) for words in run.stdout.decode().split("\n\0")[:-1]]
