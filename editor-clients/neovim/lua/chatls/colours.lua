--- The colours of the panel's Markdown: those that treesitter's queries give, set once for each chunk of a text when
--- it comes into view. Neovim's own highlighter would parse the whole buffer at every token; with an answer of
--- 10,000 tokens that takes the editor's time for itself. Called by `view.lua`.

local chunks = require("chatls.chunks")

local M = {}

local marks = vim.api.nvim_create_namespace("chatls.colours")
-- What is inside of something is drawn over it.
local PRIORITY, INLINE_PRIORITY, CODE_PRIORITY = 100, 101, 102
-- A chunk that grows is painted anew when this many times the time of the last painting has passed.
local PATIENCE = 15
-- Of what was painted before, the last rows may be others now that more has followed.
local OVERLAP = 3
-- A chunk of so many rows is painted whole when it is complete; of longer ones what is painted stays.
local SHORT = 300
-- Bytes. What is longer is no text that anybody reads in colours.
local MAX_BYTES = 2 ^ 16

---@type number
local rest_until = 0

---@param language string
---@return integer
local function priority_of(language)
  return language == "markdown" and PRIORITY or language == "markdown_inline" and INLINE_PRIORITY or CODE_PRIORITY
end

---@class chatls.Canvas
---@field buf integer
---@field row integer The buffer's row of the first line.
---@field lines string[]
---@field text string
---@field from integer The first row to be painted, from 0 in the text.

--- Set a highlight. One that ends at the beginning of a line ends with the line before: text that is appended there
--- would push its end on.
---@param canvas chatls.Canvas
---@param group string
---@param range integer[] first row, column, byte, last row, column, byte
---@param conceal? string
---@param priority integer
local function set_mark(canvas, group, range, conceal, priority)
  local first, column, last, end_column = range[1], range[2], range[4], range[5]
  if first < canvas.from then
    first, column = canvas.from, 0
  end
  if end_column == 0 and last > first then
    last = last - 1
    end_column = #canvas.lines[last + 1]
  end
  vim.api.nvim_buf_set_extmark(canvas.buf, marks, canvas.row + first, column, {
    end_row = canvas.row + last,
    end_col = end_column,
    hl_group = group,
    conceal = conceal,
    priority = priority,
  })
end

---@param canvas chatls.Canvas
---@param tree TSTree
---@param language string
local function paint_tree(canvas, tree, language)
  local query = vim.treesitter.query.get(language, "highlights")
  if not query then
    return
  end
  local priority = priority_of(language)
  for id, node, metadata in query:iter_captures(tree:root(), canvas.text, canvas.from, -1) do
    local name = query.captures[id]
    local range = vim.treesitter.get_range(node, canvas.text, metadata[id])
    if range[4] >= canvas.from and not vim.startswith(name, "_") and name ~= "spell" and name ~= "nospell" then
      local conceal = metadata.conceal or (metadata[id] and metadata[id].conceal)
      set_mark(canvas, ("@%s.%s"):format(name, language), range, conceal, priority)
    end
  end
end

---@param canvas chatls.Canvas
local function paint_text(canvas)
  local ok, parser = pcall(vim.treesitter.get_string_parser, canvas.text, "markdown")
  if not ok then
    return -- without the parser there are no colours, and nothing else is missing
  end
  parser:parse(true)
  parser:for_each_tree(function(tree, language_tree)
    paint_tree(canvas, tree, language_tree:lang())
  end)
end

---@param buf integer
---@param row integer of its section
---@param chunk chatls.Chunk
---@param stop integer row within the section, exclusive
---@param is_growing boolean
local function paint_chunk(buf, row, chunk, stop, is_growing)
  local first, rows = row + chunk.first, stop - chunk.first
  local from = (is_growing or rows > SHORT) and math.max(0, chunk.painted - OVERLAP) or 0
  local lines = vim.api.nvim_buf_get_lines(buf, first, row + stop, false)
  local text = table.concat(lines, "\n") .. "\n"
  vim.api.nvim_buf_clear_namespace(buf, marks, first + from, first + math.max(rows, chunk.painted))
  if #text <= MAX_BYTES then
    paint_text({ buf = buf, row = first, lines = lines, text = text, from = math.min(from, rows) })
  end
  chunk.painted, chunk.is_final = rows, not is_growing
end

---@param section chatls.Section
---@param row integer
---@param buf integer
local function look_at(section, row, buf)
  section.chunks = section.chunks or chunks.new()
  -- The last line of a text that grows is not complete.
  local complete = section.height - ((section.kind == "text" and not section.is_over) and 1 or 0)
  if complete > section.chunks.seen then
    chunks.extend(section.chunks, vim.api.nvim_buf_get_lines(buf, row + section.chunks.seen, row + complete, false))
  end
end

---@return number milliseconds
local function now()
  return vim.uv.hrtime() / 1e6
end

--- Paint what has not its colours yet of the rows that are seen.
---@param document chatls.Document
---@param first integer from 0
---@param last integer exclusive
function M.paint(document, first, last)
  local may_repaint = now() >= rest_until
  document:each_section(first, last, function(section, row)
    look_at(section, row, document.buf)
    for _, chunk in ipairs(section.chunks.list) do
      local is_growing = chunk.last == nil and not section.is_over and section.kind == "text"
      local stop = chunk.last or section.height
      local is_seen = row + chunk.first < last and first < row + stop
      if is_seen and not chunk.is_final and (may_repaint or not is_growing) then
        local start = now()
        paint_chunk(document.buf, row, chunk, stop, is_growing)
        rest_until = math.max(rest_until, now() + PATIENCE * (now() - start))
      end
    end
  end)
end

return M
