--- `workspace/applyEdit`, strictly: an edit of a document that is not at the version it was made for changes nothing,
--- and says so. All edits of one turn in a file are one step of its undo. Called by `handlers.lua`.

local buffers = require("chatls.buffers")
local disk = require("chatls.disk")
local text_edits = require("chatls.text_edits")

local M = {}

---@class chatls.UndoStep What the last edit of ours in a buffer belongs to.
---@field turn table
---@field seq integer The buffer's undo number after it.

---@type table<integer, chatls.UndoStep>
local steps = {}

---@param bufnr integer
---@return integer
local function undo_number(bufnr)
  return vim.api.nvim_buf_call(bufnr, function()
    return vim.fn.undotree().seq_cur
  end)
end

--- End the undo step that is open, so that what the user types stays apart from what we write.
---@param bufnr integer
local function end_step(bufnr)
  vim.bo[bufnr].undolevels = vim.bo[bufnr].undolevels
end

--- Change a buffer, in the undo step of its turn: a new one if the user has changed or undone something since.
---@param bufnr integer
---@param turn? table nil: the edit belongs to no turn
---@param change fun()
local function as_one_step(bufnr, turn, change)
  local step = steps[bufnr]
  end_step(bufnr)
  if step and step.turn == turn and step.seq == undo_number(bufnr) then
    vim.api.nvim_buf_call(bufnr, vim.cmd.undojoin)
  end
  change()
  end_step(bufnr)
  steps[bufnr] = turn and { turn = turn, seq = undo_number(bufnr) }
end

---@param client vim.lsp.Client
---@return table? turn the one that runs now
local function running_turn(client)
  local conv = require("chatls.workspace").conversation(client.config.root_dir or "")
  local turn = conv.turns[#conv.turns]
  return turn and turn.state == "running" and turn or nil
end

--- Read a buffer again whose file was changed. Neovim counts its versions from 0 then, so they cannot tell.
---@param bufnr integer
---@return boolean changed
local function refresh(bufnr)
  local before = vim.api.nvim_buf_get_changedtick(bufnr)
  if not vim.bo[bufnr].modified then
    disk.differs(bufnr)
  end
  return vim.api.nvim_buf_get_changedtick(bufnr) ~= before
end

--- Why a document cannot be edited now, or nil.
---@param bufnr integer?
---@param version any
---@return string? reason
local function obstacle(bufnr, version)
  if not bufnr then
    return "it is not open"
  end
  if refresh(bufnr) or type(version) ~= "number" or version ~= vim.lsp.util.buf_versions[bufnr] then
    return "it has changed since"
  end
  if not vim.bo[bufnr].modifiable or vim.bo[bufnr].readonly then
    return "it is read-only in Neovim"
  end
  if not text_edits.same_lines(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) then
    return "it has lone carriage returns, which Neovim and the server count differently"
  end
end

---@param change lsp.TextDocumentEdit|lsp.CreateFile|lsp.RenameFile|lsp.DeleteFile
---@return string? reason
local function obstacle_of(change)
  if change.kind then
    return nil
  end
  local reason = obstacle(buffers.of_uri(change.textDocument.uri), change.textDocument.version)
  return reason and ("%s: %s"):format(vim.fs.basename(change.textDocument.uri), reason)
end

---@param change lsp.TextDocumentEdit|lsp.RenameFile|lsp.DeleteFile|lsp.CreateFile
---@param client vim.lsp.Client
local function apply(change, client)
  if change.kind then
    vim.lsp.util.apply_workspace_edit({ documentChanges = { change } }, client.offset_encoding)
    return
  end
  local bufnr = assert(buffers.of_uri(change.textDocument.uri))
  as_one_step(bufnr, running_turn(client), function()
    text_edits.apply(bufnr, change.edits, client.offset_encoding)
  end)
end

--- Make all changes or none. Moving and deleting files is left to Neovim, which takes their buffers along.
---@param params lsp.ApplyWorkspaceEditParams
---@param ctx lsp.HandlerContext
---@param respond chatls.Respond
function M.on_apply(params, ctx, respond)
  local client = assert(vim.lsp.get_client_by_id(ctx.client_id))
  local changes = params.edit.documentChanges
  if not changes then
    respond({ applied = false, failureReason = "the edit names no versions" })
    return
  end
  for _, change in ipairs(changes) do
    local reason = obstacle_of(change)
    if reason then
      respond({ applied = false, failureReason = reason })
      return
    end
  end
  for index, change in ipairs(changes) do
    local ok, why = pcall(apply, change, client)
    if not ok then
      respond({ applied = false, failureReason = tostring(why), failedChange = index - 1 })
      return
    end
  end
  respond({ applied = true })
end

return M
