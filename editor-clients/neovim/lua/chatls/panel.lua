--- The windows of a panel and their buffers: made, laid out, kept at the end of the stream. What is in them is unknown
--- here; `view.lua` and `prompt.lua` know.

local config = require("chatls.config")

local M = {}

-- Columns and lines. A chat narrower than this breaks every line of code; a screen narrower than that has no room for
-- two windows side by side.
local LEAST_WIDTH, LEAST_SCREEN = 42, 72
local BOTTOM_SHARE = 0.6
local PROMPT_LEAST, PROMPT_MOST = 3, 12

---@type table<string, any>
local WINDOW = {
  number = false,
  relativenumber = false,
  signcolumn = "no",
  foldcolumn = "0",
  foldenable = false,
  statuscolumn = "",
  colorcolumn = "",
  list = false,
  spell = false,
  wrap = true,
  linebreak = true,
  breakindent = true,
  cursorline = false,
  winfixbuf = true,
  fillchars = "eob: ",
}
local PANEL = { conceallevel = 2, concealcursor = "nc", smoothscroll = true, winfixwidth = true, scrolloff = 0 }
local PROMPT = { winfixheight = true, winfixwidth = true, scrolloff = 0 }

---@param win integer
---@param ... table<string, any>
local function set_options(win, ...)
  for _, options in ipairs({ ... }) do
    for name, value in pairs(options) do
      vim.api.nvim_set_option_value(name, value, { win = win, scope = "local" })
    end
  end
end

--- Wipe what `:mksession` has brought back in the place of a panel: empty buffers of its names, with their windows.
---@param name string
local function wipe_remains(name)
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_name(buf) == name and not vim.b[buf].chatls_root then
      vim.api.nvim_buf_delete(buf, { force = true })
    end
  end
end

--- A buffer that is neither a file nor listed, and known by `vim.b.chatls_root` to belong to a workspace.
---@param root string
---@param suffix string of its name
---@param filetype string
---@return integer buf
function M.new_buffer(root, suffix, filetype)
  local buf = vim.api.nvim_create_buf(false, true)
  local name = "chatls://" .. vim.fs.basename(root) .. suffix
  wipe_remains(name)
  -- Statuslines show it, so it is short unless another workspace is called the same.
  vim.api.nvim_buf_set_name(buf, vim.fn.bufexists(name) == 0 and name or "chatls://" .. root .. suffix)
  vim.b[buf].chatls_root = root
  vim.bo[buf].bufhidden = "hide"
  vim.bo[buf].swapfile = false
  vim.bo[buf].filetype = filetype
  return buf
end

---@return vim.api.keyset.win_config
local function place()
  local wanted = config.get().panel
  if wanted.position == "bottom" or vim.o.columns < LEAST_SCREEN then
    return { win = -1, split = "below", height = math.floor(vim.o.lines * BOTTOM_SHARE) }
  end
  local width = wanted.width < 1 and math.floor(vim.o.columns * wanted.width) or wanted.width
  return { win = -1, split = wanted.position, width = math.max(width, LEAST_WIDTH) }
end

--- Open a window that stays beside the current one.
---@param buf integer
---@param where vim.api.keyset.win_config
---@return integer? win nil: there is no room for it (E36)
local function split(buf, where)
  local ok, win = pcall(vim.api.nvim_open_win, buf, false, where)
  if not ok and not tostring(win):find("E36:", 1, true) then
    error(win)
  end
  return ok and win --[[@as integer]] or nil
end

--- Open both windows in the current tab page. The current window stays the current one.
---@param panel_buf integer
---@param prompt_buf integer
---@return integer? panel_win, integer? prompt_win nil: there is no room for them
function M.open(panel_buf, prompt_buf)
  local panel_win = split(panel_buf, place())
  if not panel_win then
    return nil
  end
  set_options(panel_win, WINDOW, PANEL)
  local prompt_win = split(prompt_buf, { win = panel_win, split = "below", height = PROMPT_LEAST })
  if not prompt_win then
    vim.api.nvim_win_close(panel_win, true)
    return nil
  end
  set_options(prompt_win, WINDOW, PROMPT)
  if vim.o.equalalways then
    -- A split of a given width takes it from its neighbour alone.
    vim.cmd("horizontal wincmd =")
  end
  return panel_win, prompt_win
