--- One turn from what is sent to its end: the request `chat/stream`, its token, cancel, the message that waits behind
--- it, and what was missed while the server was away. It writes into `state.lua`; windows are unknown here.

local client = require("chatls.client")
local events = require("chatls.events")
local notify = require("chatls.notify")
local progress = require("chatls.progress")
local state = require("chatls.state")

local M = {}

--- Milliseconds after which a second stop means that the server does not listen.
M.PATIENCE = 2000

---@class chatls.Outgoing What is sent.
---@field content? string Absent only with `replaceTurnId`: the same message again.
---@field attachments? chatls.wire.Attachment[]
---@field replaceTurnId? string This turn and later ones leave the conversation first.
---@field agent? string
---@field model? string
---@field options? chatls.wire.StreamOptions

---@class chatls.Run A turn that is being answered.
---@field turn chatls.Turn
---@field token string
---@field request? chatls.Request
---@field stopped? number When it was first asked to stop.
---@field held? table[] Events that wait until what is missing before them has been fetched.

---@type table<chatls.Conversation, chatls.Run>
local runs = setmetatable({}, { __mode = "k" })
--- Turns whose server ended while they ran.
---@type table<chatls.Conversation, chatls.Turn>
local lost = setmetatable({}, { __mode = "k" })

---@param err chatls.Error
---@return chatls.wire.Fault
local function fault_of(err)
  local data = type(err.data) == "table" and err.data or {}
  local code = data.reason or (err.code == -32602 and "invalid_params") or "internal"
  return { code = code, message = err.message, hint = data.hint, retryable = data.retryable == true }
end

--- Fetch the events of a turn after the last that arrived.
---@param conv chatls.Conversation
---@param turn chatls.Turn
---@param done? fun()
local function catch_up(conv, turn, done)
  local params = { sessionId = conv.id, turnId = turn.id, afterSeq = turn.last_seq >= 0 and turn.last_seq or nil }
  client.request(conv.root, "chat/getTurn", params, function(err, result)
    if not err and result.reset then
      state.reset(conv, turn, result.events)
    elseif not err then
      for _, event in ipairs(result.events) do
        state.apply(conv, turn, event)
      end
    end
    if done then
      done()
    end
  end)
end

---@param conv chatls.Conversation
---@param run chatls.Run
local function release(conv, run)
  local held = run.held or {}
  run.held = nil
  for _, event in ipairs(held) do
    state.apply(conv, run.turn, event)
  end
end

---@param conv chatls.Conversation
---@param run chatls.Run
---@param event table
local function on_event(conv, run, event)
  if runs[conv] ~= run then
    return
  elseif run.held then
    run.held[#run.held + 1] = event
  elseif events.is_gap(run.turn, event) and run.turn.id then
    run.held = { event }
    catch_up(conv, run.turn, function()
      release(conv, run)
    end)
  else
    state.apply(conv, run.turn, event)
  end
end

---@param conv chatls.Conversation
local function send_queued(conv)
  local message = conv.queued
  if message and not runs[conv] then
    state.set(conv, { queued = vim.NIL })
    M.send(conv, message)
  end
end

---@param conv chatls.Conversation
---@param run chatls.Run
---@param result chatls.wire.StreamResult
local function on_result(conv, run, result)
  state.finish(conv, run.turn, result)
  if result.lastSeq > run.turn.last_seq and not run.held then
    catch_up(conv, run.turn)
  end
  if run.turn.state == "done" then
    vim.schedule(function()
      send_queued(conv)
    end)
  end
end

---@param conv chatls.Conversation
---@param run chatls.Run
---@param err? chatls.Error
---@param result? chatls.wire.StreamResult
local function on_answer(conv, run, err, result)
  progress.forget(run.token)
  if runs[conv] ~= run then
    return -- it was abandoned
  end
  runs[conv] = nil
  if result then
    on_result(conv, run, result)
  elseif err.cancelled then
    state.cancel(conv, run.turn)
  else
    lost[conv] = err.gone and run.turn.id and run.turn or nil
    state.finish(conv, run.turn, nil, fault_of(err))
  end
end

---@param conv chatls.Conversation
---@param message chatls.Outgoing
---@param token string
---@return chatls.wire.StreamParams
local function params_of(conv, message, token)
  local text = message.content and { content = message.content, attachments = message.attachments }
  return {
    message = text,
    sessionId = conv.id,
    replaceTurnId = message.replaceTurnId,
    agent = message.agent or conv.agent,
    model = message.model or conv.model,
    options = message.options,
    workDoneToken = token,
  }
end

--- The message as it will be shown: of a retry, that of the turn it replaces.
---@param conv chatls.Conversation
---@param message chatls.Outgoing
---@return chatls.Message
local function shown(conv, message)
  for _, turn in ipairs(conv.turns) do
    if not message.content and turn.id == message.replaceTurnId then
      return turn.message
    end
  end
  return { content = message.content or "", attachments = message.attachments }
end

--- Send a message, or queue it while a turn runs. Without `content`, `replaceTurnId` says what is sent again.
---@param conv chatls.Conversation
---@param message chatls.Outgoing
---@return boolean taken false: one is queued already, and the user was told
function M.send(conv, message)
  if runs[conv] then
    return M.queue(conv, message)
  end
  local turn = state.begin_turn(conv, shown(conv, message), message.replaceTurnId)
  local run = { turn = turn }
  run.token = progress.listen(function(event)
    on_event(conv, run, event)
  end)
  runs[conv] = run
  client.refresh(conv.root)
  run.request = client.request(conv.root, "chat/stream", params_of(conv, message, run.token), function(err, result)
    on_answer(conv, run, err, result)
  end)
  return true
end

--- Whether a turn is being answered.
---@param conv chatls.Conversation
---@return boolean
function M.is_running(conv)
  return runs[conv] ~= nil
end

--- Stop the turn that is being answered; what was shown stays. Asked again after two seconds without an answer, it ends
--- the server.
---@param conv chatls.Conversation
---@return boolean stopped false: there was none
function M.stop(conv)
  local run = runs[conv]
  if not run then
    return false
  end
  local now = vim.uv.now()
  if run.stopped and now - run.stopped >= M.PATIENCE then
    notify.warn("the server did not stop, so it is ended; the next message starts it again")
    client.kill(conv.root)
    return true
  end
  run.stopped = run.stopped or now
  run.request.cancel()
  return true
end

--- Leave a conversation's turn: it is stopped, and what still comes of it is nobody's. The waiting message goes too.
---@param conv chatls.Conversation
function M.abandon(conv)
  local run = runs[conv]
  runs[conv], lost[conv] = nil, nil
  if run then
    run.request.cancel()
  end
end

--- Let a message wait until the running turn is done. It is not sent after a turn that was stopped or failed: then it
--- stays here for the view to give back.
---@param conv chatls.Conversation
---@param message chatls.Outgoing
---@return boolean queued
function M.queue(conv, message)
  if conv.queued then
    notify.warn("one message waits already: take it back, or wait until it is sent")
    return false
  end
  state.set(conv, { queued = message })
  return true
end

--- Take the waiting message back.
---@param conv chatls.Conversation
---@return chatls.Outgoing?
function M.unqueue(conv)
  local message = conv.queued
  if message then
    state.set(conv, { queued = vim.NIL })
  end
  return message
end

--- The server is there again: fetch what it had written of a turn that it left unfinished.
---@param conv chatls.Conversation
function M.on_ready(conv)
  local turn = lost[conv]
  lost[conv] = nil
  if turn then
    catch_up(conv, turn)
  end
end

return M
