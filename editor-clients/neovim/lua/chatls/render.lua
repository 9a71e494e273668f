--- What the panel shows of a turn: blocks of Markdown lines with their highlights. Pure, no vim.api. `document.lua`
--- puts the blocks into the buffer; the text of an answer it appends as it comes, everything else is drawn here
--- anew.
---
--- Lines of our own (tools, thinking, figures) are code spans, whose backticks are concealed: nothing in a title or
--- a message is taken for Markdown, and nothing of it can run on into the answer.

local build = require("chatls.block")
local fences = require("chatls.fences")
local wording = require("chatls.wording")

local M = {}

local CLOSED, OPEN = "▸", "▾"
-- Cells of the backticks around a line of ours: concealed or not, they count when it is wrapped.
local CONCEALED = 2
local RUNNING, DONE, FAILED = "⋯", "✓", "✗"

---@param diff string
---@return integer added, integer removed
local function count_changes(diff)
  local added, removed = 0, 0
  for line in vim.gsplit(diff, "\n", { plain = true }) do
    local sign = not vim.startswith(line, "+++ ") and not vim.startswith(line, "--- ") and line:sub(1, 1)
    added, removed = added + (sign == "+" and 1 or 0), removed + (sign == "-" and 1 or 0)
  end
  return added, removed
end

--- What stands above all turns: that there are older ones, and how to get them.
---@param conv chatls.Conversation
---@return chatls.Block
function M.head(conv)
  local block = build.new()
  local older = conv.older
  if older then
    local text = older.count == 1 and "1 older turn: <CR> here shows it"
      or older.count .. " older turns: <CR> here shows them"
    build.add_span(block, { { CLOSED .. " " .. text, "ChatlsMeta" } })
  end
  return block
end

