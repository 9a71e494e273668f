"""The panel in a real terminal (`view.lua`, `panel.lua`, `actions.lua`, `keymaps.lua`): what a user sees and does."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless
from tests.support.neovim_screen import Screen, screen
from tests.support.neovim_talk import PANEL, PROMPT, READY, TURN, chat, lines, say, wait_for, wait_for_line


@pytest.fixture(scope="module")
def program(newest: Path) -> Path:
    """One Neovim: what depends on its version is in `test_windows_on_screen.py`."""
    return newest


def test_an_answer_comes_in_steps_and_the_view_follows(file: Screen) -> None:
    chat(file, "drip")
    say(file, "tell me")
    file.term.wait("Writing…")
    file.term.wait(lambda shown: "item number 3" in shown and "The end" not in shown)
    file.term.wait(lambda shown: "The end" in shown and "tok/s" in shown)


def test_a_tool_call_opens_to_its_arguments_and_output(file: Screen) -> None:
    chat(file, "tools")
    say(file, "look")
    wait_for(file, "done")
    file.term.wait("That was it.")
    file.ex("wincmd k")
    file.term.text("gg/Read README\n")
    file.term.text("za")
    file.term.wait("# Read me")
    assert "path: README.md" in lines(file)
    file.term.text("za")
    file.term.wait(lambda shown: "# Read me" not in shown)
    file.term.text("zR")
    file.term.wait("A look at the file.")
    file.term.text("zM")
    file.term.wait(lambda shown: "A look at the file." not in shown)


def test_a_message_that_waits_is_shown_and_taken_back(file: Screen) -> None:
    chat(file, "slow")
    say(file, "one")
    file.term.wait("So far.")
    say(file, "two")
    file.term.wait("You, next")
    file.term.text("dq")
    file.term.wait(lambda shown: "You, next" not in shown)
    assert lines(file, PROMPT) == ["two"]


def test_stopping_gives_the_waiting_message_back(file: Screen) -> None:
    chat(file, "slow")
    say(file, "one")
    file.term.wait("So far.")
    say(file, "two")
    file.term.wait("You, next")
    file.term.keys("C-c")
    wait_for(file, "cancelled")
    file.term.wait("■ stopped")
    wait_for_line(file, "two", PROMPT)


def test_the_active_file_goes_along_with_its_unsaved_text(file: Screen) -> None:
    file.term.text("othree = 3")
    file.term.keys("Escape")
    file.wait("return vim.fn.mode() == 'n' and vim.api.nvim_buf_line_count(0) == 3")
    chat(file, "echo")
    file.term.wait("+ src/alpha.py")
    say(file, "explain this")
    wait_for(file, "done")
    file.term.wait("src/alpha.py, sent before")
    wait_for_line(file, "three = 3")


def test_what_goes_along_can_be_left_out(file: Screen) -> None:
    chat(file, "echo")
    file.term.wait("+ src/alpha.py")
    file.term.keys("Escape")
    file.term.text("dc")
    file.term.wait(lambda shown: "+ src/alpha.py" not in shown)
    say(file, "just this")
    wait_for(file, "done")
    assert file.lua(TURN + "return #turn.message.attachments") == 0


def test_lines_fit_another_width(file: Screen) -> None:
    chat(file, "tools")
    say(file, "look")
    wait_for(file, "done")
    file.term.wait("nowhere.md does")
    file.ex("vertical resize 100")
    file.term.wait("nowhere.md does not exist: look for it with")
    file.ex("vertical resize 48")
    file.term.wait(lambda shown: "nowhere.md does" in shown and "look for it with" not in shown)


def test_older_messages_come_back(file: Screen) -> None:
    chat(file, "hello")
    for text in ("one", "two"):
        say(file, text)
        wait_for(file, "done")
    file.term.text("idraft")
    file.term.keys("Escape")
    seen: list[list[str]] = []
    for key, wanted in (("C-p", "two"), ("C-p", "one"), ("C-p", "one"), ("C-n", "two"), ("C-n", "draft")):
        file.term.keys(key)
        file.wait("return vim.api.nvim_get_current_line() == ...", wanted)
        seen.append(lines(file, PROMPT))
    assert seen[-1] == ["draft"]


def test_messages_are_jumped_to(file: Screen) -> None:
    chat(file, "long")
    for text in ("one", "two", "three"):
        say(file, text)
        wait_for(file, "done")
    file.ex("wincmd k")
    file.wait(f"SEEN = vim.fn.line('.') return vim.api.nvim_get_current_buf() == {PANEL}")
    rows = [row for row, line in enumerate(lines(file), 1) if line == "## You"]
    seen: list[int] = []
    for keys in ("[[", "[[", "[[", "]]"):
        file.term.text(keys)
        seen.append(file.wait("local row = vim.fn.line('.') if row ~= SEEN then SEEN = row return row end"))
    assert seen == [rows[2], rows[1], rows[0], rows[1]]


def test_what_is_left_fills_the_view_when_the_last_turns_are_taken_out(file: Screen) -> None:
    chat(file, "long")
    for text in ("one", "two", "three"):
        say(file, text)
        wait_for(file, "done")
        file.lua("require('chatls').current().model = 'scripted/hello'")
    file.wait(f"return vim.tbl_contains(vim.api.nvim_buf_get_lines({PANEL}, 0, -1, false), 'three')")
    file.lua("local conv = require('chatls').current() require('chatls.state').drop(conv, conv.turns[2])")
    file.wait(f"return not vim.tbl_contains(vim.api.nvim_buf_get_lines({PANEL}, 0, -1, false), 'two')")
    shown = "return vim.api.nvim_win_call(vim.fn.bufwinid('chatls://work$'), function() return vim.fn.line('w0') end)"
    assert file.lua(shown) < len(lines(file)) - 10


def test_the_keys_are_shown(file: Screen) -> None:
    chat(file, "hello")
    file.term.keys("Escape")
    file.term.text("g?")
    file.term.wait("send the message")
    file.term.text("q")
    file.term.wait(lambda shown: "send the message" not in shown)


def test_a_narrow_screen_has_the_panel_below(program: Path, user: User) -> None:
    with screen(program, user, "src/alpha.py", width=40, height=30) as narrow:
        chat(narrow, "hello")
        say(narrow, "hi")
        shown = narrow.term.wait("Hello world.")
        assert shown.startswith("one = 1")
        assert narrow.lua("return vim.api.nvim_win_get_width(0)") == 40


def test_keys_can_be_chosen(file: Screen) -> None:
    file.use_server("scripted/hello", keys={"send": "<C-y>", "close": False})
    file.lua("require('chatls').open()")
    file.term.wait(READY)
    file.term.text("hi")
    file.term.keys("Escape")
    file.wait("return vim.fn.mode() == 'n'")
    file.term.keys("C-y")
    file.term.wait("Hello world.")
    assert file.lua(f"return vim.fn.maparg('q', 'n', false, true).buffer == nil and {PANEL} > 0") is True


@pytest.fixture
def quiet(program: Path, user: User) -> Generator[Neovim]:
    with headless(program, user) as yours:
        yours.lua("CONV = require('chatls').current() require('chatls.view').open(CONV)")
        yield yours


STREAM = """
local state, started = require("chatls.state"), vim.uv.hrtime()
local turn = state.begin_turn(CONV, { content = "go" })
state.apply(CONV, turn, { type = "start", seq = 0, sessionId = "s", turnId = "t", agent = "chat", model = "m/x" })
CHANGES, SENT, TAKEN = 0, 0, 0
vim.api.nvim_buf_attach(vim.fn.bufnr("chatls://work$"), false, { on_lines = function() CHANGES = CHANGES + 1 end })
local timer = vim.uv.new_timer()
timer:start(1, 1, vim.schedule_wrap(function()
  if SENT == 200 then
    if not timer:is_closing() then
      timer:close()
      state.finish(CONV, turn, { sessionId = "s", turnId = "t", stopReason = "end_turn", final = "", lastSeq = 200,
        timings = { totalMs = 1 } })
      TAKEN = (vim.uv.hrtime() - started) / 1e6
    end
    return
  end
  SENT = SENT + 1
  state.apply(CONV, turn, { type = "token", seq = SENT, data = "word " .. SENT .. "\\n" })
end))
"""


def test_there_is_at_most_one_drawing_in_sixteen_milliseconds(quiet: Neovim) -> None:
    quiet.lua(STREAM)
    quiet.wait(f"return TAKEN > 0 and #vim.api.nvim_buf_get_lines({PANEL}, 0, -1, false) > 203")
    changes, taken = quiet.lua("return { CHANGES, TAKEN }")
    # The first, the last with its figures and closing line, and one a frame between them.
    assert changes <= taken / 16 + 6
    assert "\n".join(f"word {number}" for number in range(1, 201)) in "\n".join(lines(quiet))


def test_the_panel_has_no_undo_and_cannot_be_written_to(quiet: Neovim) -> None:
    quiet.lua(STREAM)
    quiet.wait("return TAKEN > 0")
    assert quiet.lua(f"return vim.fn.undotree({PANEL}).seq_last") == 0
    assert quiet.lua(f"return vim.bo[{PANEL}].modifiable") is False


def test_a_closed_panel_leaves_no_autocommands(quiet: Neovim) -> None:
    groups = "return #vim.api.nvim_get_autocmds({ group = 'chatls.view.' .. " + PANEL + " })"
    assert quiet.lua(groups) > 0
    quiet.lua("require('chatls.view').close(CONV)")
    assert quiet.lua(f"return pcall(vim.api.nvim_get_autocmds, {{ group = 'chatls.view.' .. {PANEL} }})") is False
    assert quiet.lua("return #vim.api.nvim_list_wins()") == 1


def test_two_workspaces_do_not_show_at_once(quiet: Neovim) -> None:
    quiet.lua("OTHER = require('chatls.state').new('/elsewhere/work') require('chatls.view').open(OTHER)")
    open_ = "local view = require('chatls.view') return { view.is_open(CONV), view.is_open(OTHER) }"
    assert quiet.lua(open_) == [False, True]
    assert quiet.lua("return vim.fn.bufnr('chatls:///elsewhere/work$') > 0") is True


FRAMES = """
local state, panel = require("chatls.state"), vim.fn.bufnr("chatls://work$")
local count, text = ...
local function cpu()
  local usage = vim.uv.getrusage()
  return (usage.utime.sec + usage.stime.sec) * 1000 + (usage.utime.usec + usage.stime.usec) / 1000
