"""The panel among what else there is in an editor (`panel.lua`, `textlock.lua`): windows, mappings, statuslines."""

from pathlib import Path

import pytest

from tests.support.neovim_screen import Screen

READY = "Ask here"


@pytest.fixture(scope="module")
def program(newest: Path) -> Path:
    """One Neovim: what depends on its version is in `test_windows_on_screen.py`."""
    return newest


def test_a_statusline_follows_what_goes_on(file: Screen) -> None:
    file.lua("function STATUS() return require('chatls').status() end vim.o.statusline = '<%{v:lua.STATUS()}>'")
    file.use_server("scripted/slow")
    file.ex("Chat go on")
    file.term.wait("<chatls: Writing…>")
    file.ex("ChatStop")
    file.term.wait("<>")


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