--- The user's message and the heading of its answer.
---@param turn chatls.Turn
---@param root string
---@return chatls.Block
function M.message(turn, root)
  local block = build.new()
  build.add_heading(block, "You", "ChatlsUser")
  local lines = build.lines_of(vim.trim(turn.message.content or ""))
  vim.list_extend(block.lines, lines)
  block.lines[#block.lines + 1] = fences.missing(lines)
  for index, attachment in ipairs(turn.message.attachments or {}) do
    local is_left_out = turn.left_out and turn.left_out[index - 1]
    local mark = is_left_out and "- not sent along: " or "+ "
    build.add_span(block, { { mark .. wording.attachment_name(attachment, root), "ChatlsContext" } })
  end
  block.lines[#block.lines + 1] = ""
  local agent = turn.agent and turn.agent ~= "chat" and turn.agent .. " · " or ""
  local model = wording.model_name(turn.model)
  build.add_heading(block, agent .. (model ~= "" and model or "Answer"), "ChatlsAnswer")
  return block
end

---@param item chatls.Item
---@return string
local function words(item)
  local text = table.concat(item.pieces)
  local _, count = text:gsub("%S+", "")
  return count == 1 and "1 word" or count .. " words"
end

--- Text that is folded to one line: thinking, and what a subtask says.
---@param item chatls.Item
---@param title string
---@return chatls.Block
local function folded_text(item, title)
  local block = build.new()
  build.add_span(
    block,
    { { ("%s %s · %s"):format(item.open and OPEN or CLOSED, title, words(item)), "ChatlsThinking" } }
  )
  if item.open then
    build.add_quote(block, table.concat(item.pieces))
  end
  return block
end

---@param tool chatls.Tool
---@param turn chatls.Turn
---@return chatls.Part[] parts after the title
local function outcome(tool, turn)
  if tool.error then
    return { { " · " .. build.one_line(tool.error.message), "ChatlsFailed" } }
  elseif not tool.result then
    local status = tool.status or (turn.state ~= "running" and "no result") or nil
    return status and { { " · " .. build.one_line(status), "ChatlsMeta" } } or {}
  end
  local parts = { { " · " .. wording.duration(tool.duration_ms or 0), "ChatlsMeta" } }
  if tool.result.diff then
    local added, removed = count_changes(tool.result.diff)
    table.insert(parts, 1, { " −" .. removed, "ChatlsRemoved" })
    table.insert(parts, 1, { " +" .. added, "ChatlsAdded" })
  end
  return parts
end

---@param tool chatls.Tool
---@return string
local function arguments(tool)
  local keys = vim.tbl_keys(tool.args)
  table.sort(keys)
  local lines = {}
  for _, key in ipairs(keys) do
    local value = tool.args[key]
    local text = type(value) == "string" and value or vim.json.encode(value)
    lines[#lines + 1] = text:find("\n") and ("%s:\n  %s"):format(key, (text:gsub("\n", "\n  "))) or key .. ": " .. text
  end
  return table.concat(lines, "\n")
end

---@param block chatls.Block
---@param tool chatls.Tool
local function add_details(block, tool)
  if next(tool.args) then
    build.add_code(block, arguments(tool), "yaml")
  end
  local result = tool.result
  local text = result and result.text or table.concat(tool.output)
  if result and result.diff then
    build.add_code(block, result.diff, "diff")
  elseif text ~= "" then
    build.add_code(block, text, "")
  end
  if tool.error then
    build.add_sentences(block, tool.error.message, FAILED .. " ", "ChatlsFailed")
  end
end

---@type table<string, fun(item: chatls.Item, turn: chatls.Turn, width: integer): chatls.Block>
local draw = {}

function draw.thinking(item, turn)
  local writing = turn.state == "running" and turn.items[#turn.items] == item
  return folded_text(item, (item.task and "↳ " or "") .. (writing and "Thinking…" or "Thought"))
end

--- The text of a subtask; the answer's own is appended by `document.lua`.
function draw.text(item)
  return folded_text(item, "↳ said")
end

function draw.tool(item, turn, width)
  local tool, block = item.tool, build.new()
  local failed = tool.error and FAILED
  local sign = failed or (tool.result and DONE) or (turn.state == "running" and RUNNING) or FAILED
  local group = failed and "ChatlsFailed" or tool.result and "ChatlsDone" or "ChatlsRunning"
  local fold = (item.open and OPEN or CLOSED) .. " " .. (item.task and "↳ " or "")
  local title = build.one_line(tool.title ~= "" and tool.title or tool.tool)
  local parts = { { fold, "ChatlsMeta" }, { sign, group }, { " " .. title, "ChatlsTool" } }
  if not (item.open and tool.error) then
    vim.list_extend(parts, outcome(tool, turn))
  end
  build.add_span(block, item.open and parts or build.cut(parts, width - CONCEALED))
  if item.open then
    add_details(block, tool)
  end
  return block
end

function draw.agent(item)
  local block = build.new()
  local text = item.parent and ("↳ %s works on a part of it"):format(item.agent)
    or ("↰ %s goes on"):format(item.agent)
  build.add_span(block, { { text, "ChatlsMeta" } })
  return block
end

function draw.note(item)
  local block = build.new()
  build.add_sentences(block, table.concat(item.pieces), "! ", "ChatlsHint")
  return block
end

function draw.error(item)
  local block, fault = build.new(), item.fault
  build.add_sentences(block, fault.message, FAILED .. " ", "ChatlsError")
  if fault.hint then
    build.add_sentences(block, fault.hint, "  ", "ChatlsHint")
  end
  return block
end

--- One thing that happened in a turn.
---@param item chatls.Item
---@param turn chatls.Turn
---@param width integer cells that a line may take without being wrapped
---@return chatls.Block
function M.item(item, turn, width)
  return draw[item.kind](item, turn, width)
end

--- Whether an item is text of the answer itself, which is appended and never folded.
---@param item chatls.Item
---@return boolean
function M.is_answer(item)
  return item.kind == "text" and not item.task
end

--- Whether an item opens to more than its line.
---@param item chatls.Item
---@return boolean
function M.is_foldable(item)
  return item.kind == "thinking" or item.kind == "tool" or (item.kind == "text" and item.task ~= nil)
end

--- What stands below a turn: how it ended, or what it waits for.
---@param turn chatls.Turn
---@return chatls.Block
function M.footer(turn)
  local block = build.new()
  if turn.notice then
    build.add_sentences(block, turn.notice, "⚠ ", "ChatlsHint")
  elseif turn.state == "cancelled" then
    build.add_span(block, { { "■ stopped", "ChatlsMeta" } })
  elseif turn.state == "cut" and not turn.error then
    build.add_span(block, { { FAILED .. " cut short", "ChatlsError" } })
  end
  if turn.stop_message then
    build.add_sentences(block, turn.stop_message, "⚠ ", "ChatlsHint")
  end
  local ended = turn.state == "done" and wording.figures(turn)
  if ended then
    build.add_span(block, { { ended, "ChatlsMeta" } })
  end
  return block
end

---@param conv chatls.Conversation
---@param block chatls.Block
local function add_welcome(conv, block)
  local where = conv.root ~= "" and vim.fs.basename(conv.root) or "no folder: tools have nothing to look at"
  build.add_heading(block, "chatls · " .. where, "ChatlsAnswer")
  for _, line in ipairs({
    "<CR> in normal mode sends what you type",
    "below, <C-s> in any mode.",
    "@ attaches files, / begins a command.",
  }) do
    build.add_span(block, { { line, "ChatlsMeta" } })
  end
end

--- What stands below all turns: a message that waits, a server that is gone, and in an empty panel how to begin.
---@param conv chatls.Conversation
---@return chatls.Block
function M.tail(conv)
  local block = build.new()
  if not conv.turns[1] then
    add_welcome(conv, block)
  end
  if conv.queued then
    build.add_heading(block, "You, next (dq takes it back)", "ChatlsUser")
    local lines = build.lines_of(vim.trim(conv.queued.content or ""))
    vim.list_extend(block.lines, lines)
    block.lines[#block.lines + 1] = fences.missing(lines)
  end
  if conv.connection == "dead" then
    build.add_span(
      block,
      { { FAILED .. " The server is not running: your next message starts it again.", "ChatlsError" } }
    )
  end
  return block
end

return M
