--- `chat/saveDocuments`: write the buffers that the server names, so that a command sees what was edited. The user's
--- own autocommands run as with `:write`; nothing is asked, nothing of others is overwritten. Called by `handlers.lua`.

local buffers = require("chatls.buffers")
local disk = require("chatls.disk")
local notify = require("chatls.notify")

local M = {}

---@param bufnr integer
local function write(bufnr)
  vim.api.nvim_buf_call(bufnr, function()
    vim.cmd.write({ mods = { silent = true, lockmarks = true, keepalt = true } })
  end)
end

--- Why a buffer cannot be written, or nil.
---@param bufnr integer
---@return string? reason
local function obstacle(bufnr)
  if vim.bo[bufnr].buftype ~= "" or vim.bo[bufnr].readonly then
    return "it is read-only in Neovim"
  end
  return disk.differs(bufnr) and "it was changed on the disk too: look at both, then :write! or :edit!" or nil
end

---@param bufnr integer
---@return boolean saved
local function save(bufnr)
  if not vim.bo[bufnr].modified then
    return true
  end
  local why = obstacle(bufnr)
  if not why then
    local ok, err = pcall(write, bufnr)
    why = not ok and tostring(err) or nil
  end
  if why then
    notify.warn("%s was not saved: %s", vim.fs.basename(vim.api.nvim_buf_get_name(bufnr)), why)
  end
  return not vim.bo[bufnr].modified
end

---@param params chatls.wire.SaveDocumentsParams
---@param _ lsp.HandlerContext
---@param respond chatls.Respond
function M.on_save(params, _, respond)
  local result = { saved = {}, failed = {} }
  for _, uri in ipairs(params.uris) do
    local bufnr = buffers.of_uri(uri)
    table.insert(bufnr and save(bufnr) and result.saved or result.failed, uri)
  end
  respond(result)
end

return M
