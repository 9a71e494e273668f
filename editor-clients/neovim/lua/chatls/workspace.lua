--- Which workspace a buffer belongs to, and the conversation of each workspace. `init.lua` and those who work for the
--- buffer before the user call it; what a conversation holds is `state.lua`'s.

local client = require("chatls.client")
local config = require("chatls.config")
local state = require("chatls.state")
local turn = require("chatls.turn")

local M = {}

---@type table<string, chatls.Conversation>
local conversations = {}
--- The roots of buffers as they were looked for last, and what each depends on beside the disk.
---@type table<integer, { root: string, name: string, folder: string, markers: string[] }>
local found = {}

client.watch(function(root, connection)
  local conv = conversations[root]
  if conv then
    state.set(conv, { connection = connection })
    if connection == "ready" then
      turn.on_ready(conv)
    end
  end
end)

--- A folder that can be a workspace: neither everything nor everything of the user.
---@param folder string
---@return boolean
local function is_project(folder)
  return vim.fs.dirname(folder) ~= folder and folder ~= vim.fs.normalize("~")
end

--- The file of a buffer; "" where it is none.
---@param buffer integer
---@return string
local function file_of(buffer)
  return vim.bo[buffer].buftype == "" and vim.api.nvim_buf_get_name(buffer) or ""
end

--- The workspace of a buffer: that of the panel it belongs to (`vim.b.chatls_root`), else the nearest folder above its
--- file that holds a root marker, else the current folder; "" where that is no project.
---@param buffer integer
---@return string
function M.root(buffer)
  if vim.b[buffer].chatls_root then
    return vim.b[buffer].chatls_root
  end
  local name, current, markers = file_of(buffer), vim.fn.getcwd(), config.get().root_markers
  local folder = name ~= "" and vim.fs.root(buffer, markers) or vim.fs.root(current, markers) or current
  folder = vim.fs.normalize(folder)
  local root = is_project(folder) and folder or ""
  found[buffer] = { root = root, name = name, folder = current, markers = markers }
  return root
end

--- The same without a look at the disk, where one was taken before: for what is drawn again and again.
---@param buffer integer
---@return string
local function known_root(buffer)
  local last = not vim.b[buffer].chatls_root and found[buffer]
  local is_known = last
    and last.name == file_of(buffer)
    and last.folder == vim.fn.getcwd()
    and last.markers == config.get().root_markers
  return is_known and last.root or M.root(buffer)
end

--- The conversation of a workspace, made when there is none.
---@param root string
---@return chatls.Conversation
function M.conversation(root)
  if not conversations[root] then
    conversations[root] = state.new(root)
    conversations[root].connection = client.state(root)
  end
  return conversations[root]
end

--- The conversation of the workspace that the user is in, if there is one already. Cheap: statuslines ask for it.
---@return chatls.Conversation?
function M.existing()
  return conversations[known_root(vim.api.nvim_get_current_buf())]
end

--- The conversation of the workspace that the user is in.
---@return chatls.Conversation
function M.current()
  return M.conversation(M.root(vim.api.nvim_get_current_buf()))
end

return M
