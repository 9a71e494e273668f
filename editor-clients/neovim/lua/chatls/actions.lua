--- What the keys of the panel and the prompt do. `view.lua` gives them to `keymaps.lua`; windows and drawing are its
--- own.

local blocks = require("chatls.blocks")
local context = require("chatls.context")
local folds = require("chatls.folds")
local keymaps = require("chatls.keymaps")
local sessions = require("chatls.sessions")
local turns = require("chatls.turn")

local M = {}

---@param view chatls.View
---@return integer row from 0
local function cursor_row(view)
  return vim.api.nvim_win_get_cursor(view.panel_win)[1] - 1
end

--- Put the cursor on the first line from a row on that is not empty.
---@param view chatls.View
---@param row integer
local function go_to_text(view, row)
  local line = vim.api.nvim_buf_get_lines(view.buf, row, row + 1, false)[1]
  vim.api.nvim_win_set_cursor(view.panel_win, { row + (line == "" and 2 or 1), 0 })
end

--- Open or close what is folded at the cursor: a tool call or thinking, and the session's older turns.
---@param view chatls.View
---@param open? boolean nil: the other way round
local function fold(view, open)
  local row = cursor_row(view)
  if row < view.document.head.height then
    sessions.load_older(view.conv)
    return
  end
  local turn, item_index, first = folds.set(view.document, row, open)
  if turn then
    view.document:draw(view.conv, { [turn] = item_index })
    go_to_text(view, first)
    view:colour()
  end
end

---@param view chatls.View
---@param open boolean
local function fold_all(view, open)
  folds.set_all(view.conv, open)
  view.document:draw_all(view.conv)
  view:colour()
end

--- Go to the next message, or the one before.
---@param view chatls.View
---@param by 1|-1
local function go_to_turn(view, by)
  local row = cursor_row(view)
  local drawn, at = view.document:turn_at(row)
  if drawn and by < 0 and row > drawn.row + 1 then
    at = at + 1 -- its own message is before the cursor
  end
  local target = view.document.turns[at + by]
  if target then
    go_to_text(view, target.row)
  end
end

---@param act fun(view: chatls.View, argument: any)
---@param view chatls.View
---@param argument any
---@return fun()
local function bound(act, view, argument)
  return function()
    act(view, argument)
  end
end

---@param view chatls.View
local function send(view)
  view.prompt:send()
end

---@param view chatls.View
local function drop_context(view)
  context.drop(view.conv)
  view:draw_bars()
end

---@param view chatls.View
local function stop(view)
  turns.stop(view.conv)
end

---@param view chatls.View
local function unqueue(view)
  view.prompt:unqueue()
end

---@param view chatls.View
---@param by integer
local function go_back(view, by)
  view.prompt:go_back(by)
end

---@param view chatls.View
local function close(view)
  view:close()
end

---@param view chatls.View
local function insert(view)
  view:focus()
end

--- The actions of `keymaps.KEYS`, by name.
---@param view chatls.View
---@return table<string, fun()>
function M.of(view)
  return {
    send = bound(send, view),
    send_anywhere = bound(send, view),
    stop = bound(stop, view),
    drop_context = bound(drop_context, view),
    unqueue = bound(unqueue, view),
    older = bound(go_back, view, 1),
    newer = bound(go_back, view, -1),
    toggle = bound(fold, view),
    unfold = bound(fold, view, true),
    fold = bound(fold, view, false),
    unfold_all = bound(fold_all, view, true),
    fold_all = bound(fold_all, view, false),
    next = bound(go_to_turn, view, 1),
    previous = bound(go_to_turn, view, -1),
    yank = blocks.yank,
    apply = blocks.apply,
    insert = bound(insert, view),
    close = bound(close, view),
    help = keymaps.show,
  }
end

return M
