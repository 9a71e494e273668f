--- A message again: as it was, or edited first. The turn that it replaces leaves the conversation, and those after it;
--- files stay as they are. Called by `commands.lua`.

local notify = require("chatls.notify")
local state = require("chatls.state")
local turns = require("chatls.turn")

local M = {}

---@param conv chatls.Conversation
---@param turn? chatls.Turn
---@return boolean
local function is_possible(conv, turn)
  if turns.is_running(conv) then
    notify.warn("an answer is being written: :ChatStop ends it")
    return false
  elseif not turn then
    notify.info("there is no message to send again yet")
    return false
  end
  return true
end

--- Send a turn's message again, as it was.
---@param conv chatls.Conversation
---@param turn? chatls.Turn
function M.retry(conv, turn)
  if not is_possible(conv, turn) then
    return
  end
  require("chatls.view").open(conv)
  if turn.id then
    turns.send(conv, { replaceTurnId = turn.id })
  else
    -- The server never had it.
    turns.send(conv, { content = turn.message.content, attachments = turn.message.attachments })
  end
end

--- Put a turn's message into the prompt; the next one that is sent takes its place.
---@param conv chatls.Conversation
---@param turn? chatls.Turn
function M.edit(conv, turn)
  if not is_possible(conv, turn) then
    return
  end
  state.set(conv, { replace_turn_id = turn.id or vim.NIL })
  require("chatls.view").focus_prompt(turn.message.content, conv)
  if turn.id then
    notify.info("the next message takes the place of that turn, and of those after it")
  end
end

return M
