"""Which buffers the server sees (`sync.lua`): files of the workspace with their unsaved text, and nothing else."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless

ATTACHED = """
local names = {}
for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
  if #vim.lsp.get_clients({ bufnr = buffer, name = "chatls" }) > 0 then
    names[#names + 1] = vim.fs.basename(vim.api.nvim_buf_get_name(buffer))
  end
end
table.sort(names)
return names
"""
READ = """
[[answer]]
steps = [{ tool = "read_file", args = { path = "README.md" } }]
[[answer]]
steps = [{ echo = true }]
"""


@pytest.fixture
def opened(program: Path, user: User) -> Generator[Neovim]:
    """A Neovim with README.md open and its server running."""
    with headless(program, user, "README.md") as yours:
        yours.use_server()
        yours.turn("Hi")
        yield yours


def test_files_that_are_open_and_files_opened_later_are_seen(opened: Neovim) -> None:
    assert opened.lua(ATTACHED) == ["README.md"]
    opened.lua('vim.cmd("edit src/alpha.py | edit src/new.py")')
    assert opened.lua(ATTACHED) == ["README.md", "alpha.py", "new.py"]


def test_what_is_no_file_of_the_workspace_is_not_seen(opened: Neovim, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("x = 1\n")
    (opened.user.workspace / "huge.txt").write_text("x" * 2_000_000)
    (opened.user.workspace / "image.bin").write_bytes(b"\0\1\2")
    opened.lua("""
    vim.cmd("edit ../outside.py | edit huge.txt | edit ++bin image.bin | enew")
    vim.api.nvim_create_buf(true, true)
    vim.cmd("help")
    """)
    assert opened.lua(ATTACHED) == ["README.md"]


def test_a_buffer_is_seen_when_it_gets_a_name_in_the_workspace(opened: Neovim) -> None:
    opened.lua('vim.cmd("enew") vim.api.nvim_buf_set_lines(0, 0, -1, false, { "x" }) vim.cmd("write later.txt")')
    assert opened.lua(ATTACHED) == ["README.md", "later.txt"]


@pytest.mark.parametrize("then", ["opened.turn", "enter"])
def test_a_buffer_opened_without_autocommands_is_seen_when_it_matters(opened: Neovim, then: str) -> None:
    opened.lua('vim.cmd("noautocmd edit src/alpha.py")')
    assert opened.lua(ATTACHED) == ["README.md"]
    if then == "enter":
        opened.lua('vim.cmd("split README.md | wincmd p")')
    else:
        opened.turn("And now?")
    assert opened.lua(ATTACHED) == ["README.md", "alpha.py"]


def test_unsaved_text_is_what_tools_read(opened: Neovim) -> None:
    (opened.user.workspace.parent / "scripts" / "read.toml").write_text(READ)
    opened.use_server("scripted/read")
    opened.lua('require("chatls").new()')
    opened.lua('vim.api.nvim_buf_set_lines(vim.fn.bufnr("README.md"), 0, -1, false, { "Unsaved 🦊" })')
    assert "Unsaved 🦊" in opened.turn("Read it")["text"]


def test_with_the_option_off_nothing_is_seen_and_no_autocommand_is_made(program: Path, user: User) -> None:
    with headless(program, user, "README.md") as nvim:
        nvim.use_server(sync=False)
        assert nvim.turn("Hi")["state"] == "done"
        found: list[Any] = nvim.lua(ATTACHED)
        assert found == []
        assert (
            nvim.lua(
                'return #vim.tbl_filter(function(a) return (a.group_name or ""):match("^chatls%.sync") end, '
                "vim.api.nvim_get_autocmds({}))"
            )
            == 0
        )
