"""The lines of a conversation in their buffer (`document.lua`).

Whatever happens in whatever order, what is drawn step by step is what would be drawn at once, and only lines that
changed are written.
"""

import random
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_terminal import make_user
from tests.support.neovim import Neovim, headless
from tests.support.neovim_panel import feed, prepare

AT_ONCE = """
local lines = vim.api.nvim_buf_get_lines(DOC.buf, 0, -1, false)
local fresh = DOCUMENT.new(vim.api.nvim_create_buf(false, true))
fresh:draw(CONV, {})
return { lines, vim.api.nvim_buf_get_lines(fresh.buf, 0, -1, false) }
"""
WATCH = """
WRITTEN = {}
vim.api.nvim_buf_attach(DOC.buf, false, {
  on_bytes = function(_, _, _, row, _, _, _, _, _, rows, _, bytes) WRITTEN[#WRITTEN + 1] = { row, bytes } end,
})
"""


@pytest.fixture(scope="module")
def shared(newest: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Neovim]:
    with headless(newest, make_user(tmp_path_factory.mktemp("home"))) as yours:
        prepare(yours)
        yield yours


@pytest.fixture
def nvim(shared: Neovim) -> Neovim:
    shared.lua("NEW()")
    return shared


def lines(nvim: Neovim) -> list[str]:
    found: list[str] = nvim.lua("return vim.api.nvim_buf_get_lines(DOC.buf, 0, -1, false)")
    return found


def some_event(chance: random.Random, calls: list[str]) -> dict[str, Any]:
    """An event as a turn may bring it, of the turn itself or of a subtask."""
    task = {} if chance.random() < 0.7 else {"task": chance.choice("ab")}
    kind = chance.choice(["token"] * 6 + ["thinking", "tool_call", "tool_result", "tool_progress", "error", "phase"])
    pieces = ["word ", "\n", "\n\n", "```lua\n", "```\n", "- point", "\r\n", "ä😀", "  ", "# Title\n", "`code`"]
    match kind:
        case "token" | "thinking":
            return {"type": kind, "data": "".join(chance.choices(pieces, k=chance.randint(1, 4))), **task}
        case "tool_call":
            calls.append(f"c{len(calls)}")
            call = {"id": calls[-1], "tool": "t", "args": {"path": "x"}, "kind": "read", "title": "Read *x*"}
            return {"type": kind, **call, **task}
        case "tool_result" | "tool_progress" if calls:
            result = {"result": {"text": "out\nput"}, "durationMs": 3} if kind == "tool_result" else {"data": "o\n"}
            return {"type": kind, "id": chance.choice(calls), "tool": "t", **result}
        case "error":
            return {"type": kind, "error": {"code": "timeout", "message": "No.", "retryable": True, "retryInMs": 9}}
        case _:
            return {"type": "phase", "phase": "generating"}


