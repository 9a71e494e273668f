--- The lines of a Markdown text in pieces that mean the same alone: a paragraph, a list, a code block. Pure. A text
--- that grows is looked at once, line by line, so that its colours cost no more the longer it gets. Used by
--- `colours.lua`.

local fences = require("chatls.fences")

local M = {}

---@class chatls.Chunk
---@field first integer Row within the text, from 0.
---@field last? integer Exclusive; nil: it may still grow.
---@field painted integer Rows of it that have their colours.
---@field is_final boolean Whether it had them when it did not grow any more.

---@class chatls.Chunks
---@field list chatls.Chunk[]
---@field seen integer Lines that were looked at.
---@field fence? chatls.Fence The code block that the last of them is in.
---@field after_break boolean Whether the last of them was empty, or the end of a code block.

---@param chunks chatls.Chunks
---@param row integer
local function begin(chunks, row)
  local last = chunks.list[#chunks.list]
  if last then
    last.last = row
  end
  chunks.list[#chunks.list + 1] = { first = row, painted = 0, is_final = false }
end

--- No chunk.
---@return chatls.Chunks
function M.new()
  return { list = {}, seen = 0, after_break = true }
end

--- Take the next lines in. What is indented belongs to what stands above it, for it may be a part of a list.
---@param chunks chatls.Chunks
---@param lines string[]
function M.extend(chunks, lines)
  for _, line in ipairs(lines) do
    local row = chunks.seen
    chunks.seen = row + 1
    if chunks.fence then
      local closed = fences.closes(line, chunks.fence)
      chunks.after_break = closed and chunks.fence.indent == 0
      chunks.fence = not closed and chunks.fence or nil
    else
      chunks.fence = fences.opening(line, row)
      local opens = chunks.fence ~= nil and chunks.fence.indent == 0
      if #chunks.list == 0 or opens or (chunks.after_break and line:find("^%S")) then
        begin(chunks, row)
      end
      chunks.after_break = line:find("^%s*$") ~= nil
    end
  end
end

return M
