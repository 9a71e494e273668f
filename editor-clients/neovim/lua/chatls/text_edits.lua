--- LSP text edits as changes of a buffer's lines: exact byte places, the last in the text first. Whether an edit may be
--- made is decided before. Called by `edits.lua` alone.

local M = {}

---@class chatls.BufferChange Rows and byte columns count from 0, the end is exclusive.
---@field start_row integer
---@field start_col integer
---@field end_row integer
---@field end_col integer
---@field text string[]

--- The byte column of an LSP character offset in a line, never behind the line's end.
---@param line string
---@param character integer
---@param encoding "utf-8"|"utf-16"|"utf-32"
---@return integer
local function byte_column(line, character, encoding)
  if encoding == "utf-8" then
    return math.min(character, #line)
  end
  if vim.fn.has("nvim-0.11") == 1 then
    return vim.str_byteindex(line, encoding, character, false)
  end
  local _, units = vim.str_utfindex(line)
  return vim.str_byteindex(line, math.min(character, units), true)
end

---@param text string
---@param fileformat string A buffer that ends its lines with CR LF holds none of the CRs.
---@return string[]
local function to_lines(text, fileformat)
  local plain = fileformat == "dos" and text:gsub("\r\n", "\n") or text
  return vim.split(plain, "\n", { plain = true })
end

--- Take back the empty line that an edit up to the document's end leaves: there the buffer has none.
---@param change chatls.BufferChange
---@param lines string[]
local function trim_last_line(change, lines)
  if change.text[#change.text] ~= "" then
    return
  end
  if #change.text > 1 then
    table.remove(change.text)
  elseif change.start_row > 0 and change.start_col == 0 then
    change.start_row, change.start_col = change.start_row - 1, #lines[change.start_row]
  end
end

--- What an edit does to these lines. A document whose last line ends has a place behind that end, which a buffer has
--- not: an edit may begin or end there.
---@param edit lsp.TextEdit
---@param lines string[]
---@param encoding "utf-8"|"utf-16"|"utf-32"
---@param fileformat string
---@return chatls.BufferChange
function M.resolve(edit, lines, encoding, fileformat)
  local text, count = to_lines(edit.newText, fileformat), #lines
  local function place(position)
    if position.line < count then
      return position.line, byte_column(lines[position.line + 1], position.character, encoding)
    end
    return count - 1, #lines[count]
  end
  local change = { text = text }
  change.start_row, change.start_col = place(edit.range.start)
  change.end_row, change.end_col = place(edit.range["end"])
  if edit.range.start.line >= count then
    table.insert(text, 1, "")
  end
  if edit.range["end"].line >= count then
    trim_last_line(change, lines)
  end
  return change
end

--- Make the changes of one document. The last comes first, since each counts on the text before it.
---@param bufnr integer
---@param edits lsp.TextEdit[]
---@param encoding "utf-8"|"utf-16"|"utf-32"
function M.apply(bufnr, edits, encoding)
  local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  local changes = vim.tbl_map(function(edit)
    return M.resolve(edit, lines, encoding, vim.bo[bufnr].fileformat)
  end, edits)
  table.sort(changes, function(one, other)
    return one.start_row > other.start_row or (one.start_row == other.start_row and one.start_col > other.start_col)
  end)
  for _, change in ipairs(changes) do
    vim.api.nvim_buf_set_text(bufnr, change.start_row, change.start_col, change.end_row, change.end_col, change.text)
  end
end

--- Whether LSP and Neovim count the same lines here: a lone CR ends a line for the one, and not for the other.
---@param lines string[]
---@return boolean
function M.same_lines(lines)
  for _, line in ipairs(lines) do
    if line:find("\r.") then
      return false
    end
  end
  return true
end

return M
