--- A conversation as the lines of a buffer: which lines belong to what, and writing only those that changed. The text of
--- an answer is appended where it ends; all else is drawn by `render.lua` and compared line by line. Knows no windows;
--- `view.lua` says when to draw.

local fences = require("chatls.fences")
local render = require("chatls.render")

local M = {}

---@class chatls.Section Some lines of the buffer, an empty one above them where there is to be one.
---@field height integer Lines; 0: nothing to show.
---@field kind "message"|"line"|"text"|"footer" What it holds; neighbours of the kind "line" stand close.
---@field item? chatls.Item
---@field drawn? integer Of an answer's text: pieces that have been drawn.
---@field held? string Of an answer's text: the line ends after it, which are drawn when more text follows.
---@field column? integer Of an answer's text: bytes of its last line.
---@field closed? boolean Of an answer's text: whether a code block that it left open was closed below it.
---@field is_over? boolean Of an answer's text: whether no more of it is expected.
---@field chunks? chatls.Chunks What `colours.lua` knows of its lines; nil: nothing yet.

---@class chatls.DrawnTurn
---@field turn chatls.Turn
---@field row integer
---@field height integer
---@field sections chatls.Section[] The message, then an item each.
---@field footer chatls.Section

---@class chatls.Document
---@field buf integer
---@field turns chatls.DrawnTurn[]
---@field tail chatls.Section
---@field height integer
---@field width integer Cells of a line in its window.
local Document = {}
Document.__index = Document

local marks = vim.api.nvim_create_namespace("chatls.document")
-- While no window shows it.
local DEFAULT_WIDTH = 80
-- Above the highlights of treesitter, which are drawn with 100.
local PRIORITY = 120

---@param kind "message"|"line"|"text"|"footer"
---@param item? chatls.Item
---@return chatls.Section
local function new_section(kind, item)
  return { kind = kind, item = item, height = 0, drawn = 0, held = "", column = 0 }
end

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
function Document:replace(first, last, lines)
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
function Document:set_mark(row, mark)
  vim.api.nvim_buf_set_extmark(self.buf, marks, row + mark.row, mark.col or 0, {
    end_col = mark.end_col,
    hl_group = mark.group,
    line_hl_group = mark.line_group,
    conceal = mark.conceal,
    priority = PRIORITY,
  })
end

---@param section chatls.Section
---@param row integer
---@param block chatls.Block
---@param gap integer empty lines above
---@return integer added
function Document:put(section, row, block, gap)
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
function Document:append(section, row, gap)
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
function Document:close(section, row)
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
function Document:reopen(section, row)
  local last = row + section.height
  section.closed, section.height, section.chunks = false, section.height - 1, nil
  return (self:replace(last - 1, last, {}))
end

--- Empty lines above a section: none below a heading and between lines of our own.
---@param sections chatls.Section[]
---@param at integer
---@return integer
local function gap_above(sections, at)
  for before = at - 1, 1, -1 do
    local above = sections[before]
    if above.height > 0 then
      local are_close = above.kind == "line" and sections[at].kind == "line" and not above.item.open
      return (above.kind == "message" or are_close) and 0 or 1
    end
  end
  return 0
end

---@param drawn chatls.DrawnTurn
---@param at integer of the section
---@return boolean
local function is_over(drawn, at)
  if drawn.turn.state ~= "running" then
    return true
  end
  local following = drawn.turn.items[at]
  return following ~= nil and not following.task
end

---@param drawn chatls.DrawnTurn
---@param at integer
---@param row integer
---@return integer added
function Document:draw_item(drawn, at, row)
  local section, gap = drawn.sections[at], gap_above(drawn.sections, at)
  if section.kind ~= "text" then
    return self:put(section, row, render.item(section.item, drawn.turn, self.width), gap)
  end
  local added = self:append(section, row, gap)
  section.is_over = is_over(drawn, at)
  if section.is_over and section.height > 0 and not section.closed then
    added = added + self:close(section, row)
  end
  return added
end

