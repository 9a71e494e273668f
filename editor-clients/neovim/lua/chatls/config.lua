--- What a user may set, and its defaults. `init.lua` sets it; everybody reads it by `get`.

local M = {}

---@class chatls.PanelConfig
---@field position "right"|"left"|"bottom"
---@field width number Columns; below 1, a share of the screen.

---@class chatls.Config
---@field cmd? string[] The command of the server; nil: `chatls` on PATH, else that of the clone this plugin lies in.
---@field sync boolean Whether the server sees open buffers of the workspace, unsaved text included.
---@field context boolean Whether the active file and the selection go along with a message.
---@field panel chatls.PanelConfig
---@field root_markers string[] A folder that holds one of these is a workspace.
---@field keys table<string, string|false> Keys of the panel by what they do (`keymaps.lua`); false: none.
---@field settings table Settings of the server (`schemas/config.json`), sent as initializationOptions.

---@type chatls.Config
local DEFAULTS = {
  cmd = nil,
  sync = true,
  context = true,
  panel = { position = "right", width = 0.4 },
  root_markers = { ".git", ".chatls.toml" },
  keys = {},
  settings = {},
}

local function is_words(value)
  return type(value) == "table"
    and #value > 0
    and vim.iter(value):all(function(word)
      return type(word) == "string" and word ~= ""
    end)
end

local function is_position(value)
  return value == "right" or value == "left" or value == "bottom"
end

local function is_size(value)
  return type(value) == "number" and value > 0
end

local function is(kind)
  return function(value)
    return type(value) == kind
  end
end

---@class chatls.Rule
---@field expected string
---@field holds fun(value: any): boolean

---@param expected string
---@param holds fun(value: any): boolean
---@return chatls.Rule
local function rule(expected, holds)
  return { expected = expected, holds = holds }
end

--- What each option must be, by its name with dots.
---@type table<string, chatls.Rule>
local RULES = {
  cmd = rule('a list of words such as { "chatls" }', is_words),
  sync = rule("true or false", is("boolean")),
  context = rule("true or false", is("boolean")),
  panel = rule("a table", is("table")),
  ["panel.position"] = rule('"right", "left" or "bottom"', is_position),
  ["panel.width"] = rule("a number above 0", is_size),
  root_markers = rule("a list of file names", is_words),
  keys = rule('a table such as { send = "<C-CR>", close = false }', is("table")),
  settings = rule("a table of the server's settings", is("table")),
}

---@type chatls.Config
local current = vim.deepcopy(DEFAULTS)

---@param name string
---@return string
local function unknown(name)
  local known = vim.tbl_keys(RULES)
  table.sort(known)
  return ("there is no option `%s`; there are %s"):format(name, table.concat(known, ", "))
end

--- Copy what is right of `given` into `target`; what is wrong is said in `problems` and stays as it was.
---@param target table
---@param given table
---@param prefix string
---@param problems string[]
local function take(target, given, prefix, problems)
  for key, value in pairs(given) do
    local name = prefix .. tostring(key)
    local wanted = RULES[name]
    if not wanted then
      problems[#problems + 1] = unknown(name)
    elseif not wanted.holds(value) then
      problems[#problems + 1] = ("option `%s` should be %s, not %s"):format(
        name,
        wanted.expected,
        vim.inspect(value, { newline = " " })
      )
    elseif name == "panel" then
      take(target.panel, value, "panel.", problems)
    else
      target[key] = vim.deepcopy(value)
    end
  end
end

--- Set options over the defaults. A wrong one keeps its default.
---@param given? table
---@return string[] problems one sentence for each that was wrong
function M.set(given)
  current = vim.deepcopy(DEFAULTS)
  local problems = {}
  take(current, given or {}, "", problems)
  table.sort(problems)
  return problems
end

--- The options as they are; not to be written to.
---@return chatls.Config
function M.get()
  return current
end

return M
