--- `chat/showPrompt`: exactly what would be sent to the model, in a window of its own. Called by `commands.lua`.

local asking = require("chatls.asking")

local M = {}

---@param text string
---@param lines string[]
local function add_text(lines, text)
  vim.list_extend(lines, vim.split(text, "\n", { plain = true }))
end

---@param tools? table[]
---@return string
local function tool_names(tools)
  local names = vim.tbl_map(function(tool)
    return (tool["function"] or tool).name
  end, tools or {})
  return names[1] and table.concat(names, ", ") or "none"
end

---@param shown chatls.wire.ShowPromptResult
---@return string[]
local function head(shown)
  local window = shown.contextLimit and (" of %d"):format(shown.contextLimit) or ""
  local lines = {
    "# What would be sent",
    "",
    ("- model: %s, about %d%s tokens"):format(shown.model, shown.tokens, window),
    ("- tools: %s"):format(tool_names(shown.request.tools)),
    ("- options: %s"):format(vim.json.encode(shown.request.options)),
  }
  if shown.toSummarise then
    table.insert(lines, ("- earlier turns that would be summarised first: %d"):format(shown.toSummarise))
  end
  return lines
end

--- The request as lines of Markdown.
---@param shown chatls.wire.ShowPromptResult
---@return string[]
function M.lines(shown)
  local lines = head(shown)
  for _, message in ipairs(shown.request.messages or {}) do
    vim.list_extend(lines, { "", ("## %s"):format(message.role), "" })
    add_text(lines, message.content or "")
    local calls = message.tool_calls or message.toolCalls
    if calls then
      add_text(lines, vim.json.encode(calls))
    end
  end
  return lines
end

---@param lines string[]
---@param root string
local function open_window(lines, root)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.b[bufnr].chatls_root = root
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].bufhidden = "wipe"
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = "markdown"
  vim.keymap.set("n", "q", "<Cmd>close<CR>", { buffer = bufnr, nowait = true, desc = "chatls: close" })
  vim.api.nvim_open_win(bufnr, true, { win = -1, split = "above" })
end

--- Show what would be sent, with a message or without.
---@param conv chatls.Conversation
---@param text string
---@param attachments chatls.wire.Attachment[]
function M.open(conv, text, attachments)
  local message = text ~= "" and { content = text, attachments = attachments } or nil
  local params = { sessionId = conv.id, message = message, agent = conv.agent, model = conv.model }
  asking.request(conv, "chat/showPrompt", params, function(shown)
    open_window(M.lines(shown), conv.root)
  end)
end

return M
