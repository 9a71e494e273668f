--- Opening and closing what is folded in a panel: tools, thinking, subtasks. Vim's own folds are not used: they are not
--- brought up to date while the user inserts text in another window, and each window has its own. Called by `view.lua`.

local render = require("chatls.render")

local M = {}

---@param document chatls.Document
---@param row integer from 0
---@return chatls.Item? item, integer first, chatls.Turn? turn, integer item_index
local function item_at(document, row)
  local section, first, turn, at = document:section_at(row)
  local item = section and section.item
  if item and render.is_foldable(item) then
    return item, first, turn, at - 1
  end
  return nil, 0, nil, 0
end

--- Open or close what a line belongs to.
---@param document chatls.Document
---@param row integer from 0
---@param open? boolean nil: the other way round
---@return chatls.Turn? turn nil: nothing changed
---@return integer item_index
---@return integer first the row it begins at
function M.set(document, row, open)
  local item, first, turn, item_index = item_at(document, row)
  if open == nil then
    open = item ~= nil and not item.open
  end
  if not item or (item.open or false) == open then
    return nil, 0, 0
  end
  item.open = open
  return turn, item_index, first
end

--- Open or close everything.
---@param conv chatls.Conversation
---@param open boolean
function M.set_all(conv, open)
  for _, turn in ipairs(conv.turns) do
    for _, item in ipairs(turn.items) do
      item.open = render.is_foldable(item) and open or nil
    end
  end
end

return M
