--- What is known of a conversation: its turns, its session, what waits. Pure: nothing of Neovim's windows and buffers,
--- no requests, no drawing. `turn.lua` and `sessions.lua` fill it with what the server tells; `view.lua` subscribes.

local events = require("chatls.events")

---@alias chatls.Message chatls.wire.UserMessage What the user says.

---@alias chatls.Connection "none"|"starting"|"ready"|"dead"

---@class chatls.Older
---@field before string Where the next page of `chat/getSession` ends.
---@field count integer

---@class chatls.Conversation One session of one root; it outlives the server.
---@field id? string The session's id, once the server has given one.
---@field title? string
---@field agent? string The agent that the next turn asks; nil: the server's default.
---@field model? string The model that the next turn asks; nil: the server's default.
---@field turns chatls.Turn[]
---@field older? chatls.Older Turns of this session that are not here yet.
---@field queued? chatls.Outgoing Typed during a turn; sent when that turn is done.
---@field replace_turn_id? string The next message takes this turn's place: it is being edited.
---@field connection chatls.Connection
---@field root string The workspace folder; "" where there is none.
---@field watchers table<table, fun(turn_index: integer, item_index: integer)>

local M = {}

-- Faults that break an answer off, whose text so far stands: `server` is our own, for one that ended.
local BROKEN = { stream_interrupted = true, server = true }

---@param conv chatls.Conversation
---@param turn chatls.Turn
---@return integer
local function index_of(conv, turn)
  for at = #conv.turns, 1, -1 do
    if conv.turns[at] == turn then
      return at
    end
  end
  return 0
end

