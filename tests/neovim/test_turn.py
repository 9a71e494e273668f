"""One turn against the real server (`turn.lua`, `client.lua`): answered, stopped, queued, and a server that dies."""

import os
import signal
from pathlib import Path

import pytest

from tests.support.neovim import Neovim

CONV = 'CONV, T, S = require("chatls").current(), require("chatls.turn"), require("chatls.state")\n'
SEND = "T.send(CONV, { content = ... })"
LAST = "return CONV.turns[#CONV.turns]"
OVER = "return not T.is_running(CONV)"
SHOWN = "local turn = CONV.turns[#CONV.turns] return turn and S.text(turn) ~= ''"
WATCH_TIMERS = """
TIMERS = {}
local make = vim.uv.new_timer
vim.uv.new_timer = function()
  TIMERS[#TIMERS + 1] = make()
  return TIMERS[#TIMERS]
end
"""
LEFT = """
local function ours(entry) return (entry.group_name or ""):lower():match("chatls") ~= nil end
return {
  autocommands = #vim.tbl_filter(ours, vim.api.nvim_get_autocmds({})),
  clients = #vim.lsp.get_clients(),
  children = #vim.api.nvim_get_proc_children(vim.fn.getpid()),
  timers = #vim.tbl_filter(function(timer) return not timer:is_closing() end, TIMERS),
  descriptors = #vim.fn.glob("/proc/self/fd/*", true, true),
  handlers = vim.tbl_count(vim.lsp.handlers),
}
"""


def begin(nvim: Neovim, model: str, content: str = "Go") -> None:
    """Send a message to a scripted model, and wait until something of the answer is there."""
    nvim.use_server(f"scripted/{model}")
    nvim.lua(CONV)
    nvim.lua(SEND, content)
    nvim.wait(SHOWN)


def server_of(nvim: Neovim) -> int:
    [pid] = nvim.lua("return vim.api.nvim_get_proc_children(vim.fn.getpid())")
    return pid


def test_an_answer_is_whole_and_the_session_goes_on(nvim: Neovim) -> None:
    assert nvim.turn("Hi") == {"state": "done", "text": "Hello **world**."}
    session = nvim.lua('return require("chatls").current().id')
    assert nvim.turn("More")["state"] == "done"
    assert nvim.lua('local conv = require("chatls").current() return { conv.id, #conv.turns }') == [session, 2]


def test_a_stop_keeps_the_text_and_the_next_message_is_answered(nvim: Neovim) -> None:
    begin(nvim, "slow")
    assert nvim.lua("return T.stop(CONV)") is True
    nvim.wait(OVER)
    turn = nvim.lua(LAST)
    assert (turn["state"], nvim.lua("return S.text(CONV.turns[1])")) == ("cancelled", "So far. ")
    nvim.use_server("scripted/hello")
    assert nvim.turn("Again")["text"] == "Hello **world**."


def test_whoever_cancels_the_progress_cancels_the_turn(nvim: Neovim) -> None:
    nvim.lua("""
    vim.api.nvim_create_autocmd("LspProgress", { callback = function(event) TOKEN = event.data.params.token end })
    """)
    begin(nvim, "slow")
    nvim.lua('require("chatls.client").notify(CONV.root, "window/workDoneProgress/cancel", { token = TOKEN })')
    nvim.wait(OVER)
    assert nvim.lua(LAST)["state"] == "cancelled"


def test_one_message_waits_for_the_turn_and_is_sent_when_it_is_done(nvim: Neovim) -> None:
    begin(nvim, "drip")
    assert nvim.lua(SEND.replace("T.send", "return T.send"), "second") is True
    assert nvim.lua(SEND.replace("T.send", "return T.send"), "third") is False
    assert nvim.lua("return { #CONV.turns, CONV.queued.content }") == [1, "second"]
    nvim.wait("return #CONV.turns == 2 and CONV.turns[1].state == 'done' and CONV.queued == nil", seconds=20)
    assert nvim.lua(LAST)["message"]["content"] == "second"


