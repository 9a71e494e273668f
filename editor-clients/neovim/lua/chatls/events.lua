--- One turn: what happened in it, event by event. Pure: no windows, no requests, nothing of the conversation around it.
--- `state.lua` calls it and holds its turns; the view reads them.

---@alias chatls.TurnState "running"|"done"|"cut"|"cancelled"|"failed"

---@class chatls.Turn
---@field id? string
---@field message chatls.Message
---@field replaces? string Id of the turn that this one takes the place of, until the server has accepted it.
---@field agent? string
---@field model? string
---@field state chatls.TurnState
---@field phase? chatls.wire.PhaseName
---@field notice? string A fault that a retry will heal, while it lasts.
---@field left_out? table<integer, true> Indexes (from 0) of attachments that did not go along.
---@field items chatls.Item[]
---@field usage? chatls.wire.Usage
---@field timings? chatls.wire.Timings
---@field error? chatls.wire.Fault
---@field stop_message? string Why it ended, where that is not plain.
---@field last_seq integer The number of the last event that was applied; -1 before the first.
---@field started number Milliseconds, of `vim.uv.hrtime`.
---@field tokens integer Tokens of text so far, about.
---@field tails table<string, integer> Task ("" for the turn's own) to the item that its text goes on in.
---@field calls table<string, integer> Id of a tool call to its item.

---@class chatls.Item
---@field kind "text"|"thinking"|"tool"|"agent"|"note"|"error"
---@field pieces string[] Of text, thinking and notes: only appended; join them when they are drawn.
---@field tool? chatls.Tool
---@field fault? chatls.wire.Fault
---@field agent? string Who takes over.
---@field parent? string Of an agent: who delegated to it; nil when the subtask is handed back.
---@field task? string The subtask that it belongs to.
---@field open? boolean The view's: whether it is unfolded.

---@class chatls.Tool
---@field id string
---@field tool string
---@field args table
---@field kind string
---@field title string
---@field status? string What it does now.
---@field output string[] What it has put out so far, in pieces.
---@field result? chatls.wire.ToolOutput
---@field error? chatls.wire.ToolError
---@field duration_ms? integer

local M = {}

local NO_EVENT = -1
-- Models count tokens, the wire carries text: four bytes a token is the usual ratio for English and code.
local BYTES_PER_TOKEN = 4

---@type table<chatls.wire.StopReason, chatls.TurnState>
local STATE_OF = { cancelled = "cancelled" }

---@return number milliseconds
local function now()
  return vim.uv.hrtime() / 1e6
end

---@param turn chatls.Turn
---@param item table A `chatls.Item`, which need not have pieces.
---@return integer index
local function add(turn, item)
  item.pieces = item.pieces or {}
  turn.items[#turn.items + 1] = item
  return #turn.items
end

--- Append text to the item that this kind of text of its task goes on in, which subtasks beside it do not interrupt.
---@param turn chatls.Turn
---@param kind "text"|"thinking"
---@param event chatls.wire.TokenEvent|chatls.wire.ThinkingEvent
---@return integer index
local function append(turn, kind, event)
  local task = event.task or ""
  local index = turn.tails[task]
  if not index or turn.items[index].kind ~= kind then
    index = add(turn, { kind = kind, task = event.task })
    turn.tails[task] = index
  end
  local pieces = turn.items[index].pieces
  pieces[#pieces + 1] = event.data
  turn.tokens = turn.tokens + math.ceil(#event.data / BYTES_PER_TOKEN)
  turn.notice = nil
  return index
end

--- Add an item that ends the text before it.
---@param turn chatls.Turn
---@param item table A `chatls.Item`, which need not have pieces.
---@return integer index
local function interrupt(turn, item)
  turn.tails[item.task or ""] = nil
  return add(turn, item)
end

---@param turn chatls.Turn
---@param id string
---@return chatls.Tool? tool, integer index
local function tool_of(turn, id)
  local index = turn.calls[id]
  if index then
    return turn.items[index].tool, index
  end
  return nil, 0
end

--- A fault that no retry heals: shown once, though event and answer tell it.
---@param turn chatls.Turn
---@param fault chatls.wire.Fault
---@param task? string
---@return integer index
function M.fail(turn, fault, task)
  turn.notice = nil
  if not task then
    if turn.error then
      return 0
    end
    turn.error = fault
  end
  return interrupt(turn, { kind = "error", fault = fault, task = task })
end

--- It ended as this says.
---@param turn chatls.Turn
---@param outcome chatls.wire.DoneEvent|chatls.wire.StreamResult
function M.close(turn, outcome)
  turn.state = STATE_OF[outcome.stopReason] or "done"
  turn.stop_message = outcome.stopMessage
  turn.usage = outcome.usage or turn.usage
  turn.timings = outcome.timings
  turn.phase, turn.notice = nil, nil
end

---@type table<string, fun(turn: chatls.Turn, event: table): integer>
local on = {}

function on.start(turn, event)
  turn.id, turn.agent, turn.model = event.turnId, event.agent, event.model
  return 0
end

function on.phase(turn, event)
  if not event.task then
    turn.phase = event.phase
  end
  if event.leftOut then
    turn.left_out = turn.left_out or {}
    turn.left_out[event.leftOut] = true
  end
  -- As a turn begins the server says here what the user has to know.
  if event.phase == "connecting" and event.message then
    local index = interrupt(turn, { kind = "note", pieces = { event.message }, task = event.task })
    return event.leftOut and 0 or index
  end
  return 0
end

function on.token(turn, event)
  return append(turn, "text", event)
end

function on.thinking(turn, event)
  return append(turn, "thinking", event)
end

function on.tool_call(turn, event)
  local tool = { id = event.id, tool = event.tool, args = event.args, kind = event.kind, title = event.title }
  tool.output = {}
  turn.calls[event.id] = interrupt(turn, { kind = "tool", tool = tool, task = event.task })
  return turn.calls[event.id]
end

function on.tool_progress(turn, event)
  local tool, index = tool_of(turn, event.id)
  if tool then
    tool.status = event.status
    tool.output[#tool.output + 1] = event.data
  end
  return index
end

function on.tool_result(turn, event)
  local tool, index = tool_of(turn, event.id)
  if tool then
    tool.result, tool.error, tool.duration_ms = event.result, event.error, event.durationMs
    tool.status = nil
  end
  return index
end

function on.agent(turn, event)
  return interrupt(turn, { kind = "agent", agent = event.agent, parent = event.parent, task = event.task })
end

function on.error(turn, event)
  local fault = event.error
  if fault.retryInMs then
    turn.notice = ("%s Trying again in %.0f s."):format(fault.message, fault.retryInMs / 1000)
    return 0
  end
  return M.fail(turn, fault, event.task)
end

function on.usage(turn, event)
  if not event.task then
    turn.usage = event
  end
  return 0
end

function on.done(turn, event)
  M.close(turn, event)
  return 0
end

--- A turn that runs and of which nothing is known yet.
---@param message chatls.Message
---@return chatls.Turn
function M.new_turn(message)
  return {
    message = message,
    state = "running",
    items = {},
    last_seq = NO_EVENT,
    started = now(),
    tokens = 0,
    tails = {},
    calls = {},
  }
end

--- Take one event in. What came before, or is of an unknown type, changes nothing.
---@param turn chatls.Turn
---@param event chatls.wire.Event
---@return integer item the first item that changed; 0: only header or footer
---@return boolean taken whether it was new
function M.apply(turn, event)
  if event.seq <= turn.last_seq then
    return 0, false
  end
  turn.last_seq = event.seq
  return on[event.type] and on[event.type](turn, event) or 0, true
end

--- Whether the server has counted further than what arrived.
---@param turn chatls.Turn
---@param event chatls.wire.Event
---@return boolean
function M.is_gap(turn, event)
  return event.seq > turn.last_seq + 1
end

--- A turn with all of these events.
---@param message chatls.Message
---@param list chatls.wire.Event[]
---@return chatls.Turn
function M.replay(message, list)
  local turn = M.new_turn(message)
  for _, event in ipairs(list) do
    M.apply(turn, event)
  end
  return turn
end

--- The text of the answer so far, without thinking and without subtasks.
---@param turn chatls.Turn
---@return string
function M.text(turn)
  local pieces = {}
  for _, item in ipairs(turn.items) do
    if item.kind == "text" and not item.task then
      vim.list_extend(pieces, item.pieces)
    end
  end
  return table.concat(pieces)
end

return M
