"""The panel among windows, mappings and sessions, in each version of Neovim: what each may do in its own way."""

import pytest

from tests.support.neovim_screen import Screen
from tests.support.neovim_talk import PANEL, PROMPT, READY, chat, lines, say, wait_for
from tests.support.term import EXITED

ENDED = "return require('chatls').current().turns[1].state == 'done'"
FLOAT = {"relative": "editor", "row": 20, "col": 1, "width": 5, "height": 1}


def test_the_view_stays_where_the_user_scrolled_to(file: Screen) -> None:
    chat(file, "drip")
    say(file, "tell me")
    file.term.wait("item number 3")
    file.ex("wincmd k")
    file.term.text("gg")
    wait_for(file, "done")
    shown = file.term.wait(lambda shown: "Writing…" not in shown)
    assert "tell me" in shown
    assert "The end" not in shown
    assert file.lua("return vim.api.nvim_win_get_cursor(0)[1]") == 1
    file.term.text("G")
    file.term.wait("The end")


def test_whoever_types_in_another_window_is_not_disturbed(file: Screen) -> None:
    chat(file, "drip")
    say(file, "tell me")
    file.ex("wincmd h")
    file.term.text("Go")
    for word in range(30):
        file.term.text(f"w{word} ")
    file.wait("return vim.api.nvim_get_current_line():find('w29 ') ~= nil")
    assert file.lua("return vim.fn.mode()") == "i"
    wait_for(file, "done")
    assert lines(file, "vim.fn.bufnr('alpha.py')")[2:] == [" ".join(f"w{word}" for word in range(30)) + " "]


def test_wiping_the_panel_stops_the_answer_and_leaves_nothing(file: Screen) -> None:
    chat(file, "slow")
    say(file, "go")
    file.term.wait("So far.")
    file.ex("wincmd k")
    file.lua("CONV = require('chatls').current()")
    file.ex("bwipeout")
    file.wait("return CONV.turns[1].state == 'cancelled'")
    file.wait("return #vim.api.nvim_list_wins() == 1")
    assert file.lua(f"return {{ {PANEL}, {PROMPT} }}") == [-1, -1]
    assert file.lua("return next(CONV.watchers) == nil") is True


def test_closing_one_window_closes_both_and_what_runs_goes_on(file: Screen) -> None:
    chat(file, "drip")
    say(file, "go")
    file.term.wait("item number 1")
    file.ex("quit")
    file.wait("return #vim.api.nvim_list_wins() == 1")
    wait_for(file, "done")
    file.lua("require('chatls').toggle()")
    file.term.wait("The end")


def test_quitting_the_last_file_quits_neovim(file: Screen) -> None:
    chat(file, "hello")
    file.ex("wincmd h")
    file.ex("quit")
    file.term.wait(EXITED.format(0))


def test_it_moves_to_the_tab_page_in_which_it_is_opened(file: Screen) -> None:
    chat(file, "hello")
    file.ex("tabnew README.md")
    file.lua("require('chatls').open()")
    file.wait("return #vim.api.nvim_tabpage_list_wins(0) == 3")
    assert file.lua("return #vim.api.nvim_tabpage_list_wins(vim.api.nvim_list_tabpages()[1])") == 1


def test_an_expr_mapping_that_waits_for_a_key_is_not_disturbed(file: Screen) -> None:
    file.lua("vim.keymap.set('n', 'Z', function() WAITS = true return vim.fn.getcharstr() end, { expr = true })")
    file.use_server("scripted/drip")
    file.ex("Chat go on")
    file.term.wait("item number 3")
    file.term.text("Z")
    file.wait("return WAITS")
    file.wait(ENDED)
    file.term.text("j")
    file.term.wait("The end")
    assert file.lua("return vim.fn.line('.')") == 2
    assert file.lua("return vim.v.errmsg") == ""


def test_a_session_of_neovims_leaves_no_empty_windows_of_a_panel(file: Screen) -> None:
    file.lua("vim.cmd('Chat') vim.cmd('stopinsert | mksession session.vim | silent %bwipeout!')")
    file.wait("return #vim.api.nvim_list_wins() == 1")
    file.lua("vim.cmd('silent source session.vim')")
    assert file.lua("return #vim.api.nvim_list_wins()") == 3
    file.lua("vim.cmd.wincmd('t') vim.cmd('Chat')")
    file.term.wait(READY)
    assert file.lua("return #vim.api.nvim_list_wins()") == 3
    assert file.lua("return vim.fn.bufnr('chatls://work$') > 0")


@pytest.mark.parametrize("command", ["silent %bwipeout!", "close"], ids=["wiped", "closed"])
def test_the_last_window_is_the_users_again(file: Screen, command: str) -> None:
    file.ex("Chat")
    file.term.wait(READY)
    file.lua("vim.api.nvim_open_win(vim.api.nvim_create_buf(false, true), false, ...)", FLOAT)
    file.lua("vim.cmd.stopinsert() vim.api.nvim_win_close(vim.fn.win_getid(1), true)")
    file.ex(command)
    file.wait("return vim.bo.buftype == '' and #vim.api.nvim_tabpage_list_wins(0) <= 2")
    file.ex("edit src/alpha.py")
    file.term.wait("two = 2")
