"""Everything beyond one answer (sessions, models, grants, undo, resend, exact prompt) with a real server."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless

PREPARE = """
SAID, CHOICES, ASKED = {}, {}, {}
vim.notify = function(text) table.insert(SAID, text) end
-- Chooses, of each list in turn, the item whose label has the next of CHOICES in it.
vim.ui.select = function(items, options, on_choice)
  local wanted = table.remove(CHOICES, 1)
  table.insert(ASKED, vim.tbl_map(options.format_item, items))
  for _, item in ipairs(items) do
    if wanted and options.format_item(item):find(wanted, 1, true) then
      on_choice(item)
      return
    end
  end
  on_choice(nil)
end
vim.ui.input = function(options, on_line) on_line(table.remove(CHOICES, 1)) end
CONV = require("chatls").current()
"""


@pytest.fixture
def nvim(newest: Path, user: User) -> Generator[Neovim]:
    with headless(newest, user, "src/alpha.py") as yours:
        yours.use_server("scripted/echo")
        yours.lua(PREPARE)
        yield yours


def say(nvim: Neovim, text: str) -> None:
    """Send a message and wait for its answer."""
    nvim.lua("COUNT = #CONV.turns; vim.cmd.Chat({ bang = true, args = { ... } })", text)
    nvim.wait("return CONV.turns[COUNT + 1] and not require('chatls.turn').is_running(CONV)", seconds=30)
    assert nvim.lua("return CONV.turns[COUNT + 1].state") == "done"


def run(nvim: Neovim, command: str, *choices: str) -> None:
    nvim.lua("SAID, ASKED = {}, {}; local line = ...; CHOICES = { select(2, ...) }; vim.cmd(line)", command, *choices)


def said(nvim: Neovim, text: str) -> None:
    """Wait until this was said to the user."""
    nvim.wait("return table.concat(SAID, '\\n'):find(..., 1, true)", text, seconds=20)


def contents(nvim: Neovim) -> list[str]:
    return nvim.lua("return vim.tbl_map(function(turn) return turn.message.content end, CONV.turns)")


def test_a_session_is_left_found_again_by_its_words_and_gone_on_with(nvim: Neovim) -> None:
    say(nvim, "first")
    say(nvim, "second")
    nvim.lua("FIRST = CONV.id; vim.cmd.ChatNew()")
    assert contents(nvim) == []
    say(nvim, "another")
    run(nvim, "ChatSessions second", "first")
    nvim.wait("return CONV.id == FIRST")
    assert contents(nvim) == ["first", "second"]
    assert nvim.lua("return ASKED[1]") == ["first (2 turns, just now)"]
    assert nvim.lua("return require('chatls.state').text(CONV.turns[2])") == "second"
    say(nvim, "third")
    assert nvim.lua("return CONV.id == FIRST")


def test_no_session_speaks_of_what_nobody_said(nvim: Neovim) -> None:
    say(nvim, "first")
    run(nvim, "ChatSessions zebra")
    said(nvim, "no session speaks of that")


def test_a_session_gets_another_title_typed_or_asked_for(nvim: Neovim) -> None:
    run(nvim, "ChatRename too early")
    said(nvim, "the first message begins it")
    say(nvim, "first")
    run(nvim, "ChatRename On zebras")
    said(nvim, "this session is called: On zebras")
    run(nvim, "ChatRename", "On lions")
    said(nvim, "On lions")
    assert nvim.lua("return CONV.title") == "On lions"


def test_a_copy_of_a_session_goes_on_by_itself(nvim: Neovim) -> None:
    say(nvim, "first")
    nvim.lua("FIRST = CONV.id")
    run(nvim, "ChatFork")
    nvim.wait("return CONV.id ~= FIRST", seconds=20)
    say(nvim, "second")
    assert contents(nvim) == ["first", "second"]
    run(nvim, "ChatSessions", "(1 turn,")
    nvim.wait("return CONV.id == FIRST", seconds=20)
    assert contents(nvim) == ["first"]


@pytest.mark.parametrize(("answer", "left"), [("Delete it", 0), ("No", 1)])
def test_a_session_is_deleted_after_a_yes(nvim: Neovim, answer: str, left: int) -> None:
    say(nvim, "first")
    run(nvim, "ChatDelete", "first", answer)
    nvim.wait("return #ASKED == 2", seconds=20)
    if left == 0:
        said(nvim, "deleted: first")
    assert len(contents(nvim)) == left
    run(nvim, "ChatSessions")
    nvim.wait("return #SAID + #ASKED > 0")
    assert nvim.lua("return #ASKED") == left


def test_a_turn_that_runs_is_not_left_for_another_session(nvim: Neovim) -> None:
    nvim.use_server("scripted/slow")
    nvim.lua("vim.cmd.Chat({ args = { 'wait' }, bang = true })")
    nvim.wait("return CONV.turns[1].id ~= nil", seconds=30)
    for command in ("ChatSessions", "ChatFork", "ChatUndo", "ChatRetry", "ChatResend", "1ChatEdit shorter"):
        run(nvim, command)
        said(nvim, ":ChatStop ends it")
    run(nvim, "ChatStop")
    nvim.wait("return CONV.turns[1].state == 'cancelled'")


@pytest.mark.parametrize("meanwhile", ["vim.cmd.Chat({ args = { 'wait' }, bang = true })", "vim.cmd.ChatNew()"])
def test_a_session_that_comes_late_takes_the_place_of_nothing_that_has_begun(nvim: Neovim, meanwhile: str) -> None:
    say(nvim, "first")
    nvim.lua("FIRST = CONV.id; vim.cmd.ChatNew()")
    nvim.use_server("scripted/slow")
    nvim.lua(f"SAID = {{}}; require('chatls.sessions').load(CONV, FIRST); {meanwhile}")
    said(nvim, ":ChatSessions finds “first”")
    assert nvim.lua("return CONV.id ~= FIRST")
    assert contents(nvim) == (["wait"] if "wait" in meanwhile else [])


def test_older_turns_of_a_session_come_page_by_page(nvim: Neovim) -> None:
    for number in range(5):
        say(nvim, f"message {number}")
    id_ = nvim.lua("""
        -- A page of two turns instead of fifty.
        local client = require("chatls.client")
        local request = client.request
        client.request = function(root, method, params, callback)
          params = method == "chat/getSession" and vim.tbl_extend("force", params, { limit = 2 }) or params
          return request(root, method, params, callback)
        end
        return CONV.id""")
    nvim.lua("vim.cmd.ChatNew(); require('chatls.sessions').load(CONV, ...)", id_)
    nvim.wait("return CONV.older ~= nil")
    assert contents(nvim) == ["message 3", "message 4"]
    assert nvim.lua("return CONV.older.count") == 3
    nvim.lua("local older = require('chatls.sessions').load_older; older(CONV) older(CONV)")
    nvim.wait("return #CONV.turns == 4")
    nvim.lua("require('chatls.sessions').load_older(CONV)")
    nvim.wait("return CONV.older == nil")
    assert contents(nvim) == [f"message {number}" for number in range(5)]
    assert nvim.lua("return require('chatls.state').text(CONV.turns[1])") == "message 0"


def test_a_model_is_chosen_from_the_list_or_by_name(nvim: Neovim) -> None:
    run(nvim, "ChatModel", "scripted/hello")
    said(nvim, "answered by model scripted/hello")
    assert any(label.startswith("* scripted/echo") for label in nvim.lua("return ASKED[1]"))
    say(nvim, "who is there?")
    assert nvim.lua("return require('chatls.state').text(CONV.turns[1])") == "Hello **world**."
    run(nvim, "ChatModel scripted/nobody")
    said(nvim, "there is no model scripted/nobody: :ChatModel lists them")
    assert nvim.lua("return CONV.model") == "scripted/hello"


def test_an_agent_is_chosen_and_answers(nvim: Neovim) -> None:
    run(nvim, "ChatAgent explore")
    said(nvim, "answered by agent explore")
    say(nvim, "hello")
    assert nvim.lua("return CONV.turns[1].agent") == "explore"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ChatModel scripted/he", ["scripted/hello"]),
        ("ChatAgent ex", ["explore"]),
        ("ChatUndo b", ["both"]),
        ("Chat look at @src/al", ["@src/alpha.py"]),
        ("Chat ä🦙 @READ", ["@README.md"]),
        ("ChatRename x", []),
    ],
)
def test_the_command_line_completes(nvim: Neovim, line: str, expected: list[str]) -> None:
    nvim.lua("require('chatls.client').request(CONV.root, 'chat/listTools', nil, function() READY = true end)")
    nvim.wait("return READY", seconds=30)
    found = nvim.lua("return vim.fn.getcompletion(..., 'cmdline')", line)
    assert [word.rstrip() for word in found] == expected


def test_what_would_be_sent_is_shown_and_not_sent(nvim: Neovim) -> None:
    say(nvim, "first")
    run(nvim, "ChatPrompt! and then?")
    nvim.wait("return vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == '# What would be sent'")
    lines: list[str] = nvim.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
    heads = [line for line in lines if line.startswith("## ")]
    assert heads == ["## system", "## user", "## assistant", "## user"]
    assert lines[-1] == "and then?"
    assert len(contents(nvim)) == 1


def test_a_message_is_sent_again_in_its_place(nvim: Neovim) -> None:
    say(nvim, "first")
    say(nvim, "second")
    run(nvim, "ChatRetry")
    nvim.wait("return #CONV.turns == 2 and CONV.turns[2].state == 'done' and not CONV.turns[2].replaces", seconds=20)
    assert contents(nvim) == ["first", "second"]


def test_a_message_is_edited_and_sent_again_in_its_place(nvim: Neovim) -> None:
    say(nvim, "first")
    run(nvim, "ChatResend")
    said(nvim, "takes the place of that turn")
    assert nvim.lua("return vim.api.nvim_get_current_line()") == "first"
    nvim.lua("""
        vim.api.nvim_buf_set_lines(0, 0, -1, false, { "better" })
        vim.cmd.stopinsert()
        vim.api.nvim_feedkeys(vim.keycode("<Esc><CR>"), "x", false)""")
    nvim.wait("return #CONV.turns == 1 and CONV.turns[1].message.content == 'better'", seconds=20)
    nvim.wait("return CONV.turns[1].state == 'done' and not require('chatls.turn').is_running(CONV)", seconds=20)
    say(nvim, "second")
    assert contents(nvim) == ["better", "second"]


def test_the_selected_lines_go_to_the_agent_that_edits(nvim: Neovim) -> None:
    nvim.lua("vim.cmd('2ChatEdit say it in words')")
    nvim.wait("return CONV.turns[1] and CONV.turns[1].state == 'done'", seconds=30)
    turn: dict[str, Any] = nvim.lua("return CONV.turns[1]")
    assert turn["agent"] == "edit"
    assert turn["message"]["content"] == "Edit src/alpha.py, line 2, and nothing else: say it in words"
    [attachment] = turn["message"]["attachments"]
    assert (attachment["type"], attachment["text"]) == ("selection", "two = 2\n")
    assert attachment["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}}


def test_there_are_no_grants_at_first(nvim: Neovim) -> None:
    run(nvim, "ChatGrants")
    said(nvim, "nothing is allowed or rejected for later")


def test_a_grant_is_listed_and_taken_back(nvim: Neovim) -> None:
    nvim.use_server("scripted/builder")
    nvim.lua("vim.cmd.Chat({ args = { 'build' }, bang = true })")
    nvim.wait("return require('chatls.approvals').count() == 1", seconds=30)
    nvim.lua("vim.cmd.ChatApprove(); vim.api.nvim_feedkeys('2', 'x', false)")
    nvim.wait("return #CONV.turns[1].items == 3 and require('chatls.approvals').count() == 1", seconds=30)
    nvim.lua("vim.cmd.ChatApprove(); vim.api.nvim_feedkeys('n', 'x', false)")
    nvim.wait("return CONV.turns[1].state == 'done' and not require('chatls.turn').is_running(CONV)")
    run(nvim, "ChatGrants", "session")
    said(nvim, "taken back: Allow edits of ordinary files in this session")


@pytest.mark.parametrize(
    ("timestamp", "age"),
    [
        ("2026-11-23T08:00:00.000Z", "just now"),
        ("2026-11-23T07:58:59.000Z", "1 minute ago"),
        ("2026-11-23T05:00:00.000Z", "3 hours ago"),
        ("2026-11-20T08:00:00.000Z", "3 days ago"),
        ("yesterday", "no date"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles"])
def test_how_long_ago_does_not_depend_on_the_time_zone(nvim: Neovim, zone: str, timestamp: str, age: str) -> None:
    code = "vim.uv.os_setenv('TZ', ...); return require('chatls.sessions').age(select(2, ...))"
    assert nvim.lua(code, zone, timestamp, 1795420800) == age
