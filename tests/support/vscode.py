"""Runs what belongs to the VS Code extension: its npm scripts, and its tests in a real VS Code.

The tests themselves are TypeScript, beside the extension; `tests/vscode/` calls them by this, with what
`vscode_install.py` has installed.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import bootstrap
from tests.support.node import Node
from tests.support.vscode_install import EXTENSION


@dataclass(frozen=True)
class Editor:
    """A real VS Code, with the browser that draws it."""

    program: Path
    browser: str

    def environment(self, **more: str) -> dict[str, str]:
        """What the tests in TypeScript ask the environment for."""
        server = str(bootstrap.scripts(bootstrap.ROOT) / "chatls")
        return {"CODE_SERVER": str(self.program), "CHROMIUM": self.browser, "CHATLS": server, **more}


def npm(
    node: Node, script: str, *arguments: str, environment: Mapping[str, str] | None = None, folder: Path = EXTENSION
) -> str:
    """Run a script of the extension's package.json, or of a copy's in another folder; its output.

    Raises:
        AssertionError: it failed; with its output.
    """
    command = (*node.npm, "run", "--silent", script, "--", *arguments)
    found = {**node.environment, "NO_COLOR": "1", **(environment or {})}
    result = subprocess.run(
        command, cwd=folder, env=found, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"npm run {script} failed:\n{result.stdout}{result.stderr}"
    return result.stdout
