"""Where the server is found (`server.lua`): option, PATH, the clone; and what is said where it is nowhere."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import PLUGIN, Neovim, headless

CLONE = PLUGIN.parent.parent


@pytest.fixture
def plain(newest: Path, user: User) -> Generator[Neovim]:
    with headless(newest, user) as yours:
        yield yours


def found(nvim: Neovim) -> list[object]:
    return nvim.lua('return { require("chatls.server").command() }')


def make_program(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def test_the_option_counts_before_all_else(plain: Neovim) -> None:
    plain.lua('require("chatls").setup({ cmd = { "sh", "-c", "true" } })')
    assert found(plain) == [["sh", "-c", "true"], "option"]


def test_an_option_that_names_no_program_says_so(plain: Neovim) -> None:
    plain.lua('require("chatls").setup({ cmd = { "nosuchprogram" } })')
    _, why = plain.lua('local _, why = require("chatls.server").command() return { 0, why }')
    assert why["message"] == "Option `cmd` names `nosuchprogram`, which is no program here."
    assert why["hint"]


def test_a_program_on_the_path_is_taken(plain: Neovim, tmp_path: Path) -> None:
    make_program(tmp_path / "bin" / "chatls")
    plain.lua("vim.env.PATH = ...", str(tmp_path / "bin"))
    assert found(plain) == [["chatls"], "PATH"]


@pytest.fixture
def copied(newest: Path, user: User, tmp_path: Path) -> Generator[Neovim]:
    """A Neovim with the plugin in another clone, which is not set up, and no `chatls` on PATH."""
    clone = tmp_path / "a clone"
    shutil.copytree(PLUGIN, clone / "editor-clients" / "neovim")
    (clone / "server").mkdir()
    (clone / "server" / "bootstrap.py").touch()
    with headless(newest, user) as yours:
        yours.lua("vim.opt.runtimepath:remove(...)", str(PLUGIN))
        yours.lua("vim.opt.runtimepath:prepend(...)", str(clone / "editor-clients" / "neovim"))
        yours.lua("vim.env.PATH = ...", os.pathsep.join(["/nowhere"]))
        yield yours


def test_the_clone_that_the_plugin_lies_in_is_taken_when_it_is_set_up(copied: Neovim, tmp_path: Path) -> None:
    why = copied.lua('local _, why = require("chatls.server").command() return why')
    assert why["message"] == "There is no server: `chatls` is not on PATH."
    script = tmp_path / "a clone" / "server" / "bootstrap.py"
    assert f"Run `python3 '{script}' doctor` once" in why["hint"]
    program = tmp_path / "a clone" / ".venv" / "bin" / "chatls"
    make_program(program)
    assert found(copied) == [[str(program)], "clone"]


def test_without_clone_and_program_it_says_how_to_install(copied: Neovim, tmp_path: Path) -> None:
    (tmp_path / "a clone" / "server" / "bootstrap.py").unlink()
    assert "pip install" in copied.lua('local _, why = require("chatls.server").command() return why.hint')
    copied.lua('CONV = require("chatls").current() require("chatls.turn").send(CONV, { content = "Hi" })')
    assert copied.lua("return { CONV.turns[1].state, CONV.turns[1].error.message }") == [
        "failed",
        "There is no server: `chatls` is not on PATH.",
    ]
