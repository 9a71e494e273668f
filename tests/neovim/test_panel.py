"""The panel among what else there is in an editor (`panel.lua`, `textlock.lua`): windows, mappings, statuslines."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim_screen import Screen, screen

READY = "Ask here"
ENDED = "return require('chatls').current().turns[1].state == 'done'"
FLOAT = {"relative": "editor", "row": 20, "col": 1, "width": 5, "height": 1}


@pytest.fixture
def file(program: Path, user: User) -> Generator[Screen]:
    """A Neovim with a file of the workspace."""
    with screen(program, user, "src/alpha.py") as yours:
        yours.use_server()
        yield yours


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


def test_a_statusline_follows_what_goes_on(file: Screen) -> None:
    file.lua("function STATUS() return require('chatls').status() end vim.o.statusline = '<%{v:lua.STATUS()}>'")
    file.use_server("scripted/slow")
    file.ex("Chat go on")
    file.term.wait("<chatls: Writing…>")
    file.ex("ChatStop")
    file.term.wait("<>")


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


def test_what_would_be_sent_is_no_file_that_goes_along(file: Screen) -> None:
    file.ex("Chat")
    file.term.wait(READY)
    file.ex("ChatPrompt")
    file.term.wait("What would be sent")
    names = "return (require('chatls.context').names(require('chatls').current()))"
    assert file.lua(names) == ["src/alpha.py"]
    file.term.keys("q")
    file.wait("return #vim.api.nvim_list_wins() == 3")


def test_the_panel_takes_its_room_from_all_windows(file: Screen) -> None:
    file.ex("vsplit")
    file.ex("Chat")
    file.term.wait(READY)
    widths = sorted(file.lua("return vim.tbl_map(vim.api.nvim_win_get_width, vim.api.nvim_list_wins())")[:2])
    assert widths[1] - widths[0] <= 1
