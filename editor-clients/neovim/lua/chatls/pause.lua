--- Waits until the user pauses: so that nothing takes the keys of somebody who is typing. Called by
--- `approval_window.lua`.

local textlock = require("chatls.textlock")

local M = {}

-- Milliseconds without a key. Shorter than that is the time between two words.
local QUIET = 700
local CHECK = 100

--- Call `act` as soon as no key was pressed for a while and Neovim waits for a command in normal mode.
---@param act fun()
---@return fun() cancel
function M.wait(act)
  local timer = assert(vim.uv.new_timer())
  local listener = vim.api.nvim_create_namespace("")
  local last_key = vim.uv.now()
  vim.on_key(function()
    last_key = vim.uv.now()
  end, listener)
  local function cancel()
    if not timer:is_closing() then
      timer:close()
      vim.on_key(nil, listener)
    end
  end
  timer:start(
    QUIET,
    CHECK,
    vim.schedule_wrap(function()
      local idle = vim.uv.now() - last_key >= QUIET and vim.api.nvim_get_mode().mode == "n"
      if not timer:is_closing() and idle and vim.fn.getcmdwintype() == "" and not textlock.is_on() then
        cancel()
        act()
      end
    end)
  )
  return cancel
end

return M
