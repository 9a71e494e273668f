--- What goes along with a message unasked: the file that the user works on, and lines that were selected for it.
--- Each is shown above the prompt and can be left out. `view.lua` tells it where the user is; whoever sends asks it.

local config = require("chatls.config")
local sync = require("chatls.sync")
local wording = require("chatls.wording")

local M = {}

---@class chatls.Context
---@field buf? integer The file that the user was in last.
---@field dropped? integer A buffer that is not to go along.
---@field selection? chatls.wire.Attachment Lines that were selected.

---@type table<chatls.Conversation, chatls.Context>
local contexts = setmetatable({}, { __mode = "k" })
--- How a buffer was when it was attached.
---@type table<chatls.wire.Attachment, integer>
local ticks = setmetatable({}, { __mode = "k" })

---@type { buf?: integer, tick?: integer, text?: string }
local last_read = {}

-- Bytes of a buffer that the server cannot read by itself; more is cut by the server anyway.
local MAX_TEXT = 2 ^ 17

---@param conv chatls.Conversation
---@return chatls.Context
local function context_of(conv)
  contexts[conv] = contexts[conv] or {}
  return contexts[conv]
end

---@param buf integer
---@return string text of which no character is cut in two
local function read(buf)
  local last = vim.api.nvim_buf_line_count(buf)
  -- Of a million lines only those are read that may go.
  while last > 1 and vim.api.nvim_buf_get_offset(buf, math.floor(last / 2)) > MAX_TEXT do
    last = math.floor(last / 2)
  end
  local text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, last, false), "\n")
  return #text > MAX_TEXT and text:sub(1, MAX_TEXT + vim.str_utf_start(text, MAX_TEXT + 1)) or text
end

--- The same, which every drawing asks for: read when it has changed.
---@param buf integer
---@return string
local function text_of(buf)
  local tick = vim.api.nvim_buf_get_changedtick(buf)
  if last_read.buf ~= buf or last_read.tick ~= tick then
    last_read = { buf = buf, tick = tick, text = read(buf) }
  end
  return last_read.text
end

--- A buffer as an attachment: by its name where the server can read it, with its text where there is no file or no
--- workspace. A file outside of the workspace is nobody's business.
---@param conv chatls.Conversation
---@param buf integer
---@return chatls.wire.Attachment?
local function attachment_of(conv, buf)
  local name = vim.api.nvim_buf_get_name(buf)
  local inside = conv.root ~= "" and vim.startswith(vim.fs.normalize(name), conv.root .. "/")
  local attachment
  if inside and (vim.uv.fs_stat(name) or (config.get().sync and sync.is_wanted(buf, conv.root))) then
    attachment = { type = "file", uri = vim.uri_from_bufnr(buf), implicit = true }
  elseif (name == "" or conv.root == "") and text_of(buf) ~= "" then
    local shown = name ~= "" and vim.fs.basename(name) or "unnamed buffer"
    attachment = { type = "text", name = shown, text = text_of(buf), implicit = true }
  end
  if attachment then
    ticks[attachment] = vim.api.nvim_buf_get_changedtick(buf)
  end
  return attachment
end

---@param one chatls.wire.Attachment
---@param other chatls.wire.Attachment
---@return boolean
local function is_same(one, other)
  local is_alike = one.uri == other.uri and one.name == other.name and one.text == other.text
  return one == other or one.type ~= "selection" and is_alike and ticks[one] == ticks[other]
end

--- Whether the session has it already, as it is now; or was given it, and left it out.
---@param conv chatls.Conversation
---@param attachment chatls.wire.Attachment
---@return boolean known, boolean left_out
local function is_known(conv, attachment)
  for _, turn in ipairs(conv.turns) do
    for index, sent in ipairs(turn.message.attachments or {}) do
      if is_same(attachment, sent) and (turn.id or turn.state == "running") then
        return true, turn.left_out ~= nil and turn.left_out[index - 1] == true
      end
    end
  end
  return false, false
end

--- The active file as it would go along, and whether the session has it.
---@param conv chatls.Conversation
---@return chatls.wire.Attachment? active, boolean known, boolean left_out
local function active(conv)
  local context = context_of(conv)
  local buf = context.buf
  if not config.get().context or not buf or buf == context.dropped or not vim.api.nvim_buf_is_loaded(buf) then
    return nil, false, false
  end
  local attachment = attachment_of(conv, buf)
  if not attachment then
    return nil, false, false
  end
  return attachment, is_known(conv, attachment)
end

---@param conv chatls.Conversation
---@return chatls.wire.Attachment?
local function selection(conv)
  local context = context_of(conv)
  if context.selection and is_known(conv, context.selection) then
    context.selection = nil
  end
  return context.selection
end

--- Remember where the user is. Windows of ours, special buffers and the like are no place to work in.
---@param conv chatls.Conversation
---@param buf integer
function M.visit(conv, buf)
  local context = context_of(conv)
  if vim.bo[buf].buftype == "" and context.buf ~= buf then
    context.buf, context.dropped = buf, nil
  end
end

--- Lines as an attachment: where they are in their file, or only their text where there is none.
---@param buf integer
---@param first integer 1-based
---@param last integer inclusive
---@return chatls.wire.Attachment
function M.lines(buf, first, last)
  local text = table.concat(vim.api.nvim_buf_get_lines(buf, first - 1, last, false), "\n") .. "\n"
  local range = { start = { line = first - 1, character = 0 }, ["end"] = { line = last, character = 0 } }
  local name = vim.api.nvim_buf_get_name(buf)
  if vim.bo[buf].buftype == "" and name ~= "" then
    return { type = "selection", uri = vim.uri_from_bufnr(buf), range = range, text = text }
  end
  name = name ~= "" and vim.fs.basename(name) or "unnamed buffer"
  return { type = "text", name = ("%s:%s"):format(name, wording.lines_in(range)), text = text }
end

--- Let lines go along with the next message.
---@param conv chatls.Conversation
---@param buf integer
---@param first integer 1-based
---@param last integer inclusive
function M.select(conv, buf, first, last)
  M.visit(conv, buf)
  context_of(conv).selection = M.lines(buf, first, last)
end

--- Leave out what would go along: the selection first, then the file, until another becomes active.
---@param conv chatls.Conversation
function M.drop(conv)
  local context = context_of(conv)
  if selection(conv) then
    context.selection = nil
  else
    context.dropped = context.buf
  end
end

--- What would go along with a message now. A file that the session has as it is, goes not again.
---@param conv chatls.Conversation
---@return chatls.wire.Attachment[]
function M.attachments(conv)
  local attachments = {}
  local file, known = active(conv)
  if file and not known then
    attachments[1] = file
  end
  attachments[#attachments + 1] = selection(conv)
  return attachments
end

--- The same for a message from where the user is now, whom a closed panel has not followed there.
---@param conv chatls.Conversation
---@return chatls.wire.Attachment[]
function M.here(conv)
  M.visit(conv, vim.api.nvim_get_current_buf())
  return M.attachments(conv)
end

--- The same for people.
---@param conv chatls.Conversation
---@return string[] names, string? known the active file, if the session has it as it is
function M.names(conv)
  local names = vim.tbl_map(function(attachment)
    return wording.attachment_name(attachment, conv.root)
  end, M.attachments(conv))
  local file, known, left_out = active(conv)
  return names, file and known and not left_out and wording.attachment_name(file, conv.root) or nil
end

--- The file that the user was in last.
---@param conv chatls.Conversation
---@return integer? buf
function M.buffer(conv)
  local buf = context_of(conv).buf
  return buf and vim.api.nvim_buf_is_loaded(buf) and buf or nil
end

return M
