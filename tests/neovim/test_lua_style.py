"""The client's Lua: formatted, linted, small, documented; and its types of the wire are those of the schemas."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.install import Unavailable, program
from tests.support.stylua import CLIENT, formatted, lua_files

MODULES = sorted((CLIENT / "lua" / "chatls").glob("**/*.lua"))
WRITTEN = [path for path in MODULES if path.name != "wire.lua"]
MAX_LINES = 400
PURE = {"vim.NIL", "vim.list_extend", "vim.tbl_map", "vim.uv"}
"""What of Neovim the state may use."""
PUBLIC = re.compile(r"^function M[.:]\w+", re.MULTILINE)


def test_all_lua_is_formatted() -> None:
    try:
        different = formatted(lua_files(), check=True)
    except Unavailable as error:
        pytest.skip(str(error))
    assert different == [], "run `python -m tests.support.stylua`"


def test_luacheck_finds_nothing() -> None:
    luacheck = program("luacheck", "lua-check")
    command = [luacheck, "--quiet", "--no-color", "--codes", "--config", str(CLIENT / ".luacheckrc")]
    result = subprocess.run([*command, *map(str, lua_files())], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_types_of_the_wire_are_those_of_the_schemas() -> None:
    command = [sys.executable, str(CLIENT / "scripts" / "wire_types.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_a_module_says_what_it_is_for_and_is_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("--- ")
    assert len(text.splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_public_functions_are_documented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before = [text[: found.start()].rstrip("\n").rpartition("\n")[2] for found in PUBLIC.finditer(text)]
    assert [line for line in before if not line.startswith("---")] == []


def test_every_type_of_the_wire_that_is_named_is_there() -> None:
    known = set(
        re.findall(r"^---@(?:class|alias) (chatls\.wire\.\w+)", (CLIENT / "lua/chatls/wire.lua").read_text(), re.M)
    )
    named = {name for path in WRITTEN for name in re.findall(r"chatls\.wire\.\w+", path.read_text(encoding="utf-8"))}
    assert named - known == set()


def test_only_one_module_speaks_to_the_user() -> None:
    speaking = [path.name for path in WRITTEN if re.search(r"vim\.(notify|api\.nvim_echo)\b", path.read_text())]
    assert speaking == ["notify.lua"]


def test_the_state_is_pure() -> None:
    for name in ("state", "events"):
        assert set(re.findall(r"\bvim\.\w+", (CLIENT / f"lua/chatls/{name}.lua").read_text())) <= PURE
