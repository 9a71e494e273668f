"""A Neovim in a real terminal, typed at and read as its user would, and asked by Lua what the screen does not tell."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support.chat_terminal import User
from tests.support.neovim import Channel, Neovim, channel_for, command, variables
from tests.support.term import EXITED, Term


class Screen(Neovim):
    """A Neovim and the terminal it is in."""

    def __init__(self, term: Term, channel: Channel, user: User) -> None:
        super().__init__(channel, user)
        self.term = term

    def ex(self, line: str) -> None:
        """Type a command line, from whatever mode, and enter it."""
        self.term.keys("Escape")
        self.term.text(f":{line}")
        self.term.keys("Enter")

    def quit(self) -> None:
        """Leave Neovim as its user does, whatever is unsaved, and wait for its end."""
        self.ex("qall!")
        self.term.wait(EXITED.format(0))


@contextmanager
def screen(program: Path, user: User, *files: str, width: int = 120, height: int = 36) -> Generator[Screen]:
    """A Neovim in a terminal, in the user's workspace, when it has drawn itself; it ends with the block."""
    with (
        channel_for() as channel,
        Term(command(program, *files), user.workspace, variables(user, channel), width=width, height=height) as term,
    ):
        channel.accept()
        yours = Screen(term, channel, user)
        yours.wait("return vim.v.vim_did_enter == 1 and #vim.api.nvim_list_uis() == 1")
        yield yours
