--- The keys of the panel and the prompt, local to their buffers, and the window that shows them. What they do is given
--- by `view.lua`; which they are can be changed by the option `keys`.

local config = require("chatls.config")

local M = {}

---@class chatls.Key
---@field action string
---@field keys string[]
---@field modes string
---@field place "panel"|"prompt"|"both"
---@field desc string

---@type chatls.Key[]
M.KEYS = {
  { action = "send", keys = { "<CR>" }, modes = "n", place = "prompt", desc = "send the message" },
  { action = "send_anywhere", keys = { "<C-s>" }, modes = "ni", place = "prompt", desc = "send the message" },
  { action = "stop", keys = { "<C-c>" }, modes = "n", place = "both", desc = "stop the answer" },
  { action = "drop_context", keys = { "dc" }, modes = "n", place = "both", desc = "leave out what goes along" },
  { action = "unqueue", keys = { "dq" }, modes = "n", place = "both", desc = "take the waiting message back" },
  { action = "older", keys = { "<C-p>" }, modes = "n", place = "prompt", desc = "older message" },
  { action = "newer", keys = { "<C-n>" }, modes = "n", place = "prompt", desc = "newer message" },
  { action = "toggle", keys = { "<CR>", "<Tab>", "za" }, modes = "n", place = "panel", desc = "open or close a tool" },
  { action = "unfold", keys = { "zo" }, modes = "n", place = "panel", desc = "open a tool" },
  { action = "fold", keys = { "zc" }, modes = "n", place = "panel", desc = "close a tool" },
  { action = "unfold_all", keys = { "zR" }, modes = "n", place = "panel", desc = "open all tools" },
  { action = "fold_all", keys = { "zM" }, modes = "n", place = "panel", desc = "close all tools" },
  { action = "next", keys = { "]]" }, modes = "n", place = "panel", desc = "next message" },
  { action = "previous", keys = { "[[" }, modes = "n", place = "panel", desc = "previous message" },
  { action = "yank", keys = { "gy" }, modes = "n", place = "panel", desc = "yank the code block" },
  { action = "apply", keys = { "gp" }, modes = "n", place = "panel", desc = "put the code block into the file" },
  { action = "insert", keys = { "i", "a", "o" }, modes = "n", place = "panel", desc = "go to the prompt" },
  { action = "close", keys = { "q" }, modes = "n", place = "panel", desc = "close the panel" },
  { action = "help", keys = { "g?" }, modes = "n", place = "both", desc = "show these keys" },
}

---@param key chatls.Key
---@return string[]
local function keys_of(key)
  local chosen = config.get().keys[key.action]
  if chosen == nil then
    return key.keys
  end
  return chosen and { chosen } or {}
end

--- Set the keys of one of our buffers.
---@param buf integer
---@param place "panel"|"prompt"
---@param actions table<string, fun()>
function M.set(buf, place, actions)
  for _, key in ipairs(M.KEYS) do
    if key.place == place or key.place == "both" then
      for _, lhs in ipairs(keys_of(key)) do
        local options = { buffer = buf, nowait = true, desc = "chatls: " .. key.desc }
        vim.keymap.set(vim.split(key.modes, ""), lhs, actions[key.action], options)
      end
    end
  end
end

---@return string[]
local function help_lines()
  local lines = {}
  for _, place in ipairs({ "prompt", "panel", "both" }) do
    lines[#lines + 1] = place == "both" and "In both" or "In the " .. place
    for _, key in ipairs(M.KEYS) do
      local keys = table.concat(keys_of(key), " ")
      if key.place == place and keys ~= "" then
        lines[#lines + 1] = ("  %-14s %s"):format(keys, key.desc)
      end
    end
  end
  return lines
end

--- Show the keys in a window of their own; any of `q`, `<Esc>` and `g?` closes it, and leaving it too.
function M.show()
  local lines = help_lines()
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buf, 0, -1, true, lines)
  vim.bo[buf].bufhidden, vim.bo[buf].modifiable = "wipe", false
  local height = math.max(1, math.min(#lines, vim.o.lines - 4))
  local width = math.min(52, vim.o.columns - 2)
  local row, col = math.floor((vim.o.lines - height) / 2) - 1, math.floor((vim.o.columns - width) / 2)
  local where = { relative = "editor", row = math.max(0, row), col = col, width = width, height = height }
  local look = { style = "minimal", border = "rounded", title = " Keys ", title_pos = "center" }
  local win = vim.api.nvim_open_win(buf, true, vim.tbl_extend("error", where, look))
  local function close()
    if vim.api.nvim_win_is_valid(win) then
      vim.api.nvim_win_close(win, true)
    end
  end
  for _, lhs in ipairs({ "q", "<Esc>", "g?" }) do
    vim.keymap.set("n", lhs, close, { buffer = buf, nowait = true })
  end
  vim.api.nvim_create_autocmd("WinLeave", { buffer = buf, once = true, callback = vim.schedule_wrap(close) })
end

return M
