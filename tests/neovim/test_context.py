"""What goes along with a message unasked (`context.lua`), and what is said of it (`winbar.lua`)."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_terminal import make_user
from tests.support.neovim import Neovim, headless

PRELUDE = """
CONTEXT, STATE, CONFIG = require("chatls.context"), require("chatls.state"), require("chatls.config")
function NEW(lines, name)
  vim.cmd("silent! %bwipeout!")
  CONFIG.set()
  CONV = STATE.new(vim.fs.normalize(vim.fn.getcwd()))
end
function VISIT(name)
  vim.cmd.edit(name)
  CONTEXT.visit(CONV, vim.api.nvim_get_current_buf())
end
function SEND()
  local turn = STATE.begin_turn(CONV, { content = "x", attachments = CONTEXT.attachments(CONV) })
  turn.id = "t"
  return #turn.message.attachments
end
"""


@pytest.fixture(scope="module")
def shared(newest: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Neovim]:
    with headless(newest, make_user(tmp_path_factory.mktemp("home"))) as yours:
        yours.lua(PRELUDE)
        yield yours


@pytest.fixture
def nvim(shared: Neovim) -> Neovim:
    shared.lua("NEW()")
    return shared


def attachments(nvim: Neovim, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = nvim.lua(code + " return CONTEXT.attachments(CONV)")
    return found


def test_the_active_file_goes_by_its_name(nvim: Neovim) -> None:
    (file,) = attachments(nvim, 'VISIT("src/alpha.py")')
    assert (file["type"], file["uri"]) == ("file", (nvim.user.workspace / "src" / "alpha.py").as_uri())


def test_without_a_file_nothing_goes(nvim: Neovim) -> None:
    assert not attachments(nvim, "")
    assert not attachments(nvim, "vim.cmd.enew() CONTEXT.visit(CONV, vim.api.nvim_get_current_buf())")


def test_a_buffer_without_a_file_goes_as_text(nvim: Neovim) -> None:
    unnamed = 'vim.cmd.enew() vim.api.nvim_buf_set_lines(0, 0, -1, false, { "so" }) CONTEXT.visit(CONV, vim.fn.bufnr())'
    assert attachments(nvim, unnamed) == [{"type": "text", "name": "unnamed buffer", "text": "so", "implicit": True}]


def test_without_a_workspace_a_file_goes_as_text(nvim: Neovim) -> None:
    (text,) = attachments(nvim, 'CONV.root = "" VISIT("src/alpha.py")')
    assert text == {"type": "text", "name": "alpha.py", "text": "one = 1\ntwo = 2", "implicit": True}


def test_a_file_outside_of_the_workspace_stays_there(nvim: Neovim) -> None:
    outside = nvim.user.workspace.parent / "outside.txt"
    outside.write_text("beyond\n")
    assert not attachments(nvim, f"VISIT({str(outside)!r})")


def test_special_buffers_are_no_place_to_work_in(nvim: Neovim) -> None:
    assert len(attachments(nvim, 'VISIT("src/alpha.py") vim.cmd("help") CONTEXT.visit(CONV, vim.fn.bufnr())')) == 1


def test_a_file_goes_again_only_when_it_has_changed(nvim: Neovim) -> None:
    assert nvim.lua('VISIT("src/alpha.py") return { SEND(), SEND() }') == [1, 0]
    assert nvim.lua("return { CONTEXT.names(CONV) }") == [[], "src/alpha.py"]
    nvim.lua('vim.api.nvim_buf_set_lines(0, 0, 0, false, { "zero = 0" })')
    assert nvim.lua("return SEND()") == 1


def test_a_message_that_never_arrived_brought_nothing(nvim: Neovim) -> None:
    sent = 'VISIT("src/alpha.py") SEND() local turn = CONV.turns[1] turn.id, turn.state = nil, "failed" return SEND()'
    assert nvim.lua(sent) == 1


def test_a_selection_goes_along_once(nvim: Neovim) -> None:
    file, lines = attachments(nvim, 'VISIT("src/alpha.py") CONTEXT.select(CONV, vim.fn.bufnr(), 2, 2)')
    assert file["type"] == "file"
    assert (lines["type"], lines["text"]) == ("selection", "two = 2\n")
    assert lines["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}}
    assert nvim.lua("return { CONTEXT.names(CONV) }") == [["src/alpha.py", "src/alpha.py:2"]]
    assert nvim.lua("return { SEND(), SEND() }") == [2, 0]


def test_the_selection_is_left_out_first_then_the_file(nvim: Neovim) -> None:
    nvim.lua('VISIT("src/alpha.py") CONTEXT.select(CONV, vim.fn.bufnr(), 1, 2)')
    assert len(attachments(nvim, "CONTEXT.drop(CONV)")) == 1
    assert not attachments(nvim, "CONTEXT.drop(CONV)")
    assert len(attachments(nvim, 'VISIT("README.md")')) == 1
    assert len(attachments(nvim, 'VISIT("src/alpha.py")')) == 1


def test_lines_of_what_is_no_file_go_as_text(nvim: Neovim) -> None:
    lines = "vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'a', 'b' })"
    select = "CONTEXT.select(CONV, vim.fn.bufnr(), 2, 2)"
    (_, text) = attachments(nvim, f"vim.cmd.enew() {lines} {select}")
    assert text == {"type": "text", "name": "unnamed buffer:2", "text": "b\n"}
    assert nvim.lua("return { SEND(), SEND() }") == [2, 0]
    named = f"vim.cmd.enew() vim.bo.buftype = 'nofile' vim.api.nvim_buf_set_name(0, 'x://y/z') {lines} {select}"
    assert attachments(nvim, named)[-1] == {"type": "text", "name": "z:2", "text": "b\n"}


def test_the_place_that_the_user_is_in_counts_while_no_panel_is_open(nvim: Neovim) -> None:
    (file,) = nvim.lua('VISIT("src/alpha.py") vim.cmd.edit("README.md") return CONTEXT.here(CONV)')
    assert file["uri"].endswith("/README.md")


def test_of_a_huge_buffer_only_what_may_go_is_read(nvim: Neovim) -> None:
    nvim.lua("vim.cmd.enew() CONTEXT.visit(CONV, vim.fn.bufnr()) READ = vim.api.nvim_buf_get_lines")
    (text,) = attachments(
        nvim,
        """
        vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(("aé\\n"):rep(200000), "\\n"))
        COUNT = 0
        vim.api.nvim_buf_get_lines = function(...)
          local lines = READ(...)
          COUNT = COUNT + #lines
          return lines
        end
        """,
    )
    nvim.lua("CONTEXT.names(CONV) vim.api.nvim_buf_get_lines = READ")
    assert text["text"].startswith("aé\naé\n")
    assert 2**17 - 2 <= len(text["text"].encode()) <= 2**17
    assert nvim.lua("return COUNT") < 100_000


def test_it_can_be_switched_off(nvim: Neovim) -> None:
    assert not attachments(nvim, 'CONFIG.set({ context = false }) VISIT("src/alpha.py")')


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('prompt(CONV, { "100%.py" })', "+ 100%%.py"),
        ("prompt(CONV, {})", "@ attaches files"),
        ('prompt(CONV, {}, "a.py")', "= a.py, sent before"),
        ("panel(CONV, 0, 60)", "Chat"),
        ("panel(CONV, 0, 60)", "context 50%%"),
        ("panel(CONV, 0, 60)", "Title · edit · qwen3"),
    ],
)
def test_the_bars_say_what_is_so(nvim: Neovim, code: str, shown: str) -> None:
    if "context" in shown or "Title" in shown:
        nvim.lua("""
        CONV.title, CONV.agent, CONV.model = "Title", "edit", "ollama/qwen3:latest"
        CONV.turns[1] = { state = "done", items = {}, usage = { contextTokens = 50, contextLimit = 100 } }
        """)
    assert shown in nvim.lua(f"return require('chatls.winbar').{code}")


NAMES = """
CONV.title, CONV.model = "How %s are sorted 日本語 in this house", "ollama/hf.co/maker/Coder-32B-Instruct-GGUF:Q4_K_M"
CONV.turns[1] = { state = ..., items = {}, phase = "loading", tokens = 0 }
CONV.turns[1].usage = { contextTokens = 5, contextLimit = 10 }
"""


@pytest.mark.parametrize("state", ["done", "running"])
@pytest.mark.parametrize("agent", ["chat", "edit"])
def test_the_panels_bar_fits_and_the_title_gives_way_first(nvim: Neovim, state: str, agent: str) -> None:
    nvim.lua(NAMES + "CONV.agent = select(2, ...)", state, agent)
    bar = (
        "local bar = require('chatls.winbar').panel(CONV, 0, ...) "
        "local drawn = vim.api.nvim_eval_statusline(bar, { use_winbar = true, maxwidth = 500 }) "
        "return { drawn.str, vim.fn.strdisplaywidth((drawn.str:gsub('%s%s+', '  '))) }"
    )
    said = "Loading the model…" if state == "running" else "context 50%"
    for width in range(24, 120):
        text, cells = nvim.lua(bar, width)
        assert cells <= width + 1, text
        if width > 44:
            assert said in text
            assert "Coder-32B" in text or "…" in text
            assert "Q4_K_M" in text
        if "How %s" in text:
            assert "hf.co/maker/Coder-32B-Instruct-GGUF:Q4_K_M" in text
            assert ("edit · " in text) == (agent == "edit")
    assert "How %s are sorted 日本語 in this house" in nvim.lua(bar, 150)[0]


def test_a_running_turn_shows_phase_and_rate(nvim: Neovim) -> None:
    bars = nvim.lua("""
    local winbar, bars = require("chatls.winbar"), {}
    local turn = { state = "running", items = {}, tokens = 0, phase = "loading" }
    CONV.turns[1] = turn
    bars[1] = winbar.panel(CONV, 0, 60)
    turn.items[1], turn.tokens = { kind = "text" }, 10
    bars[2] = winbar.panel(CONV, 1000, 60)
    turn.tokens = 90
    bars[3] = winbar.panel(CONV, 3000, 60)
    return bars
    """)
    assert "Loading the model…" in bars[0]
    assert "Writing…" in bars[1]
    assert "~10 tokens" in bars[1]
    assert "~90 tokens, 40 tok/s" in bars[2]
