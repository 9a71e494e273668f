"""The README's ways to install the plugin, from a `file://` clone, up to the first answer."""

import shutil
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless
from tests.support.neovim_clone import add_server, lines_for, make_repository

STAND_IN = Path(__file__).parent.parent / "support" / "lazy_stand_in.lua"
LAST = "local turns = require('chatls').current().turns; "
PROGRAM = Path(sys.executable).with_name("chatls")

Install = Callable[[str, Path], str]


def by_runtimepath(address: str, home: Path) -> str:
    clone = home / "clone"
    shutil.copytree(Path(address.removeprefix("file://")), clone)
    return lines_for("runtimepath").replace("~/src/chatls", str(clone))


def by_lazy(address: str, home: Path) -> str:
    spec = lines_for("lazy.nvim").replace("CHATLS_URL", address)
    return f"dofile('{STAND_IN}')({spec}, '{home}')"


def by_pack(address: str, home: Path) -> str:
    return "vim.fn.confirm = function() return 1 end\n" + lines_for("vim.pack").replace("CHATLS_URL", address)


WAYS: dict[str, Install] = {"runtimepath": by_runtimepath, "lazy": by_lazy, "pack": by_pack}


@contextmanager
def installed_by(way: str, program: Path, user: User) -> Generator[Neovim]:
    """A Neovim whose `init.lua` is what the README says."""
    home = user.workspace.parent
    address = make_repository(home / "repository")
    init = home / "init.lua"
    init.write_text(WAYS[way](address, home))
    with headless(program, user, init=init) as nvim:
        nvim.wait("return vim.v.vim_did_enter == 1", seconds=60)
        yield nvim


def check(nvim: Neovim, user: User) -> None:
    """The plugin is there; without a server it says what makes one; with it, it answers."""
    nvim.lua("SAID = {}; vim.notify = function(text) table.insert(SAID, text) end; vim.env.PATH = '/usr/bin:/bin'")
    nvim.lua("require('chatls').setup({ settings = { model = 'scripted/hello' } }); vim.cmd.Chat('hello')")
    nvim.wait("return require('chatls').current().turns[1].state == 'failed'")
    fault = nvim.lua("return require('chatls').current().turns[1].error")
    assert "There is no server" in fault["message"]
    clone = nvim.lua("return require('chatls.server').clone()")
    assert f"python3 '{clone}/server/bootstrap.py' doctor" in fault["hint"]
    add_server(Path(clone), PROGRAM)
    nvim.lua("vim.cmd.ChatRetry()")
    nvim.wait("local turns = require('chatls').current().turns; return turns[#turns].state == 'done'", seconds=30)
    assert nvim.lua(
        "local turns = require('chatls').current().turns; return require('chatls.state').text(turns[#turns])"
    )


@pytest.mark.parametrize("way", ["runtimepath", "lazy"])
def test_the_readmes_lines_bring_the_plugin_up_to_the_first_answer(program: Path, user: User, way: str) -> None:
    with installed_by(way, program, user) as nvim:
        check(nvim, user)
        if way == "lazy":
            assert nvim.lua("return vim.g.build.command") == "python3 server/bootstrap.py doctor"
            assert (Path(nvim.lua("return vim.g.build.dir")) / "server" / "bootstrap.py").exists()


def test_neovims_own_package_manager_brings_it_too(newest: Path, user: User) -> None:
    with installed_by("pack", newest, user) as nvim:
        check(nvim, user)
