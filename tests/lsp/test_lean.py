"""What the server's imports leave out, and that nothing else changes by it; each in an interpreter of its own."""

import json
import subprocess
import sys
from typing import Any

import pytest

LEAN = """
import sys, json
from chatls.lsp.lean import import_lsprotocol, leave_out_plugins
import_lsprotocol()
leave_out_plugins()
import attrs, linecache
compiled = len(linecache.cache)
from lsprotocol import types
from pydantic import BaseModel, ValidationError
place = types.Location("file:///a", types.Range(types.Position(1, 2), types.Position(3, 4)))
class Strict(BaseModel):
    number: int
try:
    Strict.model_validate({"number": "x"})
    refused = False
except ValidationError:
    refused = True
@attrs.define
class Ours:
    x: int
print(json.dumps({
    "lean": types.TextEdit.__repr__ is object.__repr__,
    "equal": place == types.Location("file:///a", types.Range(types.Position(1, 2), types.Position(3, 4))),
    "different": place != types.Location("file:///b", place.range),
    "own repr": repr(place.range),
    "compiled": compiled,
    "others' repr": repr(Ours(1)),
    "refused": refused,
    "modules": [name for name in ("email.message", "importlib.metadata", "zipfile") if name in sys.modules],
}))
"""
AS_IT_WAS = """
import attrs, sys
define = attrs.define
sys.modules["lsprotocol"] = None  # what is None here cannot be imported
from chatls.lsp.lean import import_lsprotocol
try:
    import_lsprotocol()
except ImportError:
    print(attrs.define is define)
"""


def run(program: str) -> str:
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    return ended.stdout


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return json.loads(run(LEAN))


def test_the_classes_of_lsprotocol_have_no_compiled_repr_but_compare_as_ever(facts: dict[str, Any]) -> None:
    assert facts["lean"]
    assert (facts["equal"], facts["different"]) == (True, True)


def test_a_repr_that_lsprotocol_wrote_itself_stays(facts: dict[str, Any]) -> None:
    assert facts["own repr"] == "1:2-3:4"


def test_the_source_that_was_compiled_is_not_kept(facts: dict[str, Any]) -> None:
    assert facts["compiled"] == 0


def test_classes_of_others_are_made_as_ever(facts: dict[str, Any]) -> None:
    assert facts["others' repr"] == "Ours(x=1)"


def test_pydantic_validates_without_looking_for_plugins(facts: dict[str, Any]) -> None:
    assert facts["refused"]
    assert facts["modules"] == []


def test_attrs_is_as_it_was_also_when_the_import_fails() -> None:
    assert run(AS_IT_WAS) == "True\n"
