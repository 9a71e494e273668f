--- `chat/undoTurn`: put back what a turn changed, or take it out of the conversation, or both. Called by
--- `commands.lua`.

local asking = require("chatls.asking")
local notify = require("chatls.notify")
local state = require("chatls.state")
local turns = require("chatls.turn")

local M = {}

---@type table<string, string>
local LABELS = {
  files = "its changes of files",
  conversation = "it and what came after it, in the conversation",
  both = "both",
}

--- What can be undone, in the order it is offered.
M.WHAT = { "files", "conversation", "both" }

---@param conv chatls.Conversation
---@param turn chatls.Turn
---@param what string
local function undo(conv, turn, what)
  local params = { sessionId = conv.id, turnId = turn.id, restore = what }
  asking.request(conv, "chat/undoTurn", params, function(result)
    vim.cmd.checktime()
    notify.info("%s", result.message)
    if what ~= "files" then
      state.drop(conv, turn)
    end
  end, function()
    vim.cmd.checktime() -- some of its files may be put back
  end)
end

--- Undo a turn.
---@param conv chatls.Conversation
---@param turn? chatls.Turn
---@param what string one of `WHAT`; "": ask
function M.run(conv, turn, what)
  if not (conv.id and turn and turn.id) then
    notify.info("there is nothing to undo yet")
  elseif turns.is_running(conv) then
    notify.warn("an answer is being written: :ChatStop ends it")
  elseif LABELS[what] then
    undo(conv, turn, what)
  elseif what ~= "" then
    notify.warn("%s cannot be undone: say files, conversation or both", what)
  else
    asking.choose(M.WHAT, "Undo of this turn: ", function(each)
      return LABELS[each]
    end, function(choice)
      undo(conv, turn, choice)
    end)
  end
end

return M
