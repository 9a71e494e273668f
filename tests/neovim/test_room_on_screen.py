"""Where there is little room, in a real terminal: small screens, long notices, sessions of several pages."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim_screen import Screen, screen
from tests.support.neovim_talk import PANEL, PROMPT, READY, chat, say, wait_for

HIT_ENTER = "Press ENTER"
SENTENCE = " ".join(f"word{number}" for number in range(60)) + " the end"
SHOWN = "return vim.api.nvim_win_call(vim.fn.bufwinid(PANEL), function() return vim.fn.getline('w0', 'w$') end)"
# A page of two turns instead of fifty.
SHORT_PAGES = """
local client = require("chatls.client")
local request = client.request
client.request = function(root, method, params, callback)
  params = method == "chat/getSession" and vim.tbl_extend("force", params, { limit = 2 }) or params
  return request(root, method, params, callback)
end
PANEL = "chatls://work$"
"""


@pytest.fixture
def tiny(program: Path, user: User) -> Generator[Screen]:
    with screen(program, user, "src/alpha.py", width=20, height=6) as yours:
        yours.use_server()
        yield yours


@pytest.mark.parametrize("command", ["Chat", "Chat Hi", "ChatToggle"])
def test_a_screen_without_room_for_the_panel_says_so_in_one_line(tiny: Screen, command: str) -> None:
    tiny.ex(command)
    said = tiny.wait("return vim.fn.execute('messages'):find('there is no room for the panel', 1, true) ~= nil")
    assert said
    assert tiny.lua("return vim.fn.execute('messages'):find('E36', 1, true) == nil and vim.v.errmsg == ''")
    assert tiny.lua("return #vim.api.nvim_list_wins()") == 1
    assert HIT_ENTER not in tiny.term.screen()
    tiny.term.resize(80, 24)
    tiny.wait("return vim.o.columns == 80")
    tiny.ex("Chat")
    tiny.term.wait(READY)


def test_a_question_can_be_answered_on_a_small_screen(tiny: Screen) -> None:
    tiny.use_server("scripted/builder")
    tiny.ex("Chat build it")
    tiny.term.wait("Create square…", 30)
    tiny.wait("return vim.api.nvim_win_get_config(0).relative ~= ''")
    tiny.term.keys("n")
    tiny.wait("return require('chatls').current().turns[1].items[1].tool.error ~= nil")


@pytest.mark.parametrize("width", [30, 80])
def test_a_notice_longer_than_the_screen_asks_for_no_key_and_is_whole_in_the_messages(
    program: Path, user: User, width: int
) -> None:
    with screen(program, user, width=width, height=12) as nvim:
        for level in ("info", "warn", "error"):
            nvim.lua(f"require('chatls.notify').{level}('{level} %s', ...)", SENTENCE)
            nvim.wait("return vim.fn.execute('messages'):find(..., 1, true) ~= nil", f"chatls: {level} {SENTENCE}")
            assert HIT_ENTER not in nvim.term.wait("the end")
        nvim.ex("lua require('chatls.notify').warn(string.rep('x', 300) .. ' typed')")
        assert HIT_ENTER not in nvim.term.wait("x typed")


def test_whoever_shows_notices_in_windows_gets_the_whole_sentence(program: Path, user: User) -> None:
    with screen(program, user, width=40, height=12) as nvim:
        nvim.lua("vim.notify = function(text, level) SAID = { text, level } end")
        nvim.lua("require('chatls.notify').warn(...)", SENTENCE)
        assert nvim.wait("return SAID") == [f"chatls: {SENTENCE}", 3]


def test_older_turns_come_above_and_the_view_does_not_jump(program: Path, user: User) -> None:
    with screen(program, user, "src/alpha.py") as nvim:
        chat(nvim, "long")
        nvim.lua(SHORT_PAGES)
        for text in ("one", "two", "three"):
            say(nvim, text)
            wait_for(nvim, "done")
        nvim.lua("local conv = require('chatls').current() require('chatls.sessions').load(conv, conv.id)")
        nvim.wait("return require('chatls').current().older ~= nil")
        nvim.ex("wincmd k")
        nvim.term.text("gg")
        nvim.term.wait("▸ 1 older turn: <CR> here shows it")
        before = nvim.lua(SHOWN)
        nvim.term.keys("Enter")
        nvim.wait("return require('chatls').current().older == nil")
        nvim.wait(f"return vim.api.nvim_buf_get_lines({PANEL}, 0, 1, false)[1] == '## You'")
        assert nvim.lua(SHOWN)[1:] == before[1:]
        assert nvim.lua("return vim.fn.line('.') == vim.fn.line('w0')")
        nvim.term.text("gg")
        nvim.term.wait("one")
        assert nvim.lua(f"return vim.api.nvim_buf_line_count({PROMPT})") == 1
