--- The fences of Markdown's code blocks (CommonMark 0.31, section 4.5). Pure. `render.lua` closes with it what a model
--- or a user has left open; `blocks.lua` and `chunks.lua` find code blocks with it.

local M = {}

---@class chatls.Fence What opened a code block.
---@field char string
---@field length integer
---@field indent integer Columns before it, which the lines of its block may lose.
---@field info string What follows the fence: the language, as a rule.
---@field row integer The index of its line.

--- The fence that a line is, if a code block may begin with it.
---@param line string
---@param row integer
---@return chatls.Fence?
function M.opening(line, row)
  local indent, fence, info = line:match("^( *)([`~]+)%s*(.-)%s*$")
  if not fence or #fence < 3 or #indent > 3 or fence:find("`", 1, true) and info:find("`", 1, true) then
    return nil
  end
  local char = fence:sub(1, 1)
  if fence ~= char:rep(#fence) then
    return nil
  end
  return { char = char, length = #fence, indent = #indent, info = info, row = row }
end

--- Whether a line ends the code block that a fence has begun.
---@param line string
---@param fence chatls.Fence
---@return boolean
function M.closes(line, fence)
  local indent, closing = line:match("^( *)([`~]+)%s*$")
  return closing ~= nil and #indent <= 3 and #closing >= fence.length and closing == fence.char:rep(#closing)
end

--- Walk through lines and tell of each code block: its fence, and the index of the line that closes it, if one does.
---@param lines string[]
---@param visit fun(fence: chatls.Fence, last?: integer)
function M.each(lines, visit)
  local fence
  for row, line in ipairs(lines) do
    if not fence then
      fence = M.opening(line, row)
    elseif M.closes(line, fence) then
      visit(fence, row)
      fence = nil
    end
  end
  if fence then
    visit(fence, nil)
  end
end

--- The line that closes the code block which these lines leave open; nil where they leave none.
---@param lines string[]
---@return string?
function M.missing(lines)
  local missing
  M.each(lines, function(fence, last)
    missing = not last and fence.char:rep(fence.length) or nil
  end)
  return missing
end

--- The length of the longest run of backticks, so that a longer fence is closed by none of them.
---@param text string
---@return integer
function M.longest_run(text)
  local longest = 0
  for run in text:gmatch("`+") do
    longest = math.max(longest, #run)
  end
  return longest
end

return M
