"""Code blocks of answers (`blocks.lua`, `fences.lua`), and texts in pieces (`chunks.lua`, `colours.lua`)."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import make_user
from tests.support.neovim import Neovim, headless

TEXT = [
    *("Look:", "", "```lua", "local x = 1", "```", "", "or", ""),
    *("  ~~~~ py", "  y", "    z", "  ```", "  ~~~~", "end", "```", "open"),
]

OPEN = """
STATE, VIEW, TOLD = require("chatls.state"), require("chatls.view"), {}
vim.notify = function(text) TOLD[#TOLD + 1] = text end
vim.cmd.edit("src/alpha.py")
CONV = require("chatls").current()
VIEW.open(CONV)
local file = { type = "selection", uri = vim.uri_from_bufnr(0), text = "two = 2\\n",
  range = { start = { line = 1, character = 0 }, ["end"] = { line = 2, character = 0 } } }
local turn = STATE.begin_turn(CONV, { content = "go", attachments = ... and { file } or nil })
turn.id = "t"
local text = "So:\\n\\n```py\\none = 11\\n```\\n\\n```py\\ntwo = 22\\n```\\nEnd."
STATE.apply(CONV, turn, { type = "token", seq = 0, data = text })
turn.state = "done"
STATE.set(CONV, {})
"""
FILE = "return vim.api.nvim_buf_get_lines(vim.fn.bufnr('alpha.py'), 0, -1, false)"


@pytest.fixture
def shown(newest: Path, tmp_path: Path) -> Generator[Neovim]:
    """A file, and a panel whose answer has two code blocks; the file is the current window."""
    with headless(newest, make_user(tmp_path)) as yours:
        yield yours


def show(nvim: Neovim, *, selected: bool = False) -> None:
    nvim.lua(OPEN, selected)
    nvim.wait("return vim.api.nvim_buf_line_count(vim.fn.bufnr('chatls://work$')) > 10")


def go_to(nvim: Neovim, text: str) -> None:
    """Put the cursor of the panel on a line."""
    nvim.lua("vim.api.nvim_set_current_win(vim.fn.bufwinid('chatls://work$')) assert(vim.fn.search(...) > 0)", text)


def test_a_longer_fence_is_not_closed_by_a_shorter_one(shown: Neovim) -> None:
    lines = ["````", "```", "x", "```", "````", "y"]
    assert shown.lua("return require('chatls.blocks').find(...)", lines) == ["```", "x", "```"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (1, None),
        (3, ["local x = 1"]),
        (4, ["local x = 1"]),
        (5, ["local x = 1"]),
        (6, None),
        (11, ["y", "  z", "```"]),
        (16, ["open"]),
        (None, ["open"]),
    ],
)
def test_the_block_at_a_line_is_found(shown: Neovim, line: int | None, code: list[str] | None) -> None:
    assert shown.lua("return require('chatls.blocks').find(...)", TEXT, *([] if line is None else [line])) == code


def test_the_block_under_the_cursor_is_yanked(shown: Neovim) -> None:
    show(shown)
    go_to(shown, "one = 11")
    shown.lua("require('chatls.blocks').yank()")
    assert shown.lua("return vim.fn.getreg('\"')") == "one = 11\n"


def test_from_elsewhere_it_is_the_last_block(shown: Neovim) -> None:
    show(shown)
    shown.lua("require('chatls.blocks').yank()")
    assert shown.lua("return vim.fn.getreg('\"')") == "two = 22\n"


def test_beside_a_block_the_user_is_told(shown: Neovim) -> None:
    show(shown)
    go_to(shown, "End")
    shown.lua("require('chatls.blocks').yank()")
    shown.wait("return vim.iter(TOLD):any(function(text) return text:find('no code block under') end)")


def test_a_block_goes_below_the_cursor_and_one_undo_takes_it_back(shown: Neovim) -> None:
    show(shown)
    shown.lua("require('chatls.blocks').apply()")
    assert shown.lua(FILE) == ["one = 1", "two = 22", "two = 2"]
    shown.lua("vim.cmd('silent undo')")
    assert shown.lua(FILE) == ["one = 1", "two = 2"]


def test_a_block_takes_the_place_of_what_was_selected(shown: Neovim) -> None:
    show(shown, selected=True)
    shown.lua("require('chatls.blocks').apply()")
    assert shown.lua(FILE) == ["one = 1", "two = 22"]


def test_lines_that_were_changed_since_are_not_replaced(shown: Neovim) -> None:
    show(shown, selected=True)
    shown.lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr('alpha.py'), 1, 2, false, { 'two = 3' })")
    shown.lua("require('chatls.blocks').apply()")
    assert "two = 3" in shown.lua(FILE)


CHUNKS = """
local chunks = require("chatls.chunks")
local found = chunks.new()
for _, lines in ipairs(...) do chunks.extend(found, lines) end
return vim.tbl_map(function(chunk) return { chunk.first, chunk.last } end, found.list)
"""


def test_a_text_that_grows_is_cut_where_a_whole_one_is(shown: Neovim) -> None:
    text = ["A", "b", "", "- list", "", "  more of it", "", "C", "```", "", "x", "```", "D", "", "", "E"]
    whole = shown.lua(CHUNKS, [text])
    assert whole == [[0, 3], [3, 7], [7, 8], [8, 12], [12, 15], [15]]
    assert shown.lua(CHUNKS, [[line] for line in text]) == whole


COLOURS = """
local marks = {}
local buf, space = vim.fn.bufnr("chatls://work$"), vim.api.nvim_get_namespaces()["chatls.colours"]
for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buf, space, 0, -1, { details = true })) do
  local line = vim.api.nvim_buf_get_lines(buf, mark[2], mark[2] + 1, false)[1]
  marks[#marks + 1] = { mark[4].hl_group, line:sub(mark[3] + 1, mark[4].end_row == mark[2] and mark[4].end_col or -1) }
end
return marks
"""


def test_an_answer_has_the_colours_of_its_markdown_and_of_its_code(nvim: Neovim) -> None:
    nvim.lua("""
    STATE, CONV = require("chatls.state"), require("chatls").current()
    require("chatls.view").open(CONV)
    local turn = STATE.begin_turn(CONV, { content = "go" })
    turn.id = "t"
    turn.state = "done"
    local text = "So **bold** it is.\\n\\n```lua\\nlocal x = 1\\n```\\n\\nEnd"
    STATE.apply(CONV, turn, { type = "token", seq = 0, data = text })
    """)
    nvim.wait("return vim.api.nvim_buf_line_count(vim.fn.bufnr('chatls://work$')) > 10")
    marks = nvim.lua(COLOURS)
    assert ["@markup.strong.markdown_inline", "**bold**"] in marks
    assert ["@keyword.lua", "local"] in marks
    assert not [text for _, text in marks if "End" in text and "bold" not in text]


LONG = """
STATE, CONV = require("chatls.state"), require("chatls").current()
require("chatls.view").open(CONV)
TURN = STATE.begin_turn(CONV, { content = "go" })
STATE.apply(CONV, TURN, { type = "token", seq = 0, data = "```lua\\n" .. ("local x = 1\\n"):rep(400) })
"""
SPANNING = """
local buf, space = vim.fn.bufnr("chatls://work$"), vim.api.nvim_get_namespaces()["chatls.colours"]
local row = vim.api.nvim_buf_line_count(buf) - 1
return vim.api.nvim_buf_get_extmarks(buf, space, { row, 0 }, { row, -1 }, { overlap = true })
"""


def test_the_colours_of_a_long_code_block_end_with_it(nvim: Neovim) -> None:
    nvim.lua(LONG)
    nvim.wait("return vim.api.nvim_buf_line_count(vim.fn.bufnr('chatls://work$')) > 400")
    assert nvim.lua(COLOURS)
    nvim.lua('STATE.apply(CONV, TURN, { type = "token", seq = 1, data = "```\\n\\nplain" })')
    nvim.wait("return vim.fn.getbufline('chatls://work$', '$')[1] == 'plain'")
    assert nvim.lua(SPANNING) == []
