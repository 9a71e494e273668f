"""The rule of `tests/conftest.py`: where CI=true nothing is skipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

TESTS = """
import pytest

@pytest.mark.skip(reason="a mark")
def test_mark(): pass

def test_call(): pytest.skip("a call")

@pytest.fixture
def tmux(): pytest.skip("a fixture")
def test_fixture(tmux): pass

def test_expected_failure(): pytest.xfail("known")
def test_that_runs(): pass
"""
SKIPPED_MODULE = "import pytest; pytest.skip('a module', allow_module_level=True)"


def run_pytest(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_functions.py").write_text(TESTS)
    (folder / "test_module.py").write_text(SKIPPED_MODULE)
    options = ["-ra", "-c", os.devnull, "--rootdir", str(folder), "--continue-on-collection-errors"]
    command = [sys.executable, "-m", "pytest", *options, str(folder)]
    return subprocess.run(command, env={**os.environ, "CI": ci}, capture_output=True, text=True, check=False)


def test_a_skip_fails_where_nothing_may_be_skipped(tmp_path: Path) -> None:
    result = run_pytest(tmp_path, "true")
    assert result.returncode != 0
    for reason in ("a mark", "a call", "a fixture", "a module"):
        assert f"with CI=true nothing may be skipped. Skipped: {reason}" in result.stdout
    assert "1 failed, 1 passed, 1 xfailed, 3 errors" in result.stdout


def test_elsewhere_a_skip_says_its_reason(tmp_path: Path) -> None:
    result = run_pytest(tmp_path, "false")
    assert result.returncode == 0
    for reason in ("a mark", "a call", "a fixture", "a module"):
        assert reason in result.stdout
    assert "1 passed, 4 skipped, 1 xfailed" in result.stdout
