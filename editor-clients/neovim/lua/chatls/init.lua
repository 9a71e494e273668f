--- What users and other plugins call: `require("chatls")`. Each function only leads to the module that does it, which
--- is loaded by the first call.

local M = {}

--- Conversations whose status somebody shows.
---@type table<chatls.Conversation, fun()>
local watched = setmetatable({}, { __mode = "k" })

--- Set options; all have defaults, so this need not be called. What is wrong is said and keeps its default.
---@param opts? table see `chatls.Config`
function M.setup(opts)
  for _, problem in ipairs(require("chatls.config").set(opts)) do
    require("chatls.notify").warn("%s", problem)
  end
  if package.loaded["chatls.client"] then
    require("chatls.client").configure()
  end
end

--- The conversation of the workspace that the current buffer belongs to.
---@return chatls.Conversation
function M.current()
  return require("chatls.workspace").current()
end

--- Open the panel and go to its prompt.
---@param text? string put into the prompt
function M.open(text)
  require("chatls.view").focus_prompt(text, M.current())
end

--- Open the panel, or close it.
function M.toggle()
  require("chatls.view").toggle(M.current())
end

--- Send a message, with the active file and the selection, and show the answer in the panel.
---@param text string
---@param opts? { attachments?: chatls.wire.Attachment[], agent?: string, model?: string } attachments instead of those
---@return boolean taken false: one message waits already
function M.send(text, opts)
  local conv = M.current()
  local message = vim.tbl_extend("force", { content = text }, opts or {})
  message.attachments = message.attachments or require("chatls.context").here(conv)
  require("chatls.view").open(conv)
  return require("chatls.turn").send(conv, message)
end

--- Stop the answer that is being written.
---@return boolean stopped false: there was none
function M.stop()
  return require("chatls.turn").stop(M.current())
end

--- Leave this session and begin a new one; what runs is stopped.
function M.new()
  local conv = M.current()
  require("chatls.turn").abandon(conv)
  require("chatls.state").clear(conv)
end

--- End the servers of all workspaces. The next message starts its own again and the session goes on.
function M.quit()
  local client = require("chatls.client")
  for _, root in ipairs(client.roots()) do
    client.stop(root)
  end
end

---@param conv chatls.Conversation
---@return string
local function status_of(conv)
  local turn = conv.turns[#conv.turns]
  if not turn or turn.state ~= "running" then
    return ""
  end
  return ("chatls: %s"):format(require("chatls.winbar").phase(conv, turn))
end

--- Have statuslines drawn again when the status is another: whoever asked for it has it in one.
---@param conv chatls.Conversation
local function watch_status(conv)
  local shown
  watched[conv] = require("chatls.state").subscribe(conv, function()
    local status = status_of(conv)
    if status ~= shown then
      shown = status
      vim.schedule(function()
        vim.cmd.redrawstatus({ bang = true })
      end)
    end
  end)
end

--- What is going on in the current workspace, for a statusline: "" when nothing is. Loads nothing and never raises.
---@return string
function M.status()
  if not package.loaded["chatls.workspace"] then
    return ""
  end
  local conv = require("chatls.workspace").existing()
  if conv and not watched[conv] then
    watch_status(conv)
  end
  return conv and status_of(conv) or ""
end

return M
