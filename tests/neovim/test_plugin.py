"""What is there at start-up (`plugin/chatls.lua`): commands and maps that load nothing until they are used."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless

COMMANDS = {
    "Chat", "ChatAgent", "ChatDelete", "ChatEdit", "ChatFork", "ChatGrants", "ChatModel", "ChatNew", "ChatPrompt",
    "ChatRename", "ChatResend", "ChatRetry", "ChatSessions", "ChatStop", "ChatToggle", "ChatUndo",
}  # fmt: skip


@pytest.fixture
def plain(program: Path, user: User) -> Generator[Neovim]:
    with headless(program, user) as yours:
        yours.wait("return vim.v.vim_did_enter == 1")
        yield yours


def test_commands_and_maps_are_there_with_descriptions_and_nothing_is_loaded(plain: Neovim) -> None:
    found = plain.lua("""
    local commands, maps, loaded = {}, {}, {}
    for name, command in pairs(vim.api.nvim_get_commands({})) do
      if vim.startswith(name, "Chat") then commands[name] = command.definition end
    end
    for _, mode in ipairs({ "n", "x" }) do
      for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
        if map.lhs:find("chatls", 1, true) then maps[map.lhs] = map.desc or "" end
      end
    end
    for name in pairs(package.loaded) do
      if vim.startswith(name, "chatls") then loaded[#loaded + 1] = name end
    end
    return { commands, maps, loaded }
    """)
    commands, maps, loaded = found
    assert set(commands) >= COMMANDS
    assert all(commands.values())
    assert len(maps) >= 8
    assert all(lhs.startswith("<Plug>(chatls-") and desc.startswith("chatls: ") for lhs, desc in maps.items())
    assert loaded == []


def test_no_key_is_taken(plain: Neovim, program: Path, user: User) -> None:
    ours = """
    local found = {}
    for _, mode in ipairs({ "n", "x", "i", "c", "o", "t" }) do
      for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
        if not vim.startswith(map.lhs, "<Plug>(chatls") then found[#found + 1] = mode .. map.lhs end
      end
    end
    return #found
    """
    before = plain.lua(ours)
    plain.use_server()
    plain.turn("Hi")
    assert plain.lua(ours) == before


def test_it_is_loaded_once(plain: Neovim) -> None:
    plain.lua('vim.api.nvim_del_user_command("Chat") vim.cmd("runtime plugin/chatls.lua")')
    assert plain.lua('return vim.fn.exists(":Chat")') != 2
