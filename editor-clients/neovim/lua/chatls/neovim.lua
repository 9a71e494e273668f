--- What `vim.lsp` wants differently in each version of Neovim, and what this client tells the server that it can do.
--- Only `client.lua` calls it.

local M = {}

--- The version of the wire contract that this client speaks.
M.PROTOCOL = 1

local CAPABILITY =
  { protocol = M.PROTOCOL, approval = true, hunks = true, diagnostics = true, save = true, strictEdits = true }
local IS_OLD = vim.fn.has("nvim-0.11") == 0

--- Call a method of a Neovim client: a plain function up to 0.10.
---@param client vim.lsp.Client
---@param method string
function M.call(client, method, ...)
  if IS_OLD then
    return client[method](...)
  end
  return client[method](client, ...)
end

--- What Neovim can do, and we on top of it.
---@return lsp.ClientCapabilities
function M.capabilities()
  local all = vim.lsp.protocol.make_client_capabilities()
  -- The one encoding that every Neovim and every other server of a buffer can agree on.
  all.general = vim.tbl_extend("force", all.general or {}, { positionEncodings = { "utf-16" } })
  -- Neovim takes versioned edits and does not say so.
  all.workspace.workspaceEdit.documentChanges = true
  all.experimental = { chatls = CAPABILITY }
  return all
end

--- Start a client that is attached to no buffer yet.
---@param settings vim.lsp.ClientConfig
---@return integer? id, string? why
function M.start(settings)
  if IS_OLD then
    ---@diagnostic disable-next-line: deprecated
    return vim.lsp.start_client(settings)
  end
  local function never()
    return false
  end
  return vim.lsp.start(settings, { attach = false, silent = true, reuse_client = never })
end

return M
