--- Every sentence that is said to the user outside the panel goes through here: one line, with our name before it.
--- Nothing else calls `vim.notify`.

local M = {}

---@param level integer
---@return fun(text: string, ...: any)
local function at(level)
  return function(text, ...)
    local line = select("#", ...) > 0 and text:format(...) or text
    vim.schedule(function()
      -- The server's own messages may say the name already.
      line = line:gsub("^chatls: ", ""):gsub("%s*\n%s*", " ")
      vim.notify("chatls: " .. line, level, { title = "chatls" })
    end)
  end
end

--- Each takes a sentence, with `string.format`'s arguments where there are any. They may be called anywhere.
M.info = at(vim.log.levels.INFO)
M.warn = at(vim.log.levels.WARN)
M.error = at(vim.log.levels.ERROR)

--- Say what an error of a request says: what happened, and what to do about it.
---@param err chatls.Error
function M.fault(err)
  M.error("%s", M.sentence(err))
end

---@param err chatls.Error
---@return string
function M.sentence(err)
  local hint = type(err.data) == "table" and err.data.hint
  return hint and (err.message .. " " .. hint) or err.message
end

return M
