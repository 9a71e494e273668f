--- A buffer that is written in sections, and only where it changes: lines that stay the same are not written, and the
--- text of an answer is appended where it ends. Knows no turns; `document.lua` says what is in a section and where it
--- stands.

local fences = require("chatls.fences")

local M = {}

---@class chatls.Section Some lines of the buffer, an empty one above them where there is to be one.
---@field height integer Lines; 0: nothing to show.
---@field kind "message"|"line"|"text"|"footer" What it holds; neighbours of the kind "line" stand close.
---@field item? chatls.Item
---@field drawn integer Of an answer's text: pieces that have been drawn.
---@field held string Of an answer's text: the line ends after it, which are drawn when more text follows.
---@field column integer Of an answer's text: bytes of its last line.
---@field closed? boolean Of an answer's text: whether a code block that it left open was closed below it.
---@field is_over? boolean Of an answer's text: whether no more of it is expected.
---@field chunks? chatls.Chunks What `colours.lua` knows of its lines; nil: nothing yet.

---@class chatls.Sheet
---@field buf integer
---@field height integer Lines that were written; a buffer without any has one empty line nevertheless.
local Sheet = {}
Sheet.__index = Sheet

local marks = vim.api.nvim_create_namespace("chatls.document")
-- Above the highlights of treesitter, which are drawn with 100.
local PRIORITY = 120

---@param old string[]
---@param new string[]
---@return integer same_above, integer same_below
local function common(old, new)
  local above, below, most = 0, 0, math.min(#old, #new)
  while above < most and old[above + 1] == new[above + 1] do
    above = above + 1
  end
  while below < most - above and old[#old - below] == new[#new - below] do
    below = below + 1
  end
  return above, below
end

--- Replace lines; of those that stay the same none is written.
---@param first integer
---@param last integer exclusive
---@param lines string[]
---@return integer added lines that there are more now
---@return boolean changed
function Sheet:replace(first, last, lines)
  local above, below = common(vim.api.nvim_buf_get_lines(self.buf, first, last, true), lines)
  if above + below == #lines and #lines == last - first then
    return 0, false
  end
  local changed = vim.list_slice(lines, above + 1, #lines - below)
  -- A buffer without text has one empty line nevertheless.
  local to = self.height == 0 and -1 or last - below
  vim.api.nvim_buf_set_lines(self.buf, first + above, to, true, changed)
  local added = #lines - (last - first)
  self.height = self.height + added
  return added, true
end

---@param row integer
---@param mark chatls.Mark
function Sheet:set_mark(row, mark)
  vim.api.nvim_buf_set_extmark(self.buf, marks, row + mark.row, mark.col or 0, {
    end_col = mark.end_col,
    hl_group = mark.group,
    line_hl_group = mark.line_group,
    conceal = mark.conceal,
    priority = PRIORITY,
  })
end

--- Write a section: what it is to be, in place of what it was.
---@param section chatls.Section
---@param row integer
---@param block chatls.Block
---@param gap integer empty lines above
---@return integer added
function Sheet:put(section, row, block, gap)
  local lines = {}
  if block.lines[1] then
    for _ = 1, gap do
      lines[#lines + 1] = ""
    end
    vim.list_extend(lines, block.lines)
  end
  vim.api.nvim_buf_clear_namespace(self.buf, marks, row, row + section.height)
  local added, changed = self:replace(row, row + section.height, lines)
  if changed then
    section.chunks = nil
  end
  section.height = #lines
  for _, mark in ipairs(block.marks) do
    self:set_mark(row + gap, mark)
  end
  return added
end

---@param text string
---@return string text, string line_ends
local function split_line_ends(text)
  local last = #text
  while last > 0 and text:byte(last) == 10 do
    last = last - 1
  end
  return text:sub(1, last), text:sub(last + 1)
end

---@param section chatls.Section
---@return string text that is to be appended now
local function take_new_text(section)
  local pieces = section.item.pieces
  local text = section.held .. table.concat(pieces, "", section.drawn + 1):gsub("\r", "")
  section.drawn = #pieces
  if section.height == 0 and not text:find("%S") then
    section.held = text
    return ""
  elseif section.height == 0 then
    text = text:gsub("^%s*\n", "")
  end
  text, section.held = split_line_ends(text)
  return text
end

--- Append what has come of an answer's text.
---@param section chatls.Section
---@param row integer
---@param gap integer
---@return integer added
function Sheet:append(section, row, gap)
  if section.drawn == #section.item.pieces then
    return 0
  end
  local added = section.closed and self:reopen(section, row) or 0
  local text = take_new_text(section)
  if text == "" then
    return added
  end
  local lines = vim.split(text, "\n", { plain = true })
  if section.height == 0 then
    added = added + self:put(section, row, { lines = lines, marks = {} }, gap)
    section.column = #lines[#lines]
    return added
  end
  local last = row + section.height - 1
  vim.api.nvim_buf_set_text(self.buf, last, section.column, last, section.column, lines)
  section.column = #lines > 1 and #lines[#lines] or section.column + #text
  section.height, self.height = section.height + #lines - 1, self.height + #lines - 1
  return added + #lines - 1
end

--- Close the code block that an answer has left open, so that it does not swallow what stands below.
---@param section chatls.Section
---@param row integer
---@return integer added
function Sheet:close(section, row)
  local last = row + section.height
  local fence = fences.missing(vim.api.nvim_buf_get_lines(self.buf, row, last, true))
  section.closed = fence ~= nil
  section.height = section.height + (fence and 1 or 0)
  return (self:replace(last, last, { fence }))
end

--- More text comes after the line that closed its code block: take that away.
---@param section chatls.Section
---@param row integer
---@return integer added
function Sheet:reopen(section, row)
  local last = row + section.height
  section.closed, section.height, section.chunks = false, section.height - 1, nil
  return (self:replace(last - 1, last, {}))
end

--- Take away all lines from a row on.
---@param row integer
function Sheet:cut(row)
  vim.api.nvim_buf_clear_namespace(self.buf, marks, row, -1)
  self:replace(row, self.height, {})
end

--- A section that is not written yet.
---@param kind "message"|"line"|"text"|"footer"
---@param item? chatls.Item
---@return chatls.Section
function M.section(kind, item)
  return { kind = kind, item = item, height = 0, drawn = 0, held = "", column = 0 }
end

--- An empty sheet on a buffer that is written by it alone.
---@param buf integer
---@return chatls.Sheet
function M.new(buf)
  return setmetatable({ buf = buf, height = 0 }, Sheet)
end

return M
