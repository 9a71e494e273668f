--- The panels of all conversations: show, hide, ask about the cursor. Whatever wants something of a panel calls this
--- module; a panel itself is `panel_view.lua`'s.

local panel_view = require("chatls.panel_view")

local M = {}

---@type table<chatls.Conversation, chatls.View>
local views = {}

---@param conv chatls.Conversation
---@return chatls.View? view nil: there is none, or its buffers were wiped
local function existing(conv)
  if views[conv] and views[conv].is_gone then
    views[conv] = nil
  end
  return views[conv]
end

--- Whether the panel of a conversation is shown somewhere.
---@param conv chatls.Conversation
---@return boolean
function M.is_open(conv)
  local view = existing(conv)
  return view ~= nil and view:is_open()
end

--- Show the panel of a conversation in the current tab page, in place of another that is there.
---@param conv chatls.Conversation
function M.open(conv)
  views[conv] = existing(conv) or panel_view.new(conv)
  local tab = vim.api.nvim_get_current_tabpage()
  for _, view in pairs(views) do
    local is_here = view:is_open() and vim.api.nvim_win_get_tabpage(view.panel_win) == tab
    if view.conv == conv and is_here then
      return
    elseif view.conv == conv or is_here then
      view:close()
    end
  end
  views[conv]:open()
end

--- Hide the panel of a conversation.
---@param conv chatls.Conversation
function M.close(conv)
  local view = existing(conv)
  if view then
    view:close()
  end
end

--- Show the panel of a conversation and go to its prompt, or hide it.
---@param conv chatls.Conversation
function M.toggle(conv)
  if M.is_open(conv) then
    M.close(conv)
  else
    M.open(conv)
    views[conv]:focus()
  end
end

--- Go to the prompt of the conversation whose panel is open, or is opened now.
---@param text? string put there; what was typed before is in the history
---@param conv? chatls.Conversation nil: that of the current buffer
function M.focus_prompt(text, conv)
  conv = conv or require("chatls").current()
  M.open(conv)
  local view = views[conv]
  if text and text ~= "" then
    view.prompt:replace_text(text)
  end
  view:focus()
end

--- The turn under the cursor of the panel, or the last one.
---@param conv chatls.Conversation
---@return chatls.Turn?
function M.turn_at_cursor(conv)
  local view = existing(conv)
  if view and view:is_open() and vim.api.nvim_get_current_win() == view.panel_win then
    local drawn = view.document:turn_at(vim.api.nvim_win_get_cursor(view.panel_win)[1] - 1)
    return drawn and drawn.turn
  end
  return conv.turns[#conv.turns]
end

--- The lines around the cursor that belong together, where the panel is the current window.
---@param conv chatls.Conversation
---@return string[]? lines, integer at the cursor's among them, from 1
function M.section_at_cursor(conv)
  local view = existing(conv)
  if not view or vim.api.nvim_get_current_win() ~= view.panel_win then
    return nil, 0
  end
  local row = vim.api.nvim_win_get_cursor(view.panel_win)[1] - 1
  local section, first = view.document:section_at(row)
  local height = section and section.height or 0
  return vim.api.nvim_buf_get_lines(view.buf, first, first + height, false), row - first + 1
end

return M
