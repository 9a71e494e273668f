--- `chat/undoTurn`: put back what a turn changed, or take it out of the conversation, or both. Called by
--- `commands.lua`.

local asking = require("chatls.asking")
local notify = require("chatls.notify")
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

---@param uris string[]
---@return string
local function names(uris)
  return table.concat(
    vim.tbl_map(function(uri)
      return vim.fn.fnamemodify(vim.uri_to_fname(uri), ":~:.")
    end, uris),
    ", "
  )
end

---@param err chatls.Error
---@return boolean? told
local function on_error(err)
  local data = type(err.data) == "table" and err.data or {}
  if data.reason == "files_changed" and data.files then
    notify.warn("nothing was undone, since you have changed files of that turn: %s", names(data.files))
    return true
  end
end

---@param conv chatls.Conversation
---@param turn chatls.Turn
---@param what string
local function undo(conv, turn, what)
  local params = { sessionId = conv.id, turnId = turn.id, restore = what }
  asking.request(conv, "chat/undoTurn", params, function(result)
    vim.cmd.checktime()
    notify.info("%s", result.message)
    if what ~= "files" then
      require("chatls.sessions").load(conv, conv.id)
    end
  end, on_error)
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
