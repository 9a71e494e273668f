--- Every sentence that is said to the user outside the panel goes through here: one line, with our name before it.
--- Nothing else calls `vim.notify`.

local M = {}

local HIGHLIGHTS = { [vim.log.levels.WARN] = "WarningMsg", [vim.log.levels.ERROR] = "ErrorMsg" }

--- Whether `vim.notify` is Neovim's own and not what a plugin put there. Neovim's is a chunk of its own or, compiled
--- without debug information, of unknown origin.
---@return boolean
local function is_built_in()
  local source = debug.getinfo(vim.notify, "S").source
  return source == "?" or vim.startswith(source, "@vim/")
end

--- Say a line as `:echomsg` does: cut in its middle to what the screen has room for, instead of a hit-enter prompt, and
--- whole in `:messages` (|shm-T|).
---@param line string
---@param level integer
local function echo(line, level)
  vim.cmd.echohl(HIGHLIGHTS[level] or "None")
  vim.cmd.echomsg(vim.fn.string(line))
  vim.cmd.echohl("None")
end

---@param level integer
---@return fun(text: string, ...: any)
local function at(level)
  return function(text, ...)
    local line = select("#", ...) > 0 and text:format(...) or text
    vim.schedule(function()
      -- The server's own messages may say the name already.
      line = "chatls: " .. line:gsub("^chatls: ", ""):gsub("[%s%c]+", " ")
      if is_built_in() then
        echo(line, level)
      else
        vim.notify(line, level, { title = "chatls" })
      end
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
