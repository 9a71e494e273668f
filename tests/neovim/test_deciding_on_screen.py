"""A model that changes files and runs commands, and a person at a real Neovim who decides, with the real server."""

import re
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import SQUARE, User
from tests.support.neovim_screen import Screen, screen

PARTS = """
[[answer]]
steps = [{ tool = "edit_file", args = { path = "square.py", edits = [
  { old_text = "n + n", new_text = "n * n" },
  { old_text = "print(square(3))", new_text = "print(square(4))" },
] } }]
[[answer]]
steps = [{ tool = "run_command", args = { command = "sh check.sh" } }]
[[answer]]
steps = [{ text = "That was it." }]
"""
# Longer than the pause in which a question would take the focus (`pause.lua`).
PAUSED = """
PAUSE_BEGAN = PAUSE_BEGAN or vim.uv.now()
return vim.uv.now() - PAUSE_BEGAN > 1000
"""
GO = """
local approvals = require("chatls.approvals")
if approvals.count() > 0 then
  approvals.focus()
  return true
end
"""
FLOAT = "return vim.api.nvim_win_get_config(0).relative ~= ''"


@pytest.fixture
def editing(program: Path, user: User) -> Generator[Screen]:
    """A Neovim with a file open that the model will edit."""
    (user.workspace / "square.py").write_text(SQUARE)
    (user.workspace.parent / "scripts" / "parts.toml").write_text(PARTS)
    with screen(program, user, "square.py", height=50) as yours:
        yours.use_server("scripted/parts")
        yield yours


def focused(nvim: Screen, title: str) -> str:
    """Wait until a question has the focus, which it takes in a pause of the user's; the screen then."""
    nvim.term.wait(title, 30)
    nvim.wait(FLOAT)
    return nvim.term.screen()


def asked(nvim: Screen, title: str) -> str:
    """Wait until a question is there, and go to it at once; the screen then."""
    nvim.wait(GO)
    return nvim.term.wait(f"╭ {title}")


def text_of(nvim: Screen, name: str) -> str:
    code = "return table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr(...), 0, -1, false), '\\n') .. '\\n'"
    return nvim.lua(code, name)


def test_an_edit_is_shown_lands_is_seen_by_a_command_and_undone_with_u(editing: Screen) -> None:
    file = editing.user.workspace / "square.py"
    editing.ex("Chat square them")
    asked = focused(editing, "Edit square.py")
    assert "y  Allow once" in asked
    assert "n  Reject" in asked
    assert "-    return n + n" in asked
    assert "+    return n * n" in asked
    assert editing.lua("return vim.bo.filetype") == "diff"
    assert file.read_text() == SQUARE
    editing.term.keys("y")
    asked = focused(editing, "Run sh check.sh")
    assert "sh check.sh" in asked
    changed = SQUARE.replace("n + n", "n * n").replace("square(3)", "square(4)")
    assert text_of(editing, "square.py") == changed
    assert file.read_text() == SQUARE
    editing.term.keys("y")
    editing.term.wait("That was it.")
    result = editing.lua("""
        for _, item in ipairs(require("chatls").current().turns[1].items) do
          if item.tool and item.tool.tool == "run_command" then return item.tool.result.text end
        end""")
    assert "n * n" in result  # it was saved for the command
    assert file.read_text() == changed
    editing.lua("vim.api.nvim_set_current_win(vim.fn.bufwinid('square.py'))")
    editing.term.keys("u")
    editing.wait("return vim.fn.getline(2) == '    return n + n'")
    assert text_of(editing, "square.py") == SQUARE


def test_selected_lines_are_edited_after_their_diff_was_shown(editing: Screen) -> None:
    editing.term.text("Vj")
    editing.term.text(":ChatEdit square them")
    assert ":'<,'>ChatEdit square them" in editing.term.screen()
    editing.term.keys("Enter")
    assert "+    return n * n" in asked(editing, "Edit square.py")
    assert text_of(editing, "square.py") == SQUARE
    editing.term.keys("y")
    editing.wait("return vim.fn.getbufline('square.py', 2)[1] == '    return n * n'")
    message = editing.lua("return require('chatls').current().turns[1].message")
    assert message["content"] == "Edit square.py, lines 1 to 2, and nothing else: square them"
    assert message["attachments"][0]["text"] == "def square(n):\n    return n + n\n"


