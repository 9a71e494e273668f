--- The prompt: a buffer for the next message, and the messages before it. Its window is `view.lua`'s.

local completion = require("chatls.completion")
local context = require("chatls.context")
local notify = require("chatls.notify")
local panel = require("chatls.panel")
local state = require("chatls.state")
local turns = require("chatls.turn")

local M = {}

---@class chatls.Prompt
---@field buf integer
---@field conv chatls.Conversation
---@field history string[] What was sent from here.
---@field at integer How far back in the history the text is; 0: not at all.
---@field draft string What was there before the history was looked at.
local Prompt = {}
Prompt.__index = Prompt

local hints = vim.api.nvim_create_namespace("chatls.prompt")
local PLACEHOLDER = "Ask here. <CR> sends, g? shows keys"

---@return string
function Prompt:text()
  return table.concat(vim.api.nvim_buf_get_lines(self.buf, 0, -1, false), "\n")
end

--- Put a text there, with the cursor behind it.
---@param text string
function Prompt:set_text(text)
  local lines = vim.split(text, "\n", { plain = true })
  vim.api.nvim_buf_set_lines(self.buf, 0, -1, false, lines)
  for _, win in ipairs(vim.fn.win_findbuf(self.buf)) do
    vim.api.nvim_win_set_cursor(win, { #lines, #lines[#lines] })
  end
  self:show_placeholder()
end

--- Put a text there; what the user has typed so far is not lost but in the history.
---@param text string
function Prompt:replace_text(text)
  self:remember(self:text())
  self:set_text(text)
end

function Prompt:show_placeholder()
  vim.api.nvim_buf_clear_namespace(self.buf, hints, 0, -1)
  if self:text() == "" then
    local text = { { PLACEHOLDER, "ChatlsPlaceholder" } }
    vim.api.nvim_buf_set_extmark(self.buf, hints, 0, 0, { virt_text = text, virt_text_pos = "overlay" })
  end
end

---@param text string
function Prompt:remember(text)
  if vim.trim(text) ~= "" and self.history[#self.history] ~= text then
    self.history[#self.history + 1] = text
  end
  self.at, self.draft = 0, ""
end

--- Send what is there, with the active file and the selection.
function Prompt:send()
  local conv, text = self.conv, self:text()
  if vim.trim(text) == "" then
    notify.info("type a message first")
    return
  end
  local replaced = conv.replace_turn_id
  local message = { content = vim.trim(text), attachments = context.attachments(conv), replaceTurnId = replaced }
  if turns.send(conv, message) then
    self:remember(text)
    self:set_text("")
    if replaced then
      state.set(conv, { replace_turn_id = vim.NIL })
    end
  end
end

--- Take the message that waits back into the prompt.
function Prompt:unqueue()
  local message = turns.unqueue(self.conv)
  if not message then
    notify.info("no message waits")
    return
  end
  if message.replaceTurnId then
    state.set(self.conv, { replace_turn_id = message.replaceTurnId })
  end
  self:replace_text(message.content)
end

--- What was sent before: from here, or, when the session is older than this panel, from elsewhere.
---@return string[]
function Prompt:sent()
  if self.history[1] then
    return self.history
  end
  return vim.tbl_map(function(turn)
    return turn.message.content
  end, self.conv.turns)
end

--- Go through the history.
---@param by integer 1: to the message before, -1: to the one after
function Prompt:go_back(by)
  local sent = self:sent()
  local at = self.at + by
  if at < 0 or at > #sent then
    return
  elseif self.at == 0 then
    self.draft = self:text()
  end
  self.at = at
  self:set_text(at == 0 and self.draft or sent[#sent - at + 1])
end

--- Do what is to be done while it is shown: complete, and tell of changes.
---@param group integer
---@param on_change fun() called when its text is another
function Prompt:watch(group, on_change)
  vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI", "TextChangedP" }, {
    buffer = self.buf,
    group = group,
    desc = "chatls: fit the prompt to its text",
    callback = function()
      self:show_placeholder()
      on_change()
    end,
  })
  completion.attach(self.buf, self.conv.root, group)
end

--- A prompt for a conversation.
---@param conv chatls.Conversation
---@return chatls.Prompt
function M.new(conv)
  local buf = panel.new_buffer(conv.root, "/prompt", "chatls-prompt")
  -- Without the parser there are no colours, and nothing else is missing.
  pcall(vim.treesitter.start, buf, "markdown")
  local prompt = setmetatable({ buf = buf, conv = conv, history = {}, at = 0, draft = "" }, Prompt)
  prompt:show_placeholder()
  return prompt
end

return M
