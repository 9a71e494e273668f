--- Whether a buffer's file was changed by others, without the questions that Neovim would ask about it: those block the
--- editor. Called by `edits.lua` and `saves.lua`.

local M = {}

--- Buffers that Neovim has found changed on the disk: it tells each change only once.
---@type table<integer, boolean>
local outdated = {}

--- Forget it when the buffer is written or read again.
---@param bufnr integer
local function remember(bufnr)
  outdated[bufnr] = true
  vim.api.nvim_create_autocmd({ "BufWritePost", "BufReadPost", "BufUnload" }, {
    desc = "chatls: the buffer and its file are the same again",
    buffer = bufnr,
    once = true,
    callback = function()
      outdated[bufnr] = nil
    end,
  })
end

--- Compare a buffer with its file. One without changes of the user's is read again where 'autoread' is set.
---@param bufnr integer
---@return boolean differs the file was changed, and the buffer still has the old text
function M.differs(bufnr)
  local watch = vim.api.nvim_create_autocmd("FileChangedShell", {
    desc = "chatls: no question about a changed file",
    buffer = bufnr,
    callback = function()
      vim.v.fcs_choice = ""
      remember(bufnr)
    end,
  })
  vim.cmd(("silent! checktime %d"):format(bufnr))
  vim.api.nvim_del_autocmd(watch)
  return outdated[bufnr] == true
end

return M
