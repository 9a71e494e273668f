"""A clone of this repository as a user of Neovim gets it, and the README's lines that install it.

The repository that is cloned holds the files as they are here, committed or not. What the README says is taken from it,
so that the lines that are tested are those that people read.
"""

import re
import shutil
import subprocess
from pathlib import Path

import bootstrap
from tests.support.neovim import PLUGIN

README = (PLUGIN / "README.md").read_text(encoding="utf-8")


def lines_for(way: str) -> str:
    """The Lua that the README has for a way to install ("lazy.nvim", "vim.pack", "runtimepath")."""
    heading = re.search(rf"^[^\n]*{re.escape(way)}[^\n]*:\n\n```lua\n(.*?)```", README, re.M | re.S)
    assert heading is not None, f"the README says nothing of {way}"
    return heading[1]


def make_repository(folder: Path) -> str:
    """Make a repository that can be cloned in a new folder; its address."""
    for name in ("editor-clients/neovim", "server"):
        ignore = shutil.ignore_patterns("__pycache__", "node_modules", "*.egg-info")
        shutil.copytree(bootstrap.ROOT / name, folder / name, ignore=ignore)
    author = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), (*author, "commit", "-q", "-m", "all")):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder.as_uri()


def add_server(clone: Path, program: Path) -> None:
    """What `server/bootstrap.py` makes in a clone, but for the minutes that it takes."""
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "chatls").symlink_to(program)