def test_a_part_of_a_change_can_be_left_out(editing: Screen) -> None:
    editing.ex("Chat square them")
    asked(editing, "Edit square.py")
    editing.term.keys("]", "c", "]", "c")
    editing.term.keys("Space")
    editing.term.wait("Allow once: 1 of 2 parts")
    assert "[ ] part 2 of 2" in editing.term.screen()
    editing.term.keys("y")
    asked(editing, "Run sh check.sh")
    assert text_of(editing, "square.py") == SQUARE.replace("n + n", "n * n")


def test_what_is_rejected_does_not_happen(editing: Screen) -> None:
    editing.ex("Chat square them")
    asked(editing, "Edit square.py")
    editing.term.keys("n")
    asked(editing, "Run sh check.sh")
    editing.term.keys("n")
    editing.term.wait("That was it.")
    assert text_of(editing, "square.py") == SQUARE
    assert not editing.lua("return vim.bo[vim.fn.bufnr('square.py')].modified")


def test_a_question_waits_and_never_takes_keys_that_are_typed_elsewhere(editing: Screen) -> None:
    editing.ex("Chat square them")
    editing.lua("vim.api.nvim_set_current_win(vim.fn.bufwinid('square.py'))")
    editing.term.text("Oyn")
    editing.term.wait("Edit square.py", 30)
    for _ in range(4):
        editing.term.text("yn")
    editing.wait("return vim.fn.getline(1) == 'ynynynynyn'")
    assert not editing.lua(FLOAT)
    editing.term.keys("Escape")
    focused(editing, "Edit square.py")
    editing.term.keys("q")
    editing.term.wait(":ChatApprove shows it again")
    editing.term.wait(lambda shown: "Allow once" not in shown)
    editing.ex("ChatApprove")
    focused(editing, "Allow once")
    editing.ex("ChatStop")
    editing.term.wait(lambda shown: "Allow once" not in shown)
    assert not editing.lua(FLOAT)


def test_a_question_follows_to_another_tab_page_and_takes_no_focus_there(editing: Screen) -> None:
    editing.ex("Chat square them")
    focused(editing, "Edit square.py")
    editing.term.text(":tabnew")
    editing.term.keys("Enter")
    editing.term.wait(lambda shown: ":ChatApprove goes here" in shown and "+    return n * n" in shown)
    editing.wait(PAUSED)
    assert not editing.lua(FLOAT)
    assert editing.lua("return vim.api.nvim_get_current_tabpage() == vim.api.nvim_list_tabpages()[2]")
    editing.ex("ChatApprove")
    focused(editing, "q later")
    editing.term.keys("n")
    editing.term.wait("Run sh check.sh")


def test_a_question_that_would_take_the_focus_lets_go_of_it_when_the_user_leaves(editing: Screen) -> None:
    editing.ex("Chat square them")
    editing.lua("vim.api.nvim_set_current_win(vim.fn.bufwinid('square.py'))")
    editing.term.text("O")
    editing.term.wait("Allow once", 30)
    editing.ex("tabnew")
    editing.term.wait(":ChatApprove goes here")
    editing.wait(PAUSED)
    assert not editing.lua(FLOAT)


def test_a_question_that_comes_in_another_tab_page_is_shown_there_and_takes_no_focus(editing: Screen) -> None:
    editing.lua("vim.cmd('Chat square them') vim.cmd.tabnew()")
    editing.term.wait(":ChatApprove goes here", 30)
    editing.wait(PAUSED)
    assert not editing.lua(FLOAT)


def test_stop_typed_in_a_question_stops_the_turn_that_asks_wherever_neovim_is(editing: Screen) -> None:
    editing.lua("vim.cmd.cd('/')")
    editing.ex("Chat square them")
    asked(editing, "Edit square.py")
    editing.term.text(":ChatStop")
    editing.term.keys("Enter")
    editing.term.wait("■ stopped")


def test_a_file_that_is_not_open_is_created_and_a_command_sees_it(tui: Screen) -> None:
    tui.use_server("scripted/builder")
    tui.ex("Chat build it")
    for question in ("Create square.py", "Edit square.py", "Run sh check.sh"):
        asked(tui, question)
        tui.term.keys("y")
        tui.term.wait(lambda shown, question=question: not re.search(rf"╭.*{question}", shown))
    tui.term.wait("That was it.")
    assert "return n * n" in (tui.user.workspace / "square.py").read_text()
    assert tui.lua("return require('chatls.approvals').count()") == 0