end

--- Whether there are windows beside these, floating ones aside.
---@param own integer[]
---@return boolean
local function are_others(own)
  return vim.iter(vim.api.nvim_list_wins()):any(function(win)
    return vim.api.nvim_win_get_config(win).relative == "" and not vim.list_contains(own, win)
  end)
end

--- Close a window, which may be gone. The last one that there is stays, and is the user's.
---@param win? integer
function M.close(win)
  if not win or not vim.api.nvim_win_is_valid(win) then
    return
  elseif are_others({ win }) then
    vim.api.nvim_win_close(win, true)
    return
  end
  vim.wo[win].winfixbuf = false
  if vim.b[vim.api.nvim_win_get_buf(win)].chatls_root then
    vim.api.nvim_win_set_buf(win, vim.api.nvim_create_buf(true, false))
  end
end

--- The cells of a line in a window.
---@param win? integer
---@return integer? width
function M.width(win)
  return win and vim.api.nvim_win_is_valid(win) and vim.api.nvim_win_get_width(win) or nil
end

--- The rows that a window shows, or a little more.
---@param win integer
---@return integer first from 0
---@return integer last exclusive
function M.visible(win)
  local first = vim.fn.line("w0", win) - 1
  return first, first + vim.api.nvim_win_get_height(win)
end

--- Make the prompt as high as its text.
---@param win? integer
function M.fit(win)
  if win and vim.api.nvim_win_is_valid(win) then
    local bar = vim.wo[win].winbar ~= "" and 1 or 0
    local height = vim.api.nvim_win_text_height(win, {}).all + bar
    vim.api.nvim_win_set_height(win, math.max(PROMPT_LEAST, math.min(height, PROMPT_MOST)))
  end
end

--- Whether a window shows the end of its buffer and its cursor is there: then it follows what is written.
---@param win? integer
---@return boolean
function M.is_at_end(win)
  if not win or not vim.api.nvim_win_is_valid(win) then
    return false
  end
  local last = vim.api.nvim_buf_line_count(vim.api.nvim_win_get_buf(win))
  if vim.api.nvim_win_get_cursor(win)[1] < last then
    return false
  end
  local column = math.max(1, vim.fn.col({ last, "$" }, win) - 1)
  return vim.fn.screenpos(win, last, column).row > 0
end

--- Show the end of a window's buffer.
---@param win integer
---@param is_shorter? boolean Lines were taken away, and what is left is to fill the window.
function M.to_end(win, is_shorter)
  local buf = vim.api.nvim_win_get_buf(win)
  local last = vim.api.nvim_buf_line_count(buf)
  local line = vim.api.nvim_buf_get_lines(buf, last - 1, last, true)[1]
  vim.api.nvim_win_set_cursor(win, { last, #line })
  if is_shorter then
    vim.api.nvim_win_call(win, function()
      vim.cmd("normal! zb")
    end)
  end
end

--- What a window shows of its buffer.
---@param win? integer
---@return vim.fn.winsaveview.ret?
function M.shown(win)
  return win and vim.api.nvim_win_is_valid(win) and vim.api.nvim_win_call(win, vim.fn.winsaveview) or nil
end

--- Have a window show that again, which is some lines further down now.
---@param win integer
---@param shown vim.fn.winsaveview.ret
---@param by integer
function M.show(win, shown, by)
  shown.lnum, shown.topline = shown.lnum + by, shown.topline + by
  vim.api.nvim_win_call(win, function()
    vim.fn.winrestview(shown)
  end)
end

--- Set a window's bar when it is another than before: setting it draws the window anew.
---@param win? integer
---@param text string
function M.set_winbar(win, text)
  if win and vim.api.nvim_win_is_valid(win) and vim.wo[win].winbar ~= text then
    vim.api.nvim_set_option_value("winbar", text, { win = win, scope = "local" })
  end
end

--- Whether, without these windows and the current one, this Neovim has none that shows a buffer.
---@param own integer[]
---@return boolean
function M.are_last(own)
  return not are_others({ vim.api.nvim_get_current_win(), unpack(own) })
end

return M
