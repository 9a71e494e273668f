"""What the panel shows of a turn (`render.lua`, `block.lua`, `wording.lua`), as the lines of a drawn conversation."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import make_user
from tests.support.neovim import Neovim, headless
from tests.support.neovim_panel import answer, drawn, prepare


@pytest.fixture(scope="module")
def nvim(newest: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Neovim]:
    with headless(newest, make_user(tmp_path_factory.mktemp("home"))) as yours:
        prepare(yours)
        yield yours


def test_a_turn_is_the_message_its_attachments_and_the_answer(nvim: Neovim) -> None:
    code = """
    local range = { start = { line = 2, character = 0 }, ["end"] = { line = 9, character = 0 } }
    BEGIN("explain\\nthis", {
      { type = "file", uri = "file:///ws/src/a.py" },
      { type = "selection", uri = "file:///ws/b.py", range = range, text = "x" },
      { type = "text", name = "notes", text = "y" },
    })
    APPLY("token", { data = "It is so." })
    DONE({ usage = { promptTokens = 1, completionTokens = 128 }, timings = { totalMs = 3210, tokensPerSecond = 41.3 } })
    """
    assert drawn(nvim, code) == [
        "## You",
        "explain",
        "this",
        "`+ src/a.py`",
        "`+ b.py:3-9`",
        "`+ notes`",
        "",
        "## qwen3",
        "It is so.",
        "",
        "`128 tokens · 41 tok/s · 3.2 s`",
    ]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ('CALL("c")', "`▸ ⋯ Read a.py`"),
        ('CALL("c") APPLY("tool_progress", { id = "c", status = "40 %" })', "`▸ ⋯ Read a.py · 40 %`"),
        ('CALL("c") RESULT("c", { result = { text = "x" } })', "`▸ ✓ Read a.py · 4 ms`"),
        (
            'CALL("c") RESULT("c", { result = { text = "", diff = "--- a\\n+++ b\\n@@ @@\\n-x\\n+y\\n+z" } })',
            "`▸ ✓ Read a.py +2 −1 · 4 ms`",
        ),
        (
            'CALL("c") RESULT("c", { error = { code = "not_found", message = "a.py is not there." } })',
            "`▸ ✗ Read a.py · a.py is not there.`",
        ),
        ('CALL("c", { title = "Find `*.py`" })', "`` ▸ ⋯ Find `*.py` ``"),
        ('CALL("c", { title = "" })', "`▸ ⋯ read_file`"),
        ('CALL("c", { title = "two\\nlines" })', "`▸ ⋯ two lines`"),
        (
            'CALL("c") APPLY("done", { final = "", stopReason = "cancelled", timings = { totalMs = 1 } })',
            "`▸ ✗ Read a.py · no result`",
        ),
    ],
)
def test_a_tool_call_is_one_line(nvim: Neovim, code: str, line: str) -> None:
    assert answer(nvim, code)[0] == line


def test_a_tool_call_is_not_longer_than_its_window(nvim: Neovim) -> None:
    code = 'DOC.width = 20 CALL("c") RESULT("c", { error = { code = "x", message = "It did not work at all." } })'
    (line,) = answer(nvim, code)
    assert line == "`▸ ✗ Read a.py · I…`"


def test_an_opened_tool_call_shows_arguments_and_output(nvim: Neovim) -> None:
    code = """
    CALL("c", { args = { path = "a.py", lines = { 1, 2 }, content = "x\\n```\\ny" } })
    RESULT("c", { result = { text = "one\\27[31m red\\27[0m\\nold\\rnew\\n" } })
    TURN.items[1].open = true
    """
    assert answer(nvim, code) == [
        "`▾ ✓ Read a.py · 4 ms`",
        "````yaml",
        "content:",
        "  x",
        "  ```",
        "  y",
        "lines: [1,2]",
        "path: a.py",
        "````",
        "```",
        "one red",
        "new",
        "```",
    ]


def test_an_opened_change_is_a_diff(nvim: Neovim) -> None:
    code = """
    CALL("c", { args = vim.empty_dict() })
    RESULT("c", { result = { text = "done", diff = "-x\\n+y" } })
    TURN.items[1].open = true
    """
    assert answer(nvim, code)[1:] == ["```diff", "-x", "+y", "```"]


def test_output_of_a_running_command_is_there_to_be_opened(nvim: Neovim) -> None:
    code = """
    CALL("c", { args = vim.empty_dict() })
    APPLY("tool_progress", { id = "c", data = "line 1\\nli" })
    APPLY("tool_progress", { id = "c", data = "ne 2\\n" })
    TURN.items[1].open = true
    """
    assert answer(nvim, code) == ["`▾ ⋯ Read a.py`", "```", "line 1", "line 2", "```"]


def test_thinking_is_one_line_until_it_is_opened(nvim: Neovim) -> None:
    code = 'APPLY("thinking", { data = "So *this*.\\n" }) APPLY("thinking", { data = "\\nOr that." }) '
    assert answer(nvim, code) == ["`▸ Thinking… · 4 words`"]
    shown = answer(nvim, code + 'APPLY("token", { data = "Yes." }) TURN.items[1].open = true')
    assert shown == ["`▾ Thought · 4 words`", "> So *this*.", ">", "> Or that.", "", "Yes."]


def test_a_subtask_shows_who_works_and_keeps_its_words_folded(nvim: Neovim) -> None:
    code = """
    CALL("d", { tool = "delegate", title = "Ask explore" })
    APPLY("agent", { agent = "explore", parent = "chat", task = "d" })
    APPLY("token", { data = "found it", task = "d" })
    CALL("e", {}, "d")
    APPLY("agent", { agent = "chat", task = "d" })
    APPLY("token", { data = "Done." })
    """
    assert answer(nvim, code) == [
        "`▸ ⋯ Ask explore`",
        "`↳ explore works on a part of it`",
        "`▸ ↳ said · 2 words`",
        "`▸ ↳ ⋯ Read a.py`",
        "`↰ chat goes on`",
        "",
        "Done.",
    ]


def test_what_the_server_has_to_say_stands_at_the_beginning_and_what_it_left_out_is_not_said_to_have_gone(
    nvim: Neovim,
) -> None:
    code = """
    BEGIN("look", { { type = "file", uri = "file:///ws/.env" }, { type = "text", name = "n", text = "" } })
    APPLY("phase", { phase = "connecting", message = "the log is too large." })
    APPLY("phase", { phase = "connecting", message = ".env is not sent along.", leftOut = 0 })
    APPLY("phase", { phase = "connecting" })
    APPLY("token", { data = "Yes." })
    """
    assert drawn(nvim, code)[:9] == [
        "## You",
        "look",
        "`- not sent along: .env`",
        "`+ n`",
        "",
        "## qwen3",
        "`! the log is too large.`",
        "`! .env is not sent along.`",
        "",
    ]


def test_a_fault_stands_where_it_happened_with_its_hint(nvim: Neovim) -> None:
    code = """
    APPLY("token", { data = "Half" })
    local fault = { code = "timeout", message = "It broke off.", hint = "Run `ollama serve`", retryable = true }
    APPLY("error", { error = fault })
    STATE.finish(CONV, TURN, nil, fault)
    """
    assert answer(nvim, code) == ["Half", "", "`✗ It broke off.`", "`` " + "  Run `ollama serve` ``"]


def test_a_retry_is_told_while_it_lasts(nvim: Neovim) -> None:
    code = (
        'APPLY("error", { error = { code = "timeout", message = "No answer.", retryable = true, retryInMs = 2000 } }) '
    )
    assert answer(nvim, code) == ["", "`⚠ No answer. Trying again in 2 s.`"]
    assert answer(nvim, code + 'APPLY("token", { data = "Here." })') == ["Here."]


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ('DONE({ stopReason = "cancelled" })', "`■ stopped`"),
        ('DONE({ stopReason = "max_tokens", stopMessage = "It is too long." })', "`1.5 s`"),
        ('TURN.state = "cut"', "`✗ cut short`"),
    ],
)
def test_the_end_of_a_turn_is_told(nvim: Neovim, code: str, last: str) -> None:
    assert answer(nvim, 'APPLY("token", { data = "So" }) ' + code)[-1] == last


def test_what_an_answer_or_a_message_leaves_open_is_closed(nvim: Neovim) -> None:
    code = """
    BEGIN("see\\n```py\\nx")
    APPLY("token", { data = "Look:\\n~~~~\\ncode" })
    DONE()
    """
    assert drawn(nvim, code) == [
        "## You",
        "see",
        "```py",
        "x",
        "```",
        "",
        "## qwen3",
        "Look:",
        "~~~~",
        "code",
        "~~~~",
        "",
        "`1.5 s`",
    ]


def test_a_waiting_message_and_a_dead_server_stand_at_the_end(nvim: Neovim) -> None:
    code = 'BEGIN("Hi") STATE.set(CONV, { queued = { content = "and\\nthen?" }, connection = "dead" })'
    assert drawn(nvim, code)[-5:] == [
        "",
        "## You, next (dq takes it back)",
        "and",
        "then?",
        "`✗ The server is not running: your next message starts it again.`",
    ]


def test_an_empty_panel_says_how_to_begin(nvim: Neovim) -> None:
    assert drawn(nvim, "")[0] == "## chatls · ws"
    assert drawn(nvim, 'CONV.root = ""')[0] == "## chatls · no folder: tools have nothing to look at"


@pytest.mark.parametrize(("milliseconds", "text"), [(3, "3 ms"), (1500, "1.5 s"), (61_000, "1 min 1 s")])
def test_durations_are_for_people(nvim: Neovim, milliseconds: int, text: str) -> None:
    assert nvim.lua("return require('chatls.wording').duration(...)", milliseconds) == text
