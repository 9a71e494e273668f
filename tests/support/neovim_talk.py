"""A user at the panel of a Neovim in a terminal: types messages into the prompt, and reads the buffers."""

from tests.support.neovim import Neovim
from tests.support.neovim_screen import Screen

READY = "Ask here"
PANEL = "vim.fn.bufnr('chatls://work$')"
PROMPT = "vim.fn.bufnr('chatls://work/prompt$')"
TURN = "local conv = require('chatls').current() local turn = conv.turns[#conv.turns] "


def chat(file: Screen, model: str) -> None:
    """Open the panel; the user is in its prompt then."""
    file.use_server(f"scripted/{model}")
    file.lua("require('chatls').open()")
    file.term.wait(READY)
    file.wait("return vim.fn.mode() == 'i'")


def say(file: Screen, text: str) -> None:
    """Type a message into the prompt, where the user is, and send it."""
    if file.lua("return vim.fn.mode()") != "i":
        file.term.text("i")
    file.term.text(text)
    file.wait("return vim.api.nvim_get_current_line() == ...", text)
    file.term.keys("Escape")
    file.wait("return vim.fn.mode() == 'n'")
    file.term.keys("Enter")
    file.wait("return vim.api.nvim_get_current_line() == ''")


def wait_for(file: Screen, state: str) -> None:
    file.wait(TURN + "return turn ~= nil and turn.state == ...", state)


def lines(file: Neovim, buffer: str = PANEL) -> list[str]:
    found: list[str] = file.lua(f"return vim.api.nvim_buf_get_lines({buffer}, 0, -1, false)")
    return found


def wait_for_line(file: Neovim, line: str, buffer: str = PANEL) -> None:
    """Wait until a buffer has a line that contains this."""
    text = f"table.concat(vim.api.nvim_buf_get_lines({buffer}, 0, -1, false), '\\n')"
    file.wait(f"return {text}:find(..., 1, true) ~= nil", line)
