"""`:ChatUndo` with a real server: files that are open and not, the conversation, and what the user changed since."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.neovim.test_sessions import PREPARE, run, said
from tests.support.chat_terminal import SQUARE, User
from tests.support.neovim import Neovim, headless

CHANGE = """
[[answer]]
steps = [{ tool = "edit_file", args = { path = "square.py", edits = [{ old_text = "n + n", new_text = "n * n" }] } }]
[[answer]]
steps = [{ text = "Done." }]
"""
UNDONE = "1 file is as it was before: square.py"
CHANGED = SQUARE.replace("n + n", "n * n")


@pytest.fixture
def nvim(newest: Path, user: User) -> Generator[Neovim]:
    """A Neovim in which a file that is not open can be changed by the model."""
    (user.workspace.parent / "scripts" / "change.toml").write_text(CHANGE)
    (user.workspace / "square.py").write_text(SQUARE)
    with headless(newest, user, "README.md") as yours:
        yours.use_server("scripted/change")
        yours.lua(PREPARE)
        yield yours


def have_it_changed(nvim: Neovim) -> Path:
    """Let the model change the file; its path."""
    nvim.lua("vim.cmd.Chat({ args = { 'square it' }, bang = true })")
    nvim.wait("return require('chatls.approvals').count() == 1", seconds=30)
    nvim.lua("vim.cmd.ChatApprove(); vim.api.nvim_feedkeys('y', 'x', false)")
    nvim.wait("return CONV.turns[1].state == 'done' and not require('chatls.turn').is_running(CONV)", seconds=30)
    return nvim.user.workspace / "square.py"


def test_what_a_turn_wrote_on_the_disk_is_put_back(nvim: Neovim) -> None:
    file = have_it_changed(nvim)
    assert file.read_text() == CHANGED
    run(nvim, "ChatUndo files")
    said(nvim, UNDONE)
    assert file.read_text() == SQUARE
    assert nvim.lua("return #CONV.turns") == 1


def test_what_a_turn_changed_in_a_buffer_is_put_back_in_the_buffer(nvim: Neovim) -> None:
    nvim.lua("vim.cmd.edit('square.py')")
    file = have_it_changed(nvim)
    nvim.wait("return vim.fn.bufnr('square.py') > 0 and not vim.bo[vim.fn.bufnr('square.py')].modified")
    assert file.read_text() == CHANGED
    run(nvim, "ChatUndo", "changes of files")
    said(nvim, UNDONE)
    lines = nvim.lua("return vim.api.nvim_buf_get_lines(vim.fn.bufnr('square.py'), 0, -1, false)")
    assert "\n".join(lines) + "\n" == SQUARE


def test_a_turn_leaves_the_conversation(nvim: Neovim) -> None:
    file = have_it_changed(nvim)
    run(nvim, "ChatUndo both")
    nvim.wait("return #CONV.turns == 0", seconds=20)
    assert file.read_text() == SQUARE


def test_files_that_the_user_changed_since_are_named_as_the_server_does(nvim: Neovim) -> None:
    file = have_it_changed(nvim)
    file.write_text("mine now\n")
    run(nvim, "ChatUndo files")
    said(nvim, "Nothing was undone: square.py changed after this turn.")
    assert file.read_text() == "mine now\n"


def test_a_message_sent_before_the_answer_to_an_undo_stays(nvim: Neovim) -> None:
    have_it_changed(nvim)
    nvim.lua("""
        -- The user's message is on its way before the turn has left the conversation here.
        local state, turns = require("chatls.state"), require("chatls.turn")
        local drop = state.drop
        state.drop = function(...)
          turns.send(CONV, { content = "and now?" })
          drop(...)
        end""")
    run(nvim, "ChatUndo conversation")
    nvim.wait("return #CONV.turns == 1 and CONV.turns[1].message.content == 'and now?'", seconds=20)
    nvim.wait("return CONV.turns[1].id")


@pytest.mark.parametrize(
    ("command", "text"), [("ChatUndo", "nothing to undo yet"), ("ChatFork", "the first message begins it")]
)
def test_before_the_first_message_there_is_nothing_to_do_it_to(nvim: Neovim, command: str, text: str) -> None:
    run(nvim, command)
    said(nvim, text)


def test_what_cannot_be_undone_is_said(nvim: Neovim) -> None:
    have_it_changed(nvim)
    run(nvim, "ChatUndo everything")
    said(nvim, "everything cannot be undone: say files, conversation or both")
