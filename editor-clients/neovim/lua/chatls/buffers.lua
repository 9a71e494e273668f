--- Which loaded buffer a URI means. Unlike `vim.uri_to_bufnr` it makes none. Called by whoever answers the server about
--- documents.

local M = {}

--- The loaded buffer of a file.
---@param uri string
---@return integer? bufnr
function M.of_uri(uri)
  if not vim.startswith(uri, "file:") then
    return nil
  end
  local path = vim.fs.normalize(vim.uri_to_fname(uri))
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.fs.normalize(vim.api.nvim_buf_get_name(bufnr)) == path then
      return bufnr
    end
  end
  return nil
end

return M
