"""How a server is started."""

import subprocess
import sys
from pathlib import Path

import pytest

from chatls.terminal.spawn import default_command, spawn


def test_t110_a_module_of_the_workspace_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')")
    (tmp_path / "chatls.py").write_text("raise SystemExit('taken over')")
    result = subprocess.run(
        [*default_command(), "--version"], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
    )
    assert result.stdout.startswith("chatls ")


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
def test_ctrl_c_of_the_terminal_does_not_reach_the_server() -> None:
    import os

    process = spawn([sys.executable, "-c", "input()"])
    try:
        assert os.getpgid(process.pid) != os.getpgid(0)
    finally:
        process.communicate(b"\n", timeout=10)


def test_a_command_that_is_not_there_raises() -> None:
    with pytest.raises(OSError, match="no-such-command"):
        spawn(["no-such-command"])
