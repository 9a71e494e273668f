--- `chat/getDiagnostics`: what `vim.diagnostic` knows of a file, or of all files of the workspace, in the positions of
--- LSP. Called by `handlers.lua`.

local buffers = require("chatls.buffers")

local M = {}

--- An LSP position from a row and a byte column.
---@param bufnr integer
---@param row integer
---@param column integer
---@param encoding "utf-8"|"utf-16"|"utf-32"
---@return lsp.Position
local function position(bufnr, row, column, encoding)
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ""
  local bytes = math.min(column, #line)
  if encoding == "utf-8" then
    return { line = row, character = bytes }
  end
  if vim.fn.has("nvim-0.11") == 1 then
    return { line = row, character = vim.str_utfindex(line, encoding, bytes, false) }
  end
  local _, units = vim.str_utfindex(line, bytes)
  return { line = row, character = units }
end

---@param found vim.Diagnostic
---@param encoding "utf-8"|"utf-16"|"utf-32"
---@return chatls.wire.Diagnostic
local function to_lsp(found, encoding)
  local bufnr = found.bufnr --[[@as integer]]
  return {
    range = {
      start = position(bufnr, found.lnum, found.col, encoding),
      ["end"] = position(bufnr, found.end_lnum or found.lnum, found.end_col or found.col, encoding),
    },
    message = found.message,
    severity = found.severity,
    source = found.source,
  }
end

--- The diagnostics of some buffers, a document each.
---@param bufnrs integer[]
---@param encoding "utf-8"|"utf-16"|"utf-32"
---@return chatls.wire.DocumentDiagnostics[]
function M.collect(bufnrs, encoding)
  local items = {}
  for _, bufnr in ipairs(bufnrs) do
    local found = vim.diagnostic.get(bufnr)
    if found[1] then
      local diagnostics = vim.tbl_map(function(each)
        return to_lsp(each, encoding)
      end, found)
      items[#items + 1] = { uri = vim.uri_from_bufnr(bufnr), diagnostics = diagnostics }
    end
  end
  return items
end

--- The loaded buffers of files below a folder.
---@param root string
---@return integer[]
local function buffers_below(root)
  return vim.tbl_filter(function(bufnr)
    local inside = vim.startswith(vim.fs.normalize(vim.api.nvim_buf_get_name(bufnr)), root .. "/")
    return inside and vim.api.nvim_buf_is_loaded(bufnr)
  end, vim.api.nvim_list_bufs())
end

---@param params chatls.wire.GetDiagnosticsParams
---@param ctx lsp.HandlerContext
---@param respond chatls.Respond
function M.on_get(params, ctx, respond)
  local client = assert(vim.lsp.get_client_by_id(ctx.client_id))
  local bufnrs
  if params.uri then
    bufnrs = { buffers.of_uri(params.uri) }
  else
    bufnrs = buffers_below(vim.fs.normalize(client.config.root_dir or vim.fn.getcwd()))
  end
  respond({ items = M.collect(bufnrs, client.offset_encoding) })
end

return M
