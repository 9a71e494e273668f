"""Writes `specs.json`, what models are told of the tools: `python -m chatls.tools.specs`.

For developers and the test that compares; the server reads the file (`tools/late.py`).
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, cast

from chatls.tools.approval.gate import Gate
from chatls.tools.editing.changes import Changes
from chatls.tools.guard.paths import Roots
from chatls.tools.late import SPECS
from chatls.tools.workbench import AnyEditor, Bench, all_tools


def written() -> str:
    """The content of the file, made from the tools."""
    nobody: Any = None  # nothing is asked of an editor or a store before a tool is called
    roots, editor = Roots([]), cast("AnyEditor", nobody)
    gate = Gate(editor, nobody, tuple, cast("Callable[[str], None]", print))
    bench = Bench(roots, editor, gate, nobody, {"PATH": ""}, ())
    specs = [asdict(tool.spec()) for tool in all_tools(bench, Changes(roots, editor, editor, nobody))]
    return json.dumps(specs, indent=1, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the file; with `--check` only compare."""
    if "--check" in arguments:
        return int(SPECS.read_text(encoding="utf-8") != written())
    SPECS.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
