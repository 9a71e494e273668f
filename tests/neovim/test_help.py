"""The help and the README of the Neovim client name all commands, maps and options, and nothing else."""

import re
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import PLUGIN, Neovim, headless

HELP = (PLUGIN / "doc" / "chatls.txt").read_text(encoding="utf-8")
README = (PLUGIN / "README.md").read_text(encoding="utf-8")

COMMANDS = """
return vim.tbl_filter(function(name)
  return vim.startswith(name, "Chat")
end, vim.tbl_keys(vim.api.nvim_get_commands({})))
"""
PLUGS = """
local found = {}
for _, mode in ipairs({ "n", "x" }) do
  for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
    if vim.startswith(map.lhs, "<Plug>(chatls-") then
      assert(map.desc and map.desc ~= "", map.lhs)
      found[map.lhs] = true
    end
  end
end
return vim.tbl_keys(found)
"""
OPTIONS = """
local config = require("chatls.config")
config.set({ ["no such option"] = true })
return config.set({ ["no such option"] = true })[1]
"""


@pytest.fixture
def nvim(newest: Path, user: User) -> Generator[Neovim]:
    with headless(newest, user) as yours:
        yield yours


def test_the_help_has_every_command_and_no_other(nvim: Neovim) -> None:
    assert set(re.findall(r"\*:(Chat\w*)\*", HELP)) == set(nvim.lua(COMMANDS))


def test_every_command_does_something(nvim: Neovim) -> None:
    assert sorted(nvim.lua(COMMANDS)) == nvim.lua('return require("chatls.commands").names()')


def test_the_readme_speaks_of_every_command(nvim: Neovim) -> None:
    assert set(nvim.lua(COMMANDS)) == set(re.findall(r"Chat[A-Z]?[a-z]*\b", README)) - {"Chatls"}


def test_the_help_and_the_readme_have_every_map(nvim: Neovim) -> None:
    maps = set(nvim.lua(PLUGS))
    assert maps == set(re.findall(r"<Plug>\(chatls-\w+\)", HELP))
    told = README[README.index("No key is taken") : README.index("```lua\nvim.keymap")]
    assert maps == {f"<Plug>(chatls-{name})" for name in re.findall(r"`(?:<Plug>\(chatls)?-(\w+)\)?`", told)}


def test_the_help_has_every_option(nvim: Neovim) -> None:
    names = nvim.lua(OPTIONS).split("there are ")[1].split(", ")
    documented = set(re.findall(r"\*chatls-([\w.]+)\*", HELP))
    assert {name for name in names if name != "panel"} <= documented


def test_the_readmes_settings_are_the_defaults(nvim: Neovim) -> None:
    setup = next(block for block in re.findall(r"```lua\n(.*?)```", README, re.S) if ".setup(" in block)
    nvim.lua('GIVEN = nil; require("chatls.config").set(); DEFAULTS = vim.deepcopy(require("chatls.config").get())')
    nvim.lua(setup)
    assert nvim.lua('return vim.deep_equal(DEFAULTS, require("chatls.config").get())')


def test_the_help_has_every_key_and_highlight_group(nvim: Neovim) -> None:
    actions = nvim.lua("""
        return vim.tbl_map(function(key) return key.action end, require("chatls.keymaps").KEYS)""")
    words = re.search(r"\nkeys (.*?)False is none", HELP, re.S)
    assert words is not None
    assert re.findall(r"`(\w+)`", words[1]) == actions
    assert set(nvim.lua('return vim.tbl_keys(require("chatls.highlights").LINKS)')) <= set(re.findall(r"\w+", HELP))


def test_neovim_makes_tags_of_the_help_and_every_reference_has_one(nvim: Neovim, tmp_path: Path) -> None:
    shutil.copytree(PLUGIN / "doc", tmp_path / "doc", ignore=shutil.ignore_patterns("tags"))
    nvim.lua("vim.cmd.helptags(...)", str(tmp_path / "doc"))
    tags = {line.split("\t")[0] for line in (tmp_path / "doc" / "tags").read_text().splitlines()}
    wanted = set(re.findall(r"\|((?:chatls|:Chat)[^|]*)\|", HELP))
    assert wanted <= tags
    assert len(tags) > 40
