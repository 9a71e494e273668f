--- The code block under the cursor of the panel, else the last one: yanked, or put into the file that the user works
--- on. Called by the panel's keys and by `commands.lua`.

local context = require("chatls.context")
local fences = require("chatls.fences")
local notify = require("chatls.notify")
local state = require("chatls.state")

local M = {}

---@class chatls.CodeBlock
---@field lines string[]
---@field turn chatls.Turn

---@param lines string[]
---@param fence chatls.Fence
---@param last integer
---@return string[] lines without the indentation that the fence has
local function inner(lines, fence, last)
  local found = vim.list_slice(lines, fence.row + 1, last)
  return vim.tbl_map(function(line)
    return (line:gsub("^" .. (" ?"):rep(fence.indent), ""))
  end, found)
end

--- Find the code block at a line, or the last one of these lines.
---@param lines string[]
---@param at? integer 1-based; nil: the last block
---@return string[]? code
function M.find(lines, at)
  local code
  fences.each(lines, function(fence, last)
    if not at or (fence.row <= at and at <= (last or #lines)) then
      code = inner(lines, fence, last and last - 1 or #lines)
    end
  end)
  return code
end

--- The last block that an answer has.
---@param conv chatls.Conversation
---@return chatls.CodeBlock?
local function last_of(conv)
  for at = #conv.turns, 1, -1 do
    local lines = M.find(vim.split(state.text(conv.turns[at]), "\n", { plain = true }))
    if lines then
      return { lines = lines, turn = conv.turns[at] }
    end
  end
  notify.warn("there is no code block yet")
end

---@return chatls.CodeBlock?
local function current()
  local view = require("chatls.view")
  local conv = require("chatls").current()
  local section, at = view.section_at_cursor(conv)
  if not section then
    return last_of(conv)
  end
  local lines = M.find(section, at)
  if lines then
    return { lines = lines, turn = view.turn_at_cursor(conv) }
  end
  notify.warn("there is no code block under the cursor")
end

--- Yank the block into the register that was named (`"+gy`), else the unnamed one.
function M.yank()
  local block = current()
  if block then
    vim.fn.setreg(vim.v.register, block.lines, "l")
    notify.info("%d lines of code yanked", #block.lines)
  end
end

--- Where the lines are that the message of a turn selected, if they are as they were.
---@param turn chatls.Turn
---@return integer? buf
---@return integer first 0-based
---@return integer last exclusive
local function selected(turn)
  for _, attachment in ipairs(turn.message.attachments or {}) do
    local buf = attachment.type == "selection" and vim.fn.bufnr(vim.uri_to_fname(attachment.uri)) or -1
    if buf >= 0 and vim.api.nvim_buf_is_loaded(buf) then
      local first, last = attachment.range.start.line, attachment.range["end"].line
      local lines = vim.api.nvim_buf_get_lines(buf, first, last, false)
      if table.concat(lines, "\n") .. "\n" == attachment.text then
        return buf, first, last
      end
    end
  end
  return nil, 0, 0
end

---@param buf integer
---@return integer row after which text goes into it
local function row_in(buf)
  local win = vim.fn.win_findbuf(buf)[1]
  return win and vim.api.nvim_win_get_cursor(win)[1] or vim.api.nvim_buf_line_count(buf)
end

--- Put the block into the file: in place of the lines that its question selected, when they are unchanged, else below
--- the cursor. One undo takes it back.
function M.apply()
  local block = current()
  if not block then
    return
  end
  local buf, first, last = selected(block.turn)
  local replaces = buf ~= nil
  buf = buf or context.buffer(require("chatls").current())
  if not buf or not vim.bo[buf].modifiable then
    notify.warn("there is no file to put it into: go to one first")
    return
  end
  if not replaces then
    first = row_in(buf)
    last = first
  end
  vim.api.nvim_buf_set_lines(buf, first, last, false, block.lines)
  local what = replaces and "in place of the selected lines of %s" or "below the cursor in %s"
  notify.info(what, vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buf), ":t"))
end

return M
