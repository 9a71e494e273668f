--- Blocks: some Markdown lines with their highlights, and how to build them. Pure, no vim.api. Knows nothing of chats;
--- `render.lua` says what is in a block, `document.lua` puts it into a buffer.

local fences = require("chatls.fences")
local wording = require("chatls.wording")

local M = {}

---@class chatls.Mark A highlight: of a range of columns, or of the whole line.
---@field row integer From 0, within its block.
---@field col? integer From 0, in bytes.
---@field end_col? integer
---@field group? string
---@field line_group? string
---@field conceal? string

---@class chatls.Block
---@field lines string[]
---@field marks chatls.Mark[]

---@alias chatls.Part string[] A text and the name of its highlight group.

local HEADING = "## "
-- How wide the panel is, is not known here: longer lines wrap. Nobody reads more of a title than this.
local LONGEST_TITLE = 160

--- A block without lines.
---@return chatls.Block
function M.new()
  return { lines = {}, marks = {} }
end

--- The lines of a text from outside.
---@param text string
---@return string[] lines without the characters that a terminal would have acted on
function M.lines_of(text)
  text = text:gsub("\27%[[%d;?]*%a", ""):gsub("\r\n", "\n")
  local lines = vim.split(text, "\n", { plain = true })
  for at, line in ipairs(lines) do
    lines[at] = line:gsub("^.*\r(.)", "%1"):gsub("\r", "")
  end
  return lines
end

--- A text in one line of bearable length.
---@param text string
---@return string
function M.one_line(text)
  text = vim.trim(text:gsub("%s+", " "))
  return #text > LONGEST_TITLE and vim.fn.strcharpart(text, 0, LONGEST_TITLE) .. "…" or text
end

--- Parts of a line as far as they fit, the last with an ellipsis.
---@param parts chatls.Part[]
---@param width integer cells
---@return chatls.Part[]
function M.cut(parts, width)
  local kept, left = {}, width
  for _, part in ipairs(parts) do
    local text, group = part[1], part[2]
    if vim.fn.strdisplaywidth(text) > left then
      kept[#kept + 1] = { wording.cut(text, left), group }
      break
    end
    kept[#kept + 1] = part
    left = left - vim.fn.strdisplaywidth(text)
  end
  return kept
end

--- Add a line of our own, as a code span: what is in it is nobody's Markdown.
---@param block chatls.Block
---@param parts chatls.Part[]
function M.add_span(block, parts)
  local text = ""
  for _, part in ipairs(parts) do
    text = text .. part[1]
  end
  local ticks = ("`"):rep(fences.longest_run(text) + 1)
  local open = ticks .. ((vim.startswith(text, "`") or vim.endswith(text, "`")) and " " or "")
  local row, col = #block.lines, #open
  for _, part in ipairs(parts) do
    block.marks[#block.marks + 1] = { row = row, col = col, end_col = col + #part[1], group = part[2] }
    col = col + #part[1]
  end
  vim.list_extend(block.marks, {
    { row = row, col = 0, end_col = #open, conceal = "" },
    { row = row, col = col, end_col = col + #open, conceal = "" },
  })
  block.lines[row + 1] = open .. text .. open:reverse()
end

--- Add a heading; the group is the whole line's, and with "Title" behind it the title's.
---@param block chatls.Block
---@param title string
---@param group string
function M.add_heading(block, title, group)
  local row = #block.lines
  block.lines[row + 1] = HEADING .. title
  vim.list_extend(block.marks, {
    { row = row, line_group = group },
    { row = row, col = 0, end_col = #HEADING, conceal = "" },
    { row = row, col = #HEADING, end_col = #HEADING + #title, group = group .. "Title" },
  })
end

--- Add a code block, fenced so that nothing in it can end it.
---@param block chatls.Block
---@param text string
---@param language string
function M.add_code(block, text, language)
  local fence = ("`"):rep(math.max(3, fences.longest_run(text) + 1))
  block.lines[#block.lines + 1] = fence .. language
  vim.list_extend(block.lines, M.lines_of((text:gsub("\n+$", ""))))
  block.lines[#block.lines + 1] = fence
end

--- Add a text as a quotation.
---@param block chatls.Block
---@param text string
function M.add_quote(block, text)
  for _, line in ipairs(M.lines_of(vim.trim(text))) do
    block.lines[#block.lines + 1] = line == "" and ">" or "> " .. line
  end
end

--- Add the lines of a message to the user, with a mark before the first.
---@param block chatls.Block
---@param text string
---@param mark string two cells
---@param group string
function M.add_sentences(block, text, mark, group)
  for at, line in ipairs(M.lines_of(text)) do
    if vim.trim(line) ~= "" then
      M.add_span(block, { { (at == 1 and mark or "  ") .. line, group } })
    end
  end
end

return M