@pytest.mark.parametrize("seed", range(25))
def test_step_by_step_shows_what_at_once_would(nvim: Neovim, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        calls: list[str] = []
        nvim.lua('BEGIN("a question\\n```\\nwith code") DOC:draw(CONV, { [TURN] = 0 })')
        for _ in range(30):
            feed(nvim, [some_event(chance, calls)])
            if chance.random() < 0.1:
                opened = "local item = TURN.items[...] if item then item.open = not item.open end DOC:draw_all(CONV)"
                nvim.lua(opened, chance.randint(1, 9))
        nvim.lua("DONE() DOC:draw(CONV, { [TURN] = 0 })")
    drawn, at_once = nvim.lua(AT_ONCE)
    assert drawn == at_once


def test_a_token_writes_its_own_bytes_and_nothing_else(nvim: Neovim) -> None:
    nvim.lua('BEGIN("Hi")')
    feed(nvim, [{"type": "token", "data": "line\n" * 500}, {"type": "token", "data": "so"}])
    nvim.lua(WATCH)
    feed(nvim, [{"type": "token", "data": " far"}])
    assert nvim.lua("return WRITTEN") == [[len(lines(nvim)) - 1, 4]]


def test_nothing_is_written_when_nothing_looks_different(nvim: Neovim) -> None:
    nvim.lua('BEGIN("Hi") CALL("c")')
    feed(nvim, [{"type": "token", "data": "So far"}])
    tick = "return vim.api.nvim_buf_get_changedtick(DOC.buf)"
    before = nvim.lua(tick)
    assert nvim.lua("DOC:draw_all(CONV) " + tick) == before


def test_thinking_is_over_when_text_comes(nvim: Neovim) -> None:
    nvim.lua('BEGIN("Hi")')
    feed(nvim, [{"type": "thinking", "data": "So"}, {"type": "token", "data": "Yes."}])
    assert lines(nvim)[-3:] == ["`▸ Thought · 1 word`", "", "Yes."]


def test_a_result_writes_the_line_of_its_call_alone(nvim: Neovim) -> None:
    nvim.lua('BEGIN("Hi") CALL("a") CALL("b") DOC:draw(CONV, {})')
    nvim.lua(WATCH)
    feed(nvim, [{"type": "tool_result", "id": "a", "tool": "t", "durationMs": 3, "result": {"text": "x"}}])
    row = lines(nvim).index("`▸ ✓ Read a.py · 3 ms`")
    assert [written[0] for written in nvim.lua("return WRITTEN")] == [row]


def test_line_ends_before_what_follows_are_one_empty_line(nvim: Neovim) -> None:
    nvim.lua('BEGIN("Hi") DOC:draw(CONV, { [TURN] = 0 })')
    feed(nvim, [{"type": "token", "data": data} for data in ("\n", "\n So.", "\n\n", "\n")])
    nvim.lua('CALL("c") DOC:draw(CONV, { [TURN] = 0 })')
    assert lines(nvim)[-3:] == [" So.", "", "`▸ ⋯ Read a.py`"]


def test_turns_that_were_replaced_are_gone(nvim: Neovim) -> None:
    nvim.lua('BEGIN("one") DONE() BEGIN("two") DONE() BEGIN("three") DONE() DOC:draw(CONV, {})')
    nvim.lua("table.remove(CONV.turns, 2) DOC:draw(CONV, {})")
    assert [line for line in lines(nvim) if line in ("one", "two", "three")] == ["one", "three"]


def test_a_new_session_empties_the_panel(nvim: Neovim) -> None:
    nvim.lua('BEGIN("one") DONE() DOC:draw(CONV, {}) CONV.turns = {} DOC:draw(CONV, {})')
    assert lines(nvim)[0] == "## chatls · ws"
    assert "one" not in lines(nvim)


OLDER = """
local page = { turns = {}, session = { turns = 3 } }
for at, name in ipairs({ "zero", "one" }) do
  local done = { type = "done", seq = 1, stopReason = "end_turn", final = "" }
  local events = { { type = "token", seq = 0, data = "answer " .. name }, done }
  page.turns[at] = { turnId = name, message = { content = name }, state = "done", events = events }
end
"""


def test_older_turns_are_put_above_and_what_was_drawn_is_not_written(nvim: Neovim) -> None:
    nvim.lua('BEGIN("two") APPLY("token", { data = "answer two" }) DONE() CONV.older = { before = "x", count = 2 }')
    before = nvim.lua("return LINES()")
    assert before[0] == "`▸ 2 older turns: <CR> here shows them`"
    nvim.lua("""
        WRITTEN = {}
        vim.api.nvim_buf_attach(DOC.buf, false, { on_lines = function(_, _, _, first, last, now)
          table.insert(WRITTEN, { first, last, now })
        end })""")
    nvim.lua(OLDER + "STATE.prepend(CONV, page) DOC:draw(CONV, {})")
    written = nvim.lua("return WRITTEN")
    lines = nvim.lua("return LINES()")
    assert [line for line in lines if line.startswith("answer")] == ["answer zero", "answer one", "answer two"]
    assert lines[-len(before) + 1 :] == before[1:]
    assert all(last <= len(lines) - len(before) for _, last, _ in written)
    nvim.lua("local fresh = DOCUMENT.new(vim.api.nvim_create_buf(false, true)) DOC = fresh")
    assert nvim.lua("return LINES()") == lines


def test_a_turn_that_was_told_anew_is_drawn_anew(nvim: Neovim) -> None:
    nvim.lua('BEGIN("one")')
    feed(nvim, [{"type": "token", "data": "lost"}])
    nvim.lua('TURN.items = { { kind = "text", pieces = { "found" } } } DOC:draw(CONV, {})')
    assert lines(nvim)[-1] == "found"


def test_it_knows_what_a_line_belongs_to(nvim: Neovim) -> None:
    nvim.lua('BEGIN("one") CALL("c") DONE() BEGIN("two") DOC:draw(CONV, {})')
    found = nvim.lua("""
    local found = {}
    for row = 0, vim.api.nvim_buf_line_count(DOC.buf) - 1 do
      local section, first, turn = DOC:section_at(row)
      found[row + 1] = { section and section.kind or "", first, turn and turn.id }
    end
    return found
    """)
    assert found[0] == ["message", 0, "t1"]
    assert found[lines(nvim).index("`▸ ✗ Read a.py · no result`")] == ["line", 4, "t1"]
    assert found[lines(nvim).index("two")][2] == "t2"
