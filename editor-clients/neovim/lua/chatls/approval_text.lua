--- What a question of the server looks like: its lines, their highlights, and which key gives which answer. Pure, no
--- windows. Called by `approvals.lua` and `approval_window.lua`.

local M = {}

---@class chatls.Question A question of the server that waits.
---@field params chatls.wire.RequestApprovalParams
---@field respond chatls.Respond
---@field left_out table<string, boolean> Ids of the parts that the user leaves out.
---@field root string Of the workspace it is about.

---@class chatls.Answer
---@field key string
---@field option chatls.wire.ApprovalOption

---@class chatls.Drawn
---@field lines string[]
---@field marks { row: integer, group: string, end_col?: integer }[] Rows count from 0; without `end_col` the line.
---@field parts table<integer, string> Row to the id of the part that it belongs to.
---@field heads integer[] Rows that begin a part.

-- Only what holds for this once has a letter: what is granted for longer is to be read first.
local LETTERS = { allow_once = "y", reject_once = "n" }

--- The options with their keys: `y` and `n` for this once, else the option's number.
---@param options chatls.wire.ApprovalOption[]
---@return chatls.Answer[]
function M.answers(options)
  local taken = {}
  local found = {}
  for number, option in ipairs(options) do
    local letter = LETTERS[option.kind]
    local key = letter and not taken[letter] and letter or tostring(number)
    taken[key] = true
    found[number] = { key = key, option = option }
  end
  return found
end

--- How many of a question's parts are accepted.
---@param question chatls.Question
---@return integer accepted, integer all
function M.count(question)
  local hunks = question.params.hunks or {}
  local accepted = 0
  for _, hunk in ipairs(hunks) do
    accepted = accepted + (question.left_out[hunk.id] and 0 or 1)
  end
  return accepted, #hunks
end

---@param drawn chatls.Drawn
---@param text string
local function add(drawn, text)
  vim.list_extend(drawn.lines, vim.split(text:gsub("\n$", ""), "\n", { plain = true }))
end

---@param drawn chatls.Drawn
---@param question chatls.Question
local function add_answers(drawn, question)
  local accepted, all = M.count(question)
  for _, answer in ipairs(M.answers(question.params.options)) do
    local label = answer.option.label:gsub("%s+", " ")
    if answer.option.kind == "allow_once" and accepted < all then
      label = ("%s: %d of %d parts"):format(label, accepted, all)
    end
    table.insert(drawn.marks, { row = #drawn.lines, group = "Special", end_col = #answer.key + 1 })
    add(drawn, (" %s  %s"):format(answer.key, label))
  end
end

---@param drawn chatls.Drawn
---@param question chatls.Question
local function add_parts(drawn, question)
  local hunks = question.params.hunks
  for number, hunk in ipairs(hunks) do
    local left_out = question.left_out[hunk.id]
    add(drawn, "")
    local first = #drawn.lines
    table.insert(drawn.heads, first)
    add(drawn, (" [%s] part %d of %d"):format(left_out and " " or "x", number, #hunks))
    add(drawn, hunk.diff)
    for row = first, #drawn.lines - 1 do
      drawn.parts[row] = hunk.id
      if left_out or row == first then
        table.insert(drawn.marks, { row = row, group = left_out and "Comment" or "Title" })
      end
    end
  end
end

--- The answers first: they stay in sight however long the rest is.
---@param question chatls.Question
---@return chatls.Drawn
function M.draw(question)
  local params = question.params
  local drawn = { lines = {}, marks = {}, parts = {}, heads = {} }
  add_answers(drawn, question)
  if params.detail ~= "" then
    -- Set in: beside a diff a line that begins with + or - would be taken for a part of it.
    add(drawn, "\n " .. params.detail:gsub("\n$", ""):gsub("\n", "\n "))
  end
  if params.hunks and params.hunks[2] then
    add_parts(drawn, question)
  elseif params.diff then
    add(drawn, "\n" .. params.diff)
  end
  return drawn
end

return M
