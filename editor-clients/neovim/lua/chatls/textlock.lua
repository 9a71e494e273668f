--- While an `<expr>` mapping waits for a key Neovim lets no text and no window be changed (E565, |textlock|), and what
--- arrives meanwhile must not fail inside of the user's mapping. Called by whoever acts on what the server sends.

local M = {}

local CHECK_MS = 50
local NO_WINDOW = -1

--- Whether text and windows must be left alone now.
---@return boolean
function M.is_on()
  -- The lock is looked at before the argument, so this changes nothing in any case.
  local _, why = pcall(vim.api.nvim_set_current_win, NO_WINDOW)
  return tostring(why):find("E565", 1, true) ~= nil
end

--- Call `act` at once, or as soon as that is over.
---@param act fun()
function M.run(act)
  if not M.is_on() then
    act()
    return
  end
  vim.defer_fn(function()
    M.run(act)
  end, CHECK_MS)
end

return M
