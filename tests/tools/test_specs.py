import subprocess
import sys

from chatls.tools.late import SPECS
from chatls.tools.specs import written


def test_what_models_are_told_is_what_the_tools_say() -> None:
    assert SPECS.read_text(encoding="utf-8") == written(), "run python -m chatls.tools.specs"


def test_the_command_compares() -> None:
    command = [sys.executable, "-m", "chatls.tools.specs", "--check"]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0
