"""Formats Lua files with StyLua: `python -m tests.support.stylua [FILE ...]`, without files all of the Neovim client's.

A test asks it which files look different; the rules are in the client's `stylua.toml`.
"""

import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import bootstrap
from tests.support.neovim_install import stylua
from tests.support.node import run

CLIENT = bootstrap.ROOT / "editor-clients" / "neovim"
PROGRAM = Path(__file__).with_suffix(".mjs")


def lua_files() -> list[Path]:
    """All Lua of the repository: the client, and what its tests run in Neovim."""
    return sorted([*CLIENT.glob("**/*.lua"), *(bootstrap.ROOT / "tests").glob("**/*.lua")])


def formatted(files: Sequence[Path], *, check: bool = False) -> list[Path]:
    """The files that were formatted, or with `check` would be.

    Raises:
        Unavailable: StyLua cannot be had, or a file is no Lua.
    """
    rules = tomllib.loads((CLIENT / "stylua.toml").read_text(encoding="utf-8"))
    tools, module = stylua()
    settings = json.dumps({**rules, "check": check})
    said = run((str(tools.program), str(PROGRAM), str(module), settings, *map(str, files)))
    return [Path(line) for line in said.splitlines()]


def main() -> int:
    """Format the files named, or all."""
    for path in formatted([Path(name) for name in sys.argv[1:]] or lua_files()):
        bootstrap.say(f"formatted {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