--- Tell the watchers that an item (0: only the turn's header or footer) and what follows it may look different.
---@param conv chatls.Conversation
---@param turn_index integer 0: the conversation itself, not a turn
---@param item_index integer
local function tell(conv, turn_index, item_index)
  for _, watch in pairs(conv.watchers) do
    watch(turn_index, item_index)
  end
end

--- Take a turn and those after it out of the conversation, but one.
---@param conv chatls.Conversation
---@param id string
---@param but? chatls.Turn
local function cut(conv, id, but)
  local kept, is_cut = {}, false
  for _, turn in ipairs(conv.turns) do
    is_cut = is_cut or turn.id == id
    if not is_cut or turn == but then
      kept[#kept + 1] = turn
    end
  end
  conv.turns = kept
end

--- A conversation without turns.
---@param root string
---@return chatls.Conversation
function M.new(root)
  return { turns = {}, connection = "none", root = root, watchers = {} }
end

--- Call `watch` after every change with the turn and the item (0: header or footer only) from which on it may look
--- different; turn 0 stands for everything (another connection, queue or history).
---@param conv chatls.Conversation
---@param watch fun(turn_index: integer, item_index: integer)
---@return fun() unsubscribe
function M.subscribe(conv, watch)
  local key = {}
  conv.watchers[key] = watch
  return function()
    conv.watchers[key] = nil
  end
end

--- Add a turn that runs. With `replaces` it takes another's place as soon as the server has accepted it.
---@param conv chatls.Conversation
---@param message chatls.Message
---@param replaces? string
---@return chatls.Turn
function M.begin_turn(conv, message, replaces)
  local turn = events.new_turn(message)
  turn.replaces = replaces
  conv.turns[#conv.turns + 1] = turn
  tell(conv, #conv.turns, 0)
  return turn
end

--- Take one event of a turn in. What came before, or is of an unknown type, changes nothing.
---@param conv chatls.Conversation
---@param turn chatls.Turn
---@param event table
---@return integer item the first item that changed; 0: only header or footer
function M.apply(conv, turn, event)
  local item, is_new = events.apply(turn, event)
  if not is_new then
    return 0
  end
  if event.type == "start" then
    conv.id = event.sessionId
    if turn.replaces then
      cut(conv, turn.replaces, turn)
      turn.replaces = nil
      tell(conv, 0, 0)
      return item
    end
  end
  tell(conv, index_of(conv, turn), item)
  return item
end

--- Begin a turn anew with all its events, from `chat/getTurn`. Text is never taken away: when these hold less of the
--- answer than what is shown (a server was killed before it had written the last of it), nothing changes.
---@param conv chatls.Conversation
---@param turn chatls.Turn
---@param list chatls.wire.Event[]
---@return boolean taken
function M.reset(conv, turn, list)
  local fresh = events.replay(turn.message, list)
  if #events.text(fresh) < #events.text(turn) then
    return false
  end
  turn.items, turn.tails, turn.calls, turn.last_seq = fresh.items, fresh.tails, fresh.calls, fresh.last_seq
  turn.usage, turn.timings, turn.tokens = fresh.usage, fresh.timings, fresh.tokens
  tell(conv, 0, 0)
  return true
end

--- A turn is over: with its result, or with the fault that ended it. The second call changes nothing.
---@param conv chatls.Conversation
---@param turn chatls.Turn
---@param result? chatls.wire.StreamResult
---@param fault? chatls.wire.Fault
function M.finish(conv, turn, result, fault)
  local item = 0
  if result then
    turn.id, conv.id = result.turnId, result.sessionId
    events.close(turn, result)
  elseif turn.state == "running" then
    turn.state = fault and BROKEN[fault.code] and turn.items[1] and "cut" or "failed"
  end
  if fault then
    item = events.fail(turn, fault)
  end
  turn.phase, turn.notice, turn.replaces = nil, nil, nil
  tell(conv, index_of(conv, turn), item)
end

--- A turn ended before the server knew of it.
---@param conv chatls.Conversation
---@param turn chatls.Turn
function M.cancel(conv, turn)
  turn.state, turn.replaces = "cancelled", nil
  tell(conv, index_of(conv, turn), 0)
end

---@param wire chatls.wire.Turn
---@return chatls.Turn
local function loaded(wire)
  local turn = events.replay(wire.message, wire.events)
  turn.id, turn.agent, turn.model, turn.state = wire.turnId, wire.agent, wire.model, wire.state
  return turn
end

---@param page chatls.wire.GetSessionResult
---@param count integer turns that may be before it
---@return chatls.Older?
local function older_than(page, count)
  return page.before and { before = page.before, count = math.max(1, count) } or nil
end

--- Become the session that `chat/getSession` told of: its newest turns. What was here is left.
---@param conv chatls.Conversation
---@param page chatls.wire.GetSessionResult
function M.load(conv, page)
  conv.id, conv.title = page.session.sessionId, page.session.title
  conv.turns = vim.tbl_map(loaded, page.turns)
  conv.older = older_than(page, page.session.turns - #page.turns)
  conv.queued, conv.replace_turn_id = nil, nil
  tell(conv, 0, 0)
end

--- Begin anew, without a session.
---@param conv chatls.Conversation
function M.clear(conv)
  conv.id, conv.title, conv.turns, conv.older, conv.queued, conv.replace_turn_id = nil, nil, {}, nil, nil, nil
  tell(conv, 0, 0)
end

--- Put the turns of `conv.older` before those that are here: a page of them.
---@param conv chatls.Conversation
---@param page chatls.wire.GetSessionResult
function M.prepend(conv, page)
  conv.turns = vim.list_extend(vim.tbl_map(loaded, page.turns), conv.turns)
  conv.older = older_than(page, conv.older.count - #page.turns)
  tell(conv, 0, 0)
end

--- Take a turn and those after it out, but one that has begun meanwhile: the server has forgotten them.
---@param conv chatls.Conversation
---@param turn chatls.Turn
function M.drop(conv, turn)
  local last = conv.turns[#conv.turns]
  cut(conv, turn.id, last and last.state == "running" and last or nil)
  tell(conv, 0, 0)
end

--- Change what the conversation says of itself (connection, queue, agent, model, title) and tell the watchers.
---@param conv chatls.Conversation
---@param changes table<string, any> `vim.NIL` takes a value away
function M.set(conv, changes)
  for key, value in pairs(changes) do
    conv[key] = value ~= vim.NIL and value or nil
  end
  tell(conv, 0, 0)
end

--- The text of a turn's answer so far, without thinking and without subtasks.
M.text = events.text

return M
