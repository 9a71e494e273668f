"""Ends, as the user of a real terminal sees them: the server killed, the panel wiped, everything closed."""

import os
import signal
from pathlib import Path

from tests.support.chat_terminal import User
from tests.support.neovim_screen import Screen, screen
from tests.support.process_facts import until

OURS = """
local function is_ours(entry) return (entry.group_name or ""):lower():match("chatls") ~= nil end
return vim.tbl_map(function(entry) return { entry.group_name, entry.event } end,
  vim.tbl_filter(is_ours, vim.api.nvim_get_autocmds({})))
"""
SERVERS = "return vim.api.nvim_get_proc_children(vim.fn.getpid())"


def begin(tui: Screen, model: str = "slow") -> None:
    """Have an answer in the making on the screen."""
    tui.use_server(f"scripted/{model}")
    tui.ex("Chat go")
    tui.term.wait("So far.", 30)


def test_a_killed_server_leaves_text_and_one_clear_line_and_the_next_message_goes_on(tui: Screen) -> None:
    begin(tui)
    [server] = tui.lua(SERVERS)
    os.kill(server, signal.SIGKILL)
    screen = tui.term.wait("The server ended by signal 9.")
    assert "So far." in screen
    assert "Press ENTER" not in screen
    session = tui.lua('return require("chatls").current().id')
    tui.use_server("scripted/hello")
    tui.ex("Chat again")
    screen = tui.term.wait("world", 30)
    assert "So far." in screen
    assert tui.lua('return require("chatls").current().id') == session
    tui.quit()


def test_wiping_the_panel_stops_the_turn(tui: Screen) -> None:
    begin(tui)
    tui.lua("""
    for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
      if vim.bo[buffer].filetype == "chatls" then
        vim.api.nvim_buf_delete(buffer, { force = true })
      end
    end
    """)
    tui.wait('return require("chatls").current().turns[1].state == "cancelled"')
    tui.quit()


def test_nothing_is_left_behind_after_stop_and_close(tui: Screen) -> None:
    assert tui.lua(OURS) == []
    begin(tui)
    tui.ex("ChatStop!")
    tui.wait("return #vim.api.nvim_get_proc_children(vim.fn.getpid()) == 0 and #vim.lsp.get_clients() == 0")
    tui.ex("ChatToggle")
    tui.wait("return #vim.api.nvim_tabpage_list_wins(0) == 1")
    assert tui.lua(OURS) == []
    tui.quit()


async def test_leaving_neovim_in_the_middle_of_an_answer_ends_the_server(tui: Screen) -> None:
    begin(tui)
    [server] = tui.lua(SERVERS)
    tui.quit()
    await until(lambda: not Path(f"/proc/{server}").exists())


async def test_a_neovim_that_was_left_in_the_middle_of_an_answer_is_opened_again_and_the_talk_goes_on(
    tui: Screen, program: Path, user: User
) -> None:
    begin(tui)
    [server] = tui.lua(SERVERS)
    tui.quit()
    await until(lambda: not Path(f"/proc/{server}").exists())
    with screen(program, user) as later:
        later.use_server("scripted/hello")
        later.ex("ChatSessions")
        later.term.wait("go (1 turn", 30)
        later.term.text("1")
        later.term.keys("Enter")
        assert "go" in later.term.wait("So far.", 30)
        later.ex("Chat go on")
        assert "So far." in later.term.wait("world", 30)
        later.quit()