--- Draw the items of a turn from one on, and its message and footer.
---@param drawn chatls.DrawnTurn
---@param from integer the first item that may look different
---@param root string
function Document:draw_turn(drawn, from, root)
  local row, sections, items = drawn.row, drawn.sections, drawn.turn.items
  if from == 0 then
    drawn.height = drawn.height + self:put(sections[1], row, render.message(drawn.turn, root), row > 0 and 1 or 0)
  end
  if #items >= #sections then
    -- What was the last item until now looks different when another follows.
    from = math.min(from, #sections - 1)
  end
  for at = #sections, #items do
    sections[at + 1] = new_section(render.is_answer(items[at]) and "text" or "line", items[at])
  end
  row = row + sections[1].height
  for at = 2, #sections do
    if at > from then
      drawn.height = drawn.height + self:draw_item(drawn, at, row)
    end
    row = row + sections[at].height
  end
  drawn.height = drawn.height + self:put(drawn.footer, row, render.footer(drawn.turn), 1)
end

---@param drawn? chatls.DrawnTurn
---@param turn? chatls.Turn
---@return boolean whether this is drawn of that, and not of what was there before it was told anew
local function is_of(drawn, turn)
  if not drawn or drawn.turn ~= turn then
    return false
  end
  local first = drawn.sections[2]
  return #drawn.sections <= #turn.items + 1 and (not first or first.item == turn.items[1])
end

--- Take away what is drawn of turns that are no longer there, and all after them.
---@param turns chatls.Turn[]
function Document:forget_lost(turns)
  local kept = 0
  while is_of(self.turns[kept + 1], turns[kept + 1]) do
    kept = kept + 1
  end
  local lost = self.turns[kept + 1]
  if lost then
    vim.api.nvim_buf_clear_namespace(self.buf, marks, lost.row, -1)
    self:replace(lost.row, self.height, {})
    self.tail.height = 0
    self.turns = vim.list_slice(self.turns, 1, kept)
  end
end

--- Draw everything anew, for another width or because much was opened or closed.
---@param conv chatls.Conversation
function Document:draw_all(conv)
  local all = {}
  for at in ipairs(conv.turns) do
    all[at] = 0
  end
  self:draw(conv, all)
end

--- Draw what may look different: items from `first[i]` on of the turn i, and whatever is not drawn yet.
---@param conv chatls.Conversation
---@param first table<integer, integer>
function Document:draw(conv, first)
  vim.bo[self.buf].modifiable = true
  self:forget_lost(conv.turns)
  local row = 0
  for at, turn in ipairs(conv.turns) do
    local drawn, from = self.turns[at], first[at]
    if not drawn then
      drawn, from = { turn = turn, height = 0, sections = { new_section("message") }, footer = new_section("footer") }, 0
      self.turns[at] = drawn
    end
    drawn.row = row
    if from then
      self:draw_turn(drawn, from, conv.root)
    end
    row = row + drawn.height
  end
  self:put(self.tail, row, render.tail(conv), row > 0 and 1 or 0)
  vim.bo[self.buf].modifiable = false
end

---@param row integer from 0
---@return chatls.DrawnTurn?, integer index
function Document:turn_at(row)
  for at = #self.turns, 1, -1 do
    if self.turns[at].row <= row then
      return self.turns[at], at
    end
  end
  return nil, 0
end

--- Visit the sections that have some of these rows.
---@param first integer from 0
---@param last integer exclusive
---@param visit fun(section: chatls.Section, row: integer)
function Document:each_section(first, last, visit)
  for _, drawn in ipairs(self.turns) do
    local row = drawn.row
    for _, section in ipairs(row < last and first < row + drawn.height and drawn.sections or {}) do
      if section.height > 0 and row < last and first < row + section.height then
        visit(section, row)
      end
      row = row + section.height
    end
  end
end

--- What a line belongs to.
---@param row integer from 0
---@return chatls.Section? section, integer first, integer turn_index, integer section_index
function Document:section_at(row)
  local drawn, turn_index = self:turn_at(row)
  local first = drawn and drawn.row or 0
  for at, section in ipairs(drawn and drawn.sections or {}) do
    if row < first + section.height then
      return section, first, turn_index, at
    end
    first = first + section.height
  end
  return nil, first, turn_index, 0
end

--- An empty document in a buffer that is written by it alone.
---@param buf integer
---@return chatls.Document
function M.new(buf)
  return setmetatable({ buf = buf, turns = {}, tail = new_section("footer"), height = 0, width = DEFAULT_WIDTH }, Document)
end

return M
