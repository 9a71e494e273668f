--- What everybody asks the server with: one connection for each root, started by the first request and started again by
--- the next one after it died. How a connection lives and ends is `link.lua`'s; conversations are unknown here.

local config = require("chatls.config")
local links = require("chatls.link")
local neovim = require("chatls.neovim")
local sync = require("chatls.sync")
local utf8 = require("chatls.utf8")

local M = {}

---@alias chatls.Callback fun(err?: chatls.Error, result?: any)

---@type table<string, chatls.Link>
local by_root = {}
---@type fun(root: string, state: chatls.Connection)[]
local watchers = {}

---@param root string
---@return chatls.Link
local function link_of(root)
  if not by_root[root] then
    by_root[root] = links.new(root, function(state)
      for _, watch in ipairs(watchers) do
        watch(root, state)
      end
    end)
  end
  return by_root[root]
end

---@param link chatls.Link
---@param request chatls.Request
---@param method string
---@param params table
local function send(link, request, method, params)
  link.pending[request] = true
  local _, id = neovim.call(link.client, "request", method, utf8.clean(params), request.answer)
  request.id = id -- nil: it is ending, which answers all that is pending
end

---@param link chatls.Link
---@param request chatls.Request
local function cancel(link, request)
  if request.id and link.pending[request] and link.client then
    neovim.call(link.client, "cancel_request", request.id)
  elseif not request.id then
    link.waiting = vim.tbl_filter(function(other)
      return other ~= request
    end, link.waiting)
    request.answer({ code = -32800, message = "Cancelled.", cancelled = true })
  end
end

--- Ask the server, which is started if it does not run. `callback` is called once, on the main loop, whatever happens.
---@param root string
---@param method string
---@param params? table
---@param callback chatls.Callback
---@return chatls.Request
function M.request(root, method, params, callback)
  local link = link_of(root)
  local answered = false
  ---@type chatls.Request
  local request
  request = {
    send = function()
      send(link, request, method, params or vim.empty_dict())
    end,
    cancel = function()
      cancel(link, request)
    end,
    answer = function(err, result)
      link.pending[request] = nil
      if not answered then
        answered = true
        callback(err, result)
      end
    end,
  }
  if link.state == "ready" then
    request.send()
    return request
  end
  link.waiting[#link.waiting + 1] = request
  if link.state ~= "starting" and not link.ending then
    links.start(link)
  end
  return request
end

--- Tell the server something, if it runs.
---@param root string
---@param method string
---@param params table
function M.notify(root, method, params)
  local link = by_root[root]
  if link and link.state == "ready" then
    neovim.call(link.client, "notify", method, params)
  end
end

--- Have a server that is ready see all open buffers that it is to see, however they were opened.
---@param root string
function M.refresh(root)
  local client = M.lsp(root)
  if client then
    sync.refresh(client.id, root)
  end
end

--- Neovim's client of a root, while it is ready.
---@param root string
---@return vim.lsp.Client?
function M.lsp(root)
  local link = by_root[root]
  return link and link.state == "ready" and link.client or nil
end

--- What the server of a root announced; nil while it is not ready.
---@param root string
---@return chatls.wire.ServerCapability?
function M.capability(root)
  return by_root[root] and by_root[root].capability
end

---@param root string
---@return chatls.Connection
function M.state(root)
  return by_root[root] and by_root[root].state or "none"
end

--- The roots whose server runs or starts.
---@return string[]
function M.roots()
  return vim.tbl_filter(function(root)
    return by_root[root].client ~= nil
  end, vim.tbl_keys(by_root))
end

--- Call `watch` with every change of a connection.
---@param watch fun(root: string, state: chatls.Connection)
function M.watch(watch)
  watchers[#watchers + 1] = watch
end

--- End the server of a root, and with it everything that was set up for it.
---@param root string
function M.stop(root)
  links.stop(link_of(root))
end

--- End the server of a root at once: it does not answer.
---@param root string
function M.kill(root)
  links.kill(link_of(root))
end

--- Tell running servers the settings of the user, which have changed.
function M.configure()
  for root in pairs(by_root) do
    M.notify(root, "workspace/didChangeConfiguration", { settings = { chatls = config.get().settings } })
  end
end

return M