end
if not BIG then
  BIG, SEQ = state.begin_turn(CONV, { content = "go" }), 0
  state.apply(CONV, BIG, { type = "start", seq = 0, sessionId = "s", turnId = "t", agent = "chat", model = "m/x" })
end
local before = cpu()
for _ = 1, count do
  SEQ = SEQ + 1
  local tick = vim.b[panel].changedtick
  state.apply(CONV, BIG, { type = "token", seq = SEQ, data = text })
  assert(vim.wait(2000, function() return vim.b[panel].changedtick > tick end, 1), "nothing was drawn")
  vim.cmd.redraw()
end
return (cpu() - before) / count
"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ten `words` of *prose* with a **bold** one in it\n\n", id="prose"),
        pytest.param("```lua\nlocal t = { a = 'b', f(1) }\n```\n", id="many code blocks"),
        pytest.param("local t = { a = 'b', f(1) }\n", id="one code block"),
        pytest.param("ten words in a line that is never broken at all, ", id="one line"),
    ],
)
def test_drawing_costs_no_more_at_the_end_of_ten_thousand_tokens(file: Screen, text: str) -> None:
    """CPU time of a frame, so that what else the machine does is not measured."""
    chat(file, "hello")
    file.lua("CONV = require('chatls').current()")
    if text.startswith("local"):
        file.lua(FRAMES, 1, "```lua\n")
    file.lua(FRAMES, 20, text)
    early = file.lua(FRAMES, 40, text)
    file.lua(FRAMES, 1, text * 800)
    late = file.lua(FRAMES, 40, text)
    assert late < max(5 * early, 12)


def test_what_waits_stays_there_while_something_else_is_typed(file: Screen) -> None:
    chat(file, "slow")
    say(file, "one")
    file.term.wait("So far.")
    say(file, "two")
    file.term.wait("You, next")
    file.term.text("ithree")
    wait_for_line(file, "three", PROMPT)
    file.lua("require('chatls').stop()")
    file.term.wait("■ stopped")
    assert lines(file, PROMPT) == ["three"]
    assert "You, next" in file.term.screen()
