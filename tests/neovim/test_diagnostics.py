"""`chat/getDiagnostics` in Neovim (`diagnostics.lua`), and a model that is told what Neovim knows of a file."""

import pytest

from tests.support.neovim import Neovim

LOOK = """
[[answer]]
steps = [{ tool = "get_diagnostics", args = { path = "src/alpha.py" } }]
[[answer]]
steps = [{ text = "Mend line 2." }]
"""
FIND = """
vim.cmd.edit("src/alpha.py")
vim.api.nvim_buf_set_lines(0, 1, 2, false, { "🦙 = two" })
vim.diagnostic.set(vim.api.nvim_create_namespace("linter"), 0, {
  { lnum = 1, col = 7, end_lnum = 1, end_col = 10, severity = vim.diagnostic.severity.ERROR,
    message = "undefined name two", source = "ruff" },
})
"""


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", 7), ("utf-16", 5)])
def test_positions_are_counted_as_the_server_counts_them(nvim: Neovim, encoding: str, start: int) -> None:
    nvim.lua(FIND)
    [item] = nvim.lua("return require('chatls.diagnostics').collect({ vim.fn.bufnr() }, ...)", encoding)
    assert item == {
        "uri": (nvim.user.workspace / "src" / "alpha.py").as_uri(),
        "diagnostics": [
            {
                "range": {"start": {"line": 1, "character": start}, "end": {"line": 1, "character": start + 3}},
                "message": "undefined name two",
                "severity": 1,
                "source": "ruff",
            }
        ],
    }


def test_a_model_reads_what_neovim_knows_of_a_file(nvim: Neovim) -> None:
    (nvim.user.workspace.parent / "scripts" / "look.toml").write_text(LOOK)
    nvim.use_server("scripted/look")
    nvim.lua(FIND)
    nvim.lua("CONV = require('chatls').current(); require('chatls.turn').send(CONV, { content = 'fix it' })")
    nvim.wait("return CONV.turns[1].state == 'done'", seconds=30)
    text = nvim.lua("return CONV.turns[1].items[1].tool.result.text")
    assert text == "src/alpha.py:2:6 error undefined name two [ruff]"


def test_files_outside_of_the_workspace_are_not_told(nvim: Neovim) -> None:
    outside = nvim.user.workspace.parent / "outside.py"
    outside.write_text("x\n")
    nvim.lua(FIND)
    nvim.lua(
        """
        vim.cmd.edit(...)
        local found = { { lnum = 0, col = 0, message = "private" } }
        vim.diagnostic.set(vim.api.nvim_create_namespace("linter"), 0, found)
        vim.cmd.buffer("src/alpha.py")
        CONV = require("chatls").current()
        require("chatls.client").request(CONV.root, "chat/listTools", nil, function() READY = true end)""",
        str(outside),
    )
    nvim.wait("return READY and require('chatls.client').lsp(CONV.root) ~= nil", seconds=30)
    answer = nvim.lua("""
        local answer
        local context = { client_id = require("chatls.client").lsp(CONV.root).id }
        require("chatls.diagnostics").on_get({}, context, function(result) answer = result end)
        return answer""")
    assert [item["uri"].rpartition("/")[2] for item in answer["items"]] == ["alpha.py"]
