--- `:ChatEdit`: the agent `edit` changes the chosen lines. Its change comes as a question with a diff, as every change
--- does, and lands in the buffer's undo. Called by `commands.lua`.

local notify = require("chatls.notify")
local turns = require("chatls.turn")

local M = {}

local AGENT = "edit"

---@param name string
---@param first integer
---@param last integer
---@param instruction string
---@return string
local function task(name, first, last, instruction)
  local lines = first == last and ("line %d"):format(first) or ("lines %d to %d"):format(first, last)
  return ("Edit %s, %s, and nothing else: %s"):format(name, lines, instruction)
end

--- Have lines of the current buffer edited.
---@param conv chatls.Conversation
---@param first integer
---@param last integer
---@param instruction string
function M.run(conv, first, last, instruction)
  local bufnr = vim.api.nvim_get_current_buf()
  local path = vim.api.nvim_buf_get_name(bufnr)
  if vim.bo[bufnr].buftype ~= "" or path == "" then
    notify.warn("only a file can be edited: go to one and select the lines")
  elseif conv.root == "" then
    notify.warn("this file is in no workspace: open Neovim in the folder of the project")
  elseif turns.is_running(conv) then
    notify.warn("an answer is being written: :ChatStop ends it")
  else
    local name = vim.startswith(path, conv.root .. "/") and path:sub(#conv.root + 2) or vim.fs.basename(path)
    local view = require("chatls.view")
    view.open(conv)
    turns.send(conv, {
      content = task(name, first, last, instruction),
      attachments = { require("chatls.context").lines(bufnr, first, last) },
      agent = AGENT,
    })
  end
end

return M
