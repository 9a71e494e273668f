"""Completion in the prompt (`completion.lua`), typed in a real terminal: the server says what may follow."""

from pathlib import Path

import pytest

from tests.support.neovim_screen import Screen

MENU = "return vim.tbl_map(function(item) return item.word end, vim.fn.complete_info({ 'items' }).items)"
LINE = "return vim.api.nvim_get_current_line()"


def offered(tui: Screen, word: str) -> None:
    """Wait until the menu has this."""
    tui.wait(
        "local info = vim.fn.complete_info({ 'items', 'pum_visible' }) "
        "return info.pum_visible == 1 and vim.iter(info.items):any(function(i) return i.word == WORD end)".replace(
            "WORD", repr(word)
        )
    )


@pytest.fixture(scope="module")
def program(newest: Path) -> Path:
    """One Neovim: the menu is Neovim's own, and what is offered the server's."""
    return newest


@pytest.fixture(autouse=True)
def _prompt(tui: Screen) -> None:
    tui.lua("require('chatls').open()")
    tui.term.wait("Ask here")
    tui.wait("return vim.fn.mode() == 'i'")


def test_paths_come_while_typing_and_only_what_is_chosen_is_put_in(tui: Screen) -> None:
    tui.term.text("look at @alp")
    offered(tui, "@src/alpha.py")
    assert tui.lua(LINE) == "look at @alp"
    tui.term.keys("C-n")
    tui.wait(f"{LINE} == 'look at @src/alpha.py'")
    tui.term.keys("C-y")
    tui.term.text(" now")
    tui.wait(f"{LINE} == 'look at @src/alpha.py now'")


COUNT = """
local client, request = require("chatls.client"), require("chatls.client").request
ASKED = 0
client.request = function(...)
  ASKED = ASKED + 1
  return request(...)
end
"""


def test_choosing_does_not_change_what_there_is_to_choose_from(tui: Screen) -> None:
    tui.term.text("@")
    offered(tui, "@src/")
    tui.lua(COUNT)
    for number in range(len(tui.lua(MENU))):
        tui.term.keys("C-n")
        tui.wait("return vim.fn.complete_info({ 'selected' }).selected == ...", number)
    tui.term.keys("C-e")
    tui.wait(f"return vim.fn.pumvisible() == 0 and {LINE.removeprefix('return ')} == '@'")
    assert tui.lua("return ASKED") == 0


def test_it_goes_on_inside_a_folder(tui: Screen) -> None:
    tui.term.text("@src/d")
    offered(tui, "@src/deep/")
    tui.term.text("eep/")
    offered(tui, "@src/deep/beta.py")


def test_commands_come_at_the_beginning_alone(tui: Screen) -> None:
    tui.term.text("/exp")
    offered(tui, "/explain ")
    tui.term.keys("C-n", "C-y")
    tui.wait(f"{LINE} == '/explain '")
    tui.term.text("a /fi")
    tui.term.text("x")
    tui.wait(f"{LINE} == '/explain a /fix'")
    assert tui.lua("return vim.fn.pumvisible()") == 0


def test_positions_are_right_behind_what_is_not_ascii(tui: Screen) -> None:
    tui.term.text("äö😀 @alp")
    offered(tui, "@src/alpha.py")
    tui.term.keys("C-n", "C-y")
    tui.wait(f"{LINE} == 'äö😀 @src/alpha.py'")


def test_omni_completion_asks_too(tui: Screen) -> None:
    tui.term.text("@alp")
    offered(tui, "@src/alpha.py")
    tui.term.keys("C-e")
    tui.wait("return vim.fn.pumvisible() == 0")
    tui.term.keys("C-x", "C-o")
    offered(tui, "@src/alpha.py")


def test_an_answer_that_comes_too_late_is_not_shown(tui: Screen) -> None:
    """The cursor is elsewhere by then; nothing is put there."""
    tui.lua("""
    local client = require("chatls.client")
    local request = client.request
    client.request = function(root, method, params, callback)
      return request(root, method, params, function(...) LATE = { callback, ... } end)
    end
    """)
    tui.term.text("@alp")
    tui.wait("return LATE ~= nil")
    tui.term.keys("Escape")
    tui.wait("return vim.fn.mode() == 'n'")
    tui.lua("LATE[1](unpack(LATE, 2, 3))")
    assert tui.lua("return { vim.fn.pumvisible(), vim.api.nvim_get_current_line() }") == [0, "@alp"]


def test_the_users_completeopt_is_left_as_it_was(tui: Screen) -> None:
    tui.term.keys("Escape")
    tui.ex("wincmd h")
    assert tui.lua("return vim.go.completeopt") == tui.lua(
        "return vim.api.nvim_get_option_info2('completeopt', {}).default"
    )
