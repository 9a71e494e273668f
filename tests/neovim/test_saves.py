"""`chat/saveDocuments` in Neovim (`saves.lua`): written as by the user, and nothing of anybody's is overwritten."""

import pytest

from tests.support.neovim import Neovim

SAVE = """
local answer
require("chatls.saves").on_save({ uris = { ... } }, {}, function(result) answer = result end)
return answer
"""


def uri(nvim: Neovim, name: str) -> str:
    return (nvim.user.workspace / name).as_uri()


@pytest.fixture
def changed(nvim: Neovim) -> Neovim:
    """A Neovim with an open file that has a line more than on the disk."""
    nvim.lua("""
        vim.cmd.edit("README.md")
        vim.api.nvim_buf_set_lines(0, -1, -1, false, { "more" })
        SAID = {}
        vim.notify = function(text) table.insert(SAID, text) end""")
    return nvim


def test_a_changed_buffer_is_written_with_the_users_autocommands(changed: Neovim) -> None:
    changed.lua("""
        vim.api.nvim_create_autocmd("BufWritePre", { command = "%s/more/MORE/" })""")
    readme = uri(changed, "README.md")
    assert changed.lua(SAVE, readme) == {"saved": [readme], "failed": []}
    assert (changed.user.workspace / "README.md").read_text() == "# Read me\nMORE\n"


def test_what_is_not_open_fails_and_what_is_not_changed_is_saved(changed: Neovim) -> None:
    changed.lua("vim.cmd.write()")
    readme, other = uri(changed, "README.md"), uri(changed, "src/alpha.py")
    assert changed.lua(SAVE, readme, other) == {"saved": [readme], "failed": [other]}


def test_what_the_user_may_not_write_is_not_written(changed: Neovim) -> None:
    changed.lua("vim.bo.readonly = true")
    readme = uri(changed, "README.md")
    assert changed.lua(SAVE, readme) == {"saved": [], "failed": [readme]}
    assert "README.md was not saved: it is read-only" in changed.wait("return SAID[1]")


def test_what_others_wrote_is_not_overwritten_and_nothing_is_asked(changed: Neovim) -> None:
    file = changed.user.workspace / "README.md"
    file.write_text("theirs, longer than before\n")
    for _ in range(2):  # Neovim itself tells a change on the disk only once
        assert changed.lua(SAVE, file.as_uri()) == {"saved": [], "failed": [file.as_uri()]}
    assert file.read_text() == "theirs, longer than before\n"
    assert "changed on the disk too" in changed.wait("return SAID[1]")
    changed.lua("vim.cmd('edit!'); vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'ours' })")
    assert changed.lua(SAVE, file.as_uri()) == {"saved": [file.as_uri()], "failed": []}


def test_an_autocommand_that_forbids_writing_makes_it_fail(changed: Neovim) -> None:
    changed.lua("vim.api.nvim_create_autocmd('BufWritePre', { callback = function() error('no tabs') end })")
    readme = uri(changed, "README.md")
    assert changed.lua(SAVE, readme) == {"saved": [], "failed": [readme]}
    assert "no tabs" in changed.wait("return SAID[1]")
