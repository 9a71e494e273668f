"""Runs every check of this repository: `python3 tests/run.py [PYTEST ARGUMENTS]`.

Sets up what they need first, as `server/bootstrap.py` does for chatls itself, with the development requirements on top.
Then ruff, the type checker and, last, so that its summary is the last line, pytest. Standard library only. With
CI=true in the environment no test may be skipped (`tests/conftest.py`).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "server"))

import bootstrap

ROOT = bootstrap.ROOT
REQUIREMENTS = (bootstrap.REQUIREMENTS, "tests/requirements.txt")
INSTALLERS = ("tests.support.ollama_build", "tests.support.neovim_install", "tests.support.vscode_install")
"""The tests that need what one of them brings wait for it."""
LINTERS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("basedpyright",),
)


def main(arguments: Sequence[str]) -> int:
    """Run all checks; 0 when every one of them passed."""
    try:
        python = bootstrap.prepare(ROOT, *REQUIREMENTS)
        # A run of chosen tests pays for what it chose: they build what they need themselves.
        with nullcontext() if arguments or bootstrap.WINDOWS else installing(python):
            return check(python, arguments)
    except (bootstrap.SetupError, OSError) as error:
        bootstrap.say(f"set-up failed: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def check(python: Path, arguments: Sequence[str]) -> int:
    """Run the linters, then the tests also where a linter failed."""
    failed = [" ".join(linter) for linter in LINTERS if run(python, *linter) != 0]
    if failed:
        bootstrap.say(f"FAILED: {', '.join(failed)} (see above); the tests run all the same")
    code = run(python, "pytest", *arguments)
    return code or int(bool(failed))


def run(python: Path, module: str, *arguments: str) -> int:
    """Run a module of the development environment at the top of the clone; its exit code."""
    bootstrap.say(" ".join((module, *arguments)))
    return subprocess.run([python, "-m", module, *arguments], cwd=ROOT, check=False).returncode


@contextmanager
def installing(python: Path) -> Generator[None]:
    """Let what takes minutes the first time, a model server and editors, be had while other checks run."""
    processes = [
        subprocess.Popen([python, "-m", module], cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL)
        for module in INSTALLERS
    ]
    try:
        yield
    finally:
        for process in processes:
            if process.poll() is None:  # nothing waited for it: the tests ended early
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
