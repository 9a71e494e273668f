"""A panel in a Neovim without a server: a test says which events come, and looks at the lines that are drawn."""

from typing import Any

from tests.support.neovim import Neovim

PRELUDE = """
STATE, DOCUMENT = require("chatls.state"), require("chatls.document")
local seq
function NEW()
  CONV = STATE.new("/ws")
  DOC = DOCUMENT.new(vim.api.nvim_create_buf(false, true))
end
function BEGIN(content, attachments)
  seq = 0
  TURN = STATE.begin_turn(CONV, { content = content, attachments = attachments })
  APPLY("start", { sessionId = "s", turnId = "t" .. #CONV.turns, agent = "chat", model = "ollama/qwen3:latest" })
end
function APPLY(kind, fields)
  local event = vim.tbl_extend("force", { type = kind, seq = seq }, fields or {})
  seq = seq + 1
  return STATE.apply(CONV, TURN, event)
end
function CALL(id, fields, task)
  local call = { id = id, tool = "read_file", args = { path = "a.py" }, kind = "read", title = "Read a.py" }
  call.task = task
  APPLY("tool_call", vim.tbl_extend("force", call, fields or {}))
end
function RESULT(id, fields)
  APPLY("tool_result", vim.tbl_extend("force", { id = id, tool = "read_file", durationMs = 4 }, fields))
end
function DONE(fields)
  local done = { final = "", stopReason = "end_turn", timings = { totalMs = 1500 } }
  APPLY("done", vim.tbl_extend("force", done, fields or {}))
end
function LINES()
  DOC:draw_all(CONV)
  return vim.api.nvim_buf_get_lines(DOC.buf, 0, -1, false)
end
"""


def prepare(nvim: Neovim) -> None:
    """Define what the events are said with, and begin a conversation."""
    nvim.lua(PRELUDE + "NEW()")


def drawn(nvim: Neovim, code: str) -> list[str]:
    """The lines of a panel after this has happened in a new conversation."""
    lines: list[str] = nvim.lua(f"NEW() {code} return LINES()")
    return lines


def answer(nvim: Neovim, code: str) -> list[str]:
    """The lines below the heading of the first turn's answer."""
    lines = drawn(nvim, f'BEGIN("Hi") {code}')
    return lines[lines.index("## qwen3") + 1 :]


def feed(nvim: Neovim, events: list[dict[str, Any]]) -> None:
    """Apply events to the running turn, and draw after each."""
    nvim.lua("for _, e in ipairs(...) do local i = APPLY(e.type, e) DOC:draw(CONV, { [TURN] = i }) end", events)
