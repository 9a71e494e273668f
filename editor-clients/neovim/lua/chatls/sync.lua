--- Which buffers the server sees: files of the workspace, so that its tools read unsaved text. Attaches and lets go;
--- the text itself is sent by `vim.lsp`. `link.lua` calls it when a server is ready and when it is gone, `client.lua`
--- before a message.

local config = require("chatls.config")

local M = {}

-- Bytes. Every change of a buffer is compared with all of it; beyond this, typing would be felt.
local MAX_BYTES = 2 ^ 20

---@param client_id integer
---@return string
local function group_of(client_id)
  return "chatls.sync." .. client_id
end

--- Whether a buffer is an ordinary file below a root.
---@param buffer integer
---@param root string
---@return boolean
function M.is_wanted(buffer, root)
  local name = vim.api.nvim_buf_get_name(buffer)
  if not vim.api.nvim_buf_is_loaded(buffer) or vim.bo[buffer].buftype ~= "" or vim.bo[buffer].binary then
    return false
  end
  if root == "" or not vim.startswith(vim.fs.normalize(name), (root:gsub("/$", "")) .. "/") then
    return false
  end
  return vim.api.nvim_buf_get_offset(buffer, vim.api.nvim_buf_line_count(buffer)) <= MAX_BYTES
end

---@param buffer integer
---@param client_id integer
---@param root string
local function attach(buffer, client_id, root)
  if not vim.lsp.buf_is_attached(buffer, client_id) and M.is_wanted(buffer, root) then
    vim.lsp.buf_attach_client(buffer, client_id)
  end
end

--- Attach the buffers that are wanted and not attached yet: those too that were opened without autocommands.
---@param client_id integer
---@param root string
function M.refresh(client_id, root)
  if config.get().sync then
    vim.iter(vim.api.nvim_list_bufs()):each(function(buffer)
      attach(buffer, client_id, root)
    end)
  end
end

--- Attach the buffers that are wanted, those that are there and those that will be.
---@param client_id integer
---@param root string
function M.start(client_id, root)
  if not config.get().sync then
    return
  end
  vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile", "BufFilePost", "BufWritePost", "BufEnter" }, {
    group = vim.api.nvim_create_augroup(group_of(client_id), {}),
    desc = "chatls: let the server see this buffer",
    callback = function(event)
      attach(event.buf, client_id, root)
    end,
  })
  M.refresh(client_id, root)
end

--- The server is gone.
---@param client_id integer
function M.stop(client_id)
  pcall(vim.api.nvim_del_augroup_by_name, group_of(client_id))
end

return M
