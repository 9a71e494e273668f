--- Which command starts the server, or what to do when there is none. Looks at files; starts nothing. `client.lua` and
--- `health.lua` call it.

local config = require("chatls.config")

local M = {}

local IS_WINDOWS = vim.fn.has("win32") == 1
local SCRIPT = IS_WINDOWS and "Scripts/chatls.exe" or "bin/chatls"

---@class chatls.Missing Why there is no command.
---@field message string
---@field hint string

---@alias chatls.Source "option"|"PATH"|"clone"

--- The clone that this plugin lies in: four folders above this file. Nil when it was copied out of one.
---@return string?
function M.clone()
  local this = vim.uv.fs_realpath(debug.getinfo(1, "S").source:sub(2))
  local root = this and vim.fs.normalize(vim.fn.fnamemodify(this, ":h:h:h:h:h"))
  return root and vim.uv.fs_stat(root .. "/server/bootstrap.py") and root or nil
end

--- The command that makes the server in this clone.
---@param clone string
---@return string
function M.setup_command(clone)
  return ("%s %s doctor"):format(IS_WINDOWS and "py" or "python3", vim.fn.shellescape(clone .. "/server/bootstrap.py"))
end

---@return chatls.Missing
local function nowhere()
  local message = "There is no server: `chatls` is not on PATH."
  local clone = M.clone()
  if clone then
    return { message = message, hint = ("Run `%s` once, or set option `cmd`."):format(M.setup_command(clone)) }
  end
  return { message = message, hint = "Install it (`pip install chatls`), or set option `cmd`." }
end

--- The server's command: option `cmd`, else `chatls` on PATH, else that of the clone.
---@return string[]? cmd
---@return chatls.Missing|chatls.Source why_or_source why there is none, or where it is from
function M.command()
  local cmd = config.get().cmd
  if cmd then
    if vim.fn.executable(cmd[1]) == 1 then
      return cmd, "option"
    end
    local message = ("Option `cmd` names `%s`, which is no program here."):format(cmd[1])
    return nil, { message = message, hint = "Correct it, or leave it out: then the server is looked for." }
  end
  if vim.fn.executable("chatls") == 1 then
    return { "chatls" }, "PATH"
  end
  local clone = M.clone()
  local program = clone and ("%s/.venv/%s"):format(clone, SCRIPT)
  if program and vim.fn.executable(program) == 1 then
    return { program }, "clone"
  end
  return nil, nowhere()
end

return M
