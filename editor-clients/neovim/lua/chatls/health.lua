--- `:checkhealth chatls`: Neovim, the plugin's settings, and then what the server's own `doctor` finds: its version,
--- models, ripgrep, confinement of commands. Changes nothing. Called by Neovim.

local config = require("chatls.config")

local M = {}

-- Milliseconds. The doctor starts a server and asks each model server.
local DOCTOR_LIMIT = 60000

--- What the doctor's signs mean here.
---@type table<string, fun(text: string, advice?: string[])>
local TELL = {
  ["✓"] = function(text)
    vim.health.ok(text)
  end,
  ["!"] = function(text, advice)
    vim.health.warn(text, advice)
  end,
  ["✗"] = function(text, advice)
    vim.health.error(text, advice)
  end,
}

---@class chatls.Finding
---@field sign string
---@field text string
---@field advice string[]

--- The findings in what `chatls doctor` wrote: a sign and a text a line, and behind an arrow how to mend it.
---@param output string
---@return chatls.Finding[]
function M.findings(output)
  local found = {}
  for line in vim.gsplit(output, "\n", { plain = true }) do
    local advice = line:match("^  → (.*)")
    local sign, text = line:match("^(%S+) (.*)")
    if advice and found[#found] then
      table.insert(found[#found].advice, advice)
    elseif TELL[sign] then
      table.insert(found, { sign = sign, text = text, advice = {} })
    end
  end
  return found
end

local function check_neovim()
  vim.health.start("chatls: Neovim")
  if vim.fn.has("nvim-0.10") == 1 then
    vim.health.ok(("Neovim %s"):format(vim.version()))
  else
    vim.health.error(("Neovim %s is too old"):format(vim.version()), { "Install Neovim 0.10 or newer." })
  end
  if vim.fn.exists(":Chat") == 2 then
    vim.health.ok("the commands are there")
  else
    local advice = { "Put `editor-clients/neovim` on 'runtimepath' before start-up ends." }
    vim.health.error("there is no command :Chat", advice)
  end
  if vim.treesitter.language.add("markdown") then
    vim.health.ok("answers are highlighted by treesitter")
  else
    vim.health.warn("there is no treesitter parser for Markdown", { "Install Neovim with its bundled parsers." })
  end
end

---@return string[]? cmd
local function check_command()
  local cmd, found = require("chatls.server").command()
  if cmd then
    local places = { option = "option `cmd`", PATH = "PATH", clone = "the clone this plugin lies in" }
    vim.health.ok(("the server is `%s` (from %s)"):format(table.concat(cmd, " "), places[found]))
  else
    vim.health.error(found.message, { found.hint })
  end
  return cmd
end

--- Settings as environment variables: the doctor has no client that tells it the user's, and these count next.
---@param settings table<string, any>
---@param prefix string
---@return table<string, string>
function M.variables(settings, prefix)
  local found = {}
  for key, value in pairs(settings) do
    local name = ("%s_%s"):format(prefix, key:gsub("%u", "_%0"):gsub("%.", "_"):upper())
    if type(value) == "table" and not vim.islist(value) then
      found = vim.tbl_extend("error", found, M.variables(value, name))
    else
      found[name] = type(value) == "string" and value or vim.json.encode(value)
    end
  end
  return found
end

---@param cmd string[]
---@param folder string
local function check_server(cmd, folder)
  local command = vim.list_extend(vim.list_slice(cmd), { "doctor" })
  local env = M.variables(config.get().settings, "CHATLS")
  local ok, run = pcall(vim.system, command, { text = true, cwd = folder ~= "" and folder or nil, env = env })
  local result = ok and run:wait(DOCTOR_LIMIT)
  local findings = result and M.findings(result.stdout or "") or {}
  if not findings[1] then
    local why = not ok and tostring(run) or vim.trim(result.stderr or "")
    local advice = { "Is option `cmd` the command `chatls`?", "In a clone: " .. M.setup_advice() }
    vim.health.error(("`%s` says nothing: %s"):format(table.concat(command, " "), why), advice)
  end
  for _, finding in ipairs(findings) do
    TELL[finding.sign](finding.text, finding.advice)
  end
end

--- The command that makes a server, for people.
---@return string
function M.setup_advice()
  local server = require("chatls.server")
  local clone = server.clone()
  return clone and ("run `%s`"):format(server.setup_command(clone)) or "run `python3 server/bootstrap.py doctor`"
end

local function check_connections()
  local client = require("chatls.client")
  for _, root in ipairs(client.roots()) do
    vim.health.info(("server of %s: %s"):format(root ~= "" and root or "no workspace", client.state(root)))
  end
end

--- Called by `:checkhealth chatls`.
function M.check()
  check_neovim()
  vim.health.start("chatls: server")
  local cmd = check_command()
  if cmd then
    check_server(cmd, require("chatls.workspace").root(vim.api.nvim_get_current_buf()))
    check_connections()
  end
end

return M