def test_a_message_that_waits_can_be_taken_back(nvim: Neovim) -> None:
    begin(nvim, "slow")
    nvim.lua(SEND, "second")
    assert nvim.lua("return T.unqueue(CONV).content") == "second"
    nvim.lua("T.stop(CONV)")
    nvim.wait(OVER)
    assert nvim.lua("return #CONV.turns") == 1


def test_a_message_that_waits_is_not_sent_after_a_stop(nvim: Neovim) -> None:
    begin(nvim, "slow")
    nvim.lua(SEND, "second")
    nvim.lua("T.stop(CONV)")
    nvim.wait(OVER)
    assert nvim.lua("return { #CONV.turns, CONV.queued.content }") == [1, "second"]


def test_a_new_session_leaves_the_old_one_whose_answer_is_nobodys(nvim: Neovim) -> None:
    begin(nvim, "slow")
    nvim.use_server("scripted/hello")
    old = nvim.lua("return CONV.id")
    nvim.lua('require("chatls").new()')
    assert nvim.lua("return { #CONV.turns, CONV.id == nil }") == [0, True]
    assert nvim.turn("Hi")["text"] == "Hello **world**."
    assert nvim.lua("return CONV.id") != old


def test_a_retry_takes_the_place_of_its_turn(nvim: Neovim) -> None:
    nvim.turn("Hi")
    nvim.lua(CONV + "T.send(CONV, { replaceTurnId = CONV.turns[1].id })")
    nvim.wait("return not T.is_running(CONV) and CONV.turns[1].replaces == nil")
    assert nvim.lua("return { #CONV.turns, CONV.turns[1].message.content, CONV.turns[1].state }") == [1, "Hi", "done"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_is_killed_is_started_by_the_next_message_in_the_same_session(
    nvim: Neovim, how: signal.Signals
) -> None:
    begin(nvim, "slow")
    session = nvim.lua("return CONV.id")
    os.kill(server_of(nvim), how)
    nvim.wait("return CONV.connection == 'dead'")
    turn = nvim.lua(LAST)
    assert (turn["state"], turn["items"][0]["pieces"]) in (("cut", ["So far. "]), ("cancelled", ["So far. "]))
    if turn["state"] == "cut":
        assert turn["error"]["message"] == f"The server ended by signal {how.value}."
        assert "starts it again" in turn["error"]["hint"]
    nvim.use_server("scripted/hello")
    assert nvim.turn("Again")["text"] == "Hello **world**."
    assert nvim.lua("return { CONV.id, CONV.connection, #CONV.turns }") == [session, "ready", 2]
    assert nvim.lua("return S.text(CONV.turns[1])") == "So far. "


def test_the_end_of_a_server_stops_nobody_at_a_prompt(nvim: Neovim) -> None:
    begin(nvim, "slow")
    os.kill(server_of(nvim), signal.SIGKILL)
    nvim.wait("return not T.is_running(CONV) and #vim.lsp.get_clients() == 0")
    assert "quit with" not in nvim.lua('return vim.fn.execute("messages")')


@pytest.mark.parametrize("model", ["hello", "slow", "tools", "broken"])
def test_the_statusline_and_those_who_show_progress_see_no_text(nvim: Neovim, model: str) -> None:
    nvim.lua("""
    SEEN = {}
    vim.api.nvim_create_autocmd("LspProgress", { callback = function(event)
      local value = event.data.params.value
      SEEN[#SEEN + 1] = { value.kind, value.event and value.event.type, vim.lsp.status() }
    end })
    """)
    begin(nvim, model)
    nvim.lua("T.stop(CONV)")
    nvim.wait(OVER)
    seen = nvim.lua("return SEEN")
    assert (seen[0][0], seen[-1][0]) == ("begin", "end")
    assert [kind for kind, *_ in seen].count("end") == 1
    assert not {"token", "thinking", "usage"} & {one[1] for one in seen}
    assert isinstance(nvim.lua("return vim.lsp.status()"), str)


def test_the_plugins_own_status_says_what_is_going_on(nvim: Neovim) -> None:
    assert nvim.lua('return { require("chatls").status(), package.loaded["chatls.client"] == nil }') == ["", True]
    begin(nvim, "slow")
    assert nvim.lua('return require("chatls").status()').startswith("chatls: ")
    nvim.lua("T.stop(CONV)")
    nvim.wait(OVER)
    assert nvim.lua('return require("chatls").status()') == ""


def test_a_status_looks_at_the_disk_once_until_the_buffer_or_the_folder_is_another(nvim: Neovim) -> None:
    nvim.turn("Hi")
    looks = """
        local looks, root = 0, vim.fs.root
        vim.fs.root = function(...)
          looks = looks + 1
          return root(...)
        end
        local function count(act)
          looks = 0
          act()
          for _ = 1, 100 do require("chatls").status() end
          return looks > 0
        end
        local counted = {
          count(function() vim.cmd.edit("README.md") end),
          count(function() end),
          count(function() vim.cmd.file("src/alpha.md") end),
          count(function() vim.cmd.cd("src") end),
          count(function() require("chatls").setup({ root_markers = { ".hg" } }) end),
          count(function() vim.cmd.enew() end),
        }
        vim.fs.root = root
        return counted"""
    assert nvim.lua(looks) == [True, False, True, True, True, True]


def test_nothing_is_left_behind_when_the_server_is_ended(nvim: Neovim) -> None:
    nvim.lua(WATCH_TIMERS)
    nvim.lua("require('vim.lsp.log').info('opened')")  # its file stays open
    before = nvim.lua(LEFT)
    begin(nvim, "slow")
    running = nvim.lua(LEFT)
    assert all(running[name] > before[name] for name in ("autocommands", "clients", "children", "descriptors"))
    nvim.lua('T.stop(CONV) require("chatls").quit()')
    nvim.wait("return not T.is_running(CONV) and #vim.lsp.get_clients() == 0")
    nvim.wait("return #vim.api.nvim_get_proc_children(vim.fn.getpid()) == 0")
    assert nvim.lua(LEFT) == before
    assert nvim.lua("return CONV.connection") == "none"


def test_a_message_sent_while_the_server_is_ended_is_answered_by_the_next_one(nvim: Neovim) -> None:
    nvim.turn("Hi")
    nvim.lua('require("chatls").quit()')
    assert nvim.turn("Again")["text"] == "Hello **world**."


def test_two_workspaces_have_a_server_and_a_conversation_each(nvim: Neovim, tmp_path: Path) -> None:
    (tmp_path / "other" / ".git").mkdir(parents=True)
    nvim.turn("Hi")
    nvim.lua("vim.cmd.cd(...)", str(tmp_path / "other"))
    assert nvim.turn("Hi")["state"] == "done"
    roots = nvim.lua('local roots = require("chatls.client").roots() table.sort(roots) return roots')
    assert roots == [str(tmp_path / "other"), str(nvim.user.workspace)]
    assert nvim.lua('return #require("chatls").current().turns') == 1


def test_without_a_project_there_is_a_chat_without_workspace(nvim: Neovim) -> None:
    nvim.lua("vim.cmd.cd(...)", str(nvim.user.workspace.parent))
    assert nvim.lua('return require("chatls").current().root') == ""
    assert nvim.turn("Hi")["text"] == "Hello **world**."


def test_an_unknown_model_is_one_sentence_with_what_to_do(nvim: Neovim) -> None:
    nvim.use_server("scripted/nosuch")
    outcome = nvim.turn("Hi")
    assert outcome["state"] == "failed"
    assert "nosuch" in outcome["error"]["message"]
    assert "hello" in outcome["error"]["hint"]
