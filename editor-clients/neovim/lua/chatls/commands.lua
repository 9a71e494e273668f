--- What each `:Chat…` command does with what was typed behind it, and how that completes. `plugin/chatls.lua` defines
--- the commands and calls this; the work is done in the modules named here, each loaded by its first command.

local asking = require("chatls.asking")
local chat = require("chatls")

local M = {}

---@alias chatls.CommandArgs vim.api.keyset.create_user_command.command_args

---@alias chatls.Command fun(conv: chatls.Conversation, text: string, args: chatls.CommandArgs)

--- The turn under the cursor in the panel, else the last one.
---@param conv chatls.Conversation
---@return chatls.Turn?
local function chosen_turn(conv)
  return require("chatls.view").turn_at_cursor(conv)
end

--- What goes along with a message: with a range those lines, with `!` nothing, else what the context line shows.
---@param args chatls.CommandArgs
---@return chatls.wire.Attachment[]?
local function attachments(args)
  if args.range > 0 then
    return { require("chatls.context").lines(vim.api.nvim_get_current_buf(), args.line1, args.line2) }
  end
  return args.bang and {} or nil
end

---@type table<string, chatls.Command>
local COMMANDS = {}

function COMMANDS.Chat(conv, text, args)
  if text ~= "" then
    chat.send(text, { attachments = attachments(args) })
    return
  end
  if args.range > 0 then
    require("chatls.context").select(conv, vim.api.nvim_get_current_buf(), args.line1, args.line2)
  end
  chat.open()
end

function COMMANDS.ChatAgent(conv, text)
  require("chatls.models").choose(conv, "agent", text)
end

function COMMANDS.ChatApply()
  require("chatls.blocks").apply()
end

function COMMANDS.ChatApprove()
  require("chatls.approvals").focus()
end

function COMMANDS.ChatDelete(conv, text)
  require("chatls.sessions").delete(conv, text)
end

function COMMANDS.ChatEdit(conv, text, args)
  require("chatls.edit_selection").run(conv, args.line1, args.line2, text)
end

function COMMANDS.ChatFork(conv)
  require("chatls.sessions").fork(conv, chosen_turn(conv))
end

function COMMANDS.ChatGrants(conv)
  require("chatls.grants").open(conv)
end

function COMMANDS.ChatModel(conv, text)
  require("chatls.models").choose(conv, "model", text)
end

function COMMANDS.ChatNew()
  chat.new()
end

function COMMANDS.ChatPrompt(conv, text, args)
  require("chatls.show_prompt").open(conv, text, attachments(args) or require("chatls.context").here(conv))
end

function COMMANDS.ChatRename(conv, text)
  require("chatls.sessions").rename(conv, text)
end

function COMMANDS.ChatResend(conv)
  require("chatls.resend").edit(conv, chosen_turn(conv))
end

function COMMANDS.ChatRetry(conv)
  require("chatls.resend").retry(conv, chosen_turn(conv))
end

function COMMANDS.ChatSessions(conv, text)
  require("chatls.sessions").open(conv, text)
end

function COMMANDS.ChatStop(_, _, args)
  if args.bang then
    chat.quit()
  elseif not chat.stop() then
    require("chatls.notify").info("no answer is being written")
  end
end

function COMMANDS.ChatToggle()
  chat.toggle()
end

function COMMANDS.ChatUndo(conv, text)
  require("chatls.undo").run(conv, chosen_turn(conv), text)
end

function COMMANDS.ChatYank()
  require("chatls.blocks").yank()
end

--- The names of all commands, sorted.
---@return string[]
function M.names()
  local names = vim.tbl_keys(COMMANDS)
  table.sort(names)
  return names
end

--- Run a command.
---@param name string
---@param args chatls.CommandArgs
function M.run(name, args)
  COMMANDS[name](chat.current(), vim.trim(args.args), args)
end

--- The words that may stand where the cursor is in a message, by `chat/complete`.
---@param lead string The word before the cursor.
---@param line string The command line up to the cursor.
---@return string[]
local function complete_message(lead, line)
  local text = line:gsub("^.-Chat%a*!?%s+", "")
  local units = vim.fn.strutf16len(text)
  local result = asking.wait(chat.current(), "chat/complete", {
    text = text,
    position = { line = 0, character = units },
  })
  local kept = units - vim.fn.strutf16len(lead)
  local words = {}
  for _, item in ipairs(result and result.items or {}) do
    local from = item.textEdit.range.start.character
    if from >= kept then
      words[#words + 1] = lead:sub(1, vim.fn.byteidx(lead, from - kept, true)) .. item.textEdit.newText
    end
  end
  return words
end

---@param words string[]
---@param lead string
---@return string[]
local function beginning_with(words, lead)
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

--- What may stand where the cursor is, for `nvim_create_user_command`.
---@param name string
---@param lead string
---@param line string
---@param cursor integer
---@return string[]
function M.complete(name, lead, line, cursor)
  if name == "ChatModel" or name == "ChatAgent" then
    return require("chatls.models").complete(chat.current(), name == "ChatModel" and "model" or "agent", lead)
  elseif name == "ChatUndo" then
    return beginning_with(require("chatls.undo").WHAT, lead)
  elseif name == "Chat" or name == "ChatPrompt" or name == "ChatEdit" then
    return complete_message(lead, line:sub(1, cursor))
  end
  return {}
end

return M
