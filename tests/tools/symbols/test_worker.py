import io
import json
import subprocess
import sys
from dataclasses import fields

from chatls.tools.symbols.parse import Definition, definitions
from chatls.tools.symbols.worker import FIELDS, serve

PYTHON = b"class A:\n    def run(self): ...\n"


def request(language: str, source: bytes) -> bytes:
    return f"{language} {len(source)}\n".encode() + source


def test_each_source_gets_one_line_with_its_definitions() -> None:
    answers = io.BytesIO()
    serve(io.BytesIO(request("python", PYTHON) + request("python", b"") + request("lua", b"run = 1\n")), answers)
    assert [json.loads(line) for line in answers.getvalue().splitlines()] == [
        [["class", [], ["A"], ".", 1, 0, "class A:"], ["method", ["A"], ["run"], ".", 2, 1, "def run(self):"]],
        [],
        [["variable", [], ["run"], ".", 1, 0, "run = 1"]],
    ]


def test_all_that_is_known_of_a_definition_is_told() -> None:
    assert tuple(field.name for field in fields(Definition)) == FIELDS


def test_the_process_ends_with_its_input_and_imports_little() -> None:
    """Somebody waits for its first answer: pydantic alone would take longer than most sources."""
    program = "import sys; from chatls.tools.symbols import worker as w; w.main(); print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", program], input=request("python", PYTHON), capture_output=True, timeout=30
    )
    assert ran.returncode == 0
    assert len(json.loads(ran.stdout)) == len(definitions(PYTHON, "python"))
    imported = set(ran.stderr.decode().split())
    assert "tree_sitter_python" in imported
    assert imported.isdisjoint({"pydantic", "asyncio", "httpx", "tree_sitter_lua"})
