--- A conversation as the lines of a buffer: which lines belong to what, and writing only those that changed. The
--- text of an answer is appended where it ends; all else is drawn by `render.lua` and compared line by line. Knows
--- no windows; `view.lua` says when to draw.

local render = require("chatls.render")
local sheets = require("chatls.sheet")

local M = {}

---@class chatls.DrawnTurn
---@field turn chatls.Turn
---@field row integer
---@field height integer
---@field sections chatls.Section[] The message, then an item each.
---@field footer chatls.Section

---@class chatls.Document
---@field buf integer
---@field head chatls.Section
---@field turns chatls.DrawnTurn[]
---@field tail chatls.Section
---@field sheet chatls.Sheet
---@field width integer Cells of a line in its window.
local Document = {}
Document.__index = Document

-- While no window shows it.
local DEFAULT_WIDTH = 80

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
    return self.sheet:put(section, row, render.item(section.item, drawn.turn, self.width), gap)
  end
  local added = self.sheet:append(section, row, gap)
  section.is_over = is_over(drawn, at)
  if section.is_over and section.height > 0 and not section.closed then
    added = added + self.sheet:close(section, row)
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
    drawn.height = drawn.height + self.sheet:put(sections[1], row, render.message(drawn.turn, root), row > 0 and 1 or 0)
  end
  if #items >= #sections then
    -- What was the last item until now looks different when another follows.
    from = math.min(from, #sections - 1)
  end
  for at = #sections, #items do
    sections[at + 1] = sheets.section(render.is_answer(items[at]) and "text" or "line", items[at])
  end
  row = row + sections[1].height
  for at = 2, #sections do
    if at > from then
      drawn.height = drawn.height + self:draw_item(drawn, at, row)
    end
    row = row + sections[at].height
  end
  drawn.height = drawn.height + self.sheet:put(drawn.footer, row, render.footer(drawn.turn), 1)
end

--- A turn of which nothing is drawn yet.
---@param turn chatls.Turn
---@return chatls.DrawnTurn
local function undrawn(turn)
  local message, footer = sheets.section("message"), sheets.section("footer")
  return { turn = turn, row = 0, height = 0, sections = { message }, footer = footer }
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

--- Make room for turns that were put before those that are drawn, which stay as they are.
---@param turns chatls.Turn[]
function Document:add_older(turns)
  local oldest = self.turns[1]
  for at, turn in ipairs(oldest and turns or {}) do
    if turn == oldest.turn then
      self.turns = vim.list_extend(vim.tbl_map(undrawn, vim.list_slice(turns, 1, at - 1)), self.turns)
      return
    end
  end
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
    self.sheet:cut(lost.row)
    self.tail.height = 0
    self.turns = vim.list_slice(self.turns, 1, kept)
  end
end

--- Draw everything anew, for another width or because much was opened or closed.
---@param conv chatls.Conversation
function Document:draw_all(conv)
  local all = {}
  for _, turn in ipairs(conv.turns) do
    all[turn] = 0
  end
  self:draw(conv, all)
end

--- Draw what may look different: items of a turn from `first[turn]` on, and whatever is not drawn yet.
---@param conv chatls.Conversation
---@param first table<chatls.Turn, integer>
function Document:draw(conv, first)
  vim.bo[self.buf].modifiable = true
  self:add_older(conv.turns)
  self:forget_lost(conv.turns)
  self.sheet:put(self.head, 0, render.head(conv), 0)
  local row = self.head.height
  for at, turn in ipairs(conv.turns) do
    local drawn = self.turns[at] or undrawn(turn)
    local from = drawn.height == 0 and 0 or first[turn]
    self.turns[at], drawn.row = drawn, row
    if from then
      self:draw_turn(drawn, from, conv.root)
    end
    row = row + drawn.height
  end
  self.sheet:put(self.tail, row, render.tail(conv), row > 0 and 1 or 0)
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
---@return chatls.Section? section, integer first, chatls.Turn? turn, integer section_index
function Document:section_at(row)
  local drawn = self:turn_at(row)
  local first = drawn and drawn.row or 0
  for at, section in ipairs(drawn and drawn.sections or {}) do
    if row < first + section.height then
      return section, first, drawn.turn, at
    end
    first = first + section.height
  end
  return nil, first, nil, 0
end

--- An empty document in a buffer that is written by it alone.
---@param buf integer
---@return chatls.Document
function M.new(buf)
  local head, tail = sheets.section("line"), sheets.section("footer")
  local document = { buf = buf, sheet = sheets.new(buf), head = head, turns = {}, tail = tail, width = DEFAULT_WIDTH }
  return setmetatable(document, Document)
end

return M
