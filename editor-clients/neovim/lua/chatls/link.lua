--- One connection: the process of a server and Neovim's client of it, from the start to the end, however that comes.
--- `client.lua` has one for each root, sends requests over it and is told how it is.

local config = require("chatls.config")
local handlers = require("chatls.handlers")
local neovim = require("chatls.neovim")
local server = require("chatls.server")
local sync = require("chatls.sync")

local M = {}

--- Milliseconds. A cold start on a slow disk takes seconds; what takes longer than this is no chatls.
M.START_LIMIT = 30000

-- A server that was asked to end and still runs after this is ended.
local STOP_LIMIT = 3000

---@class chatls.Error What a callback gets: a JSON-RPC error, or one of our own.
---@field code integer
---@field message string
---@field data? table
---@field gone? boolean The server ended before it answered.
---@field cancelled? boolean Cancelled before it was sent.

---@class chatls.Request
---@field id? integer Once it is sent.
---@field send fun() To be called when the server is ready.
---@field answer fun(err?: chatls.Error, result?: any) Calls the callback; calls after the first do nothing.
---@field cancel fun() Ask the server to end it; its callback is called all the same.

---@class chatls.Link The connection of a root.
---@field root string
---@field state chatls.Connection
---@field client? vim.lsp.Client
---@field capability? chatls.wire.ServerCapability
---@field on_state fun(state: chatls.Connection) Told of every change of `state`.
---@field waiting chatls.Request[] To be sent when the server is ready.
---@field pending table<chatls.Request, true> Sent, and not answered.
---@field ending? chatls.Error Why we end it ourselves; what is asked meanwhile waits for the next server.
---@field timer? uv.uv_timer_t

---@param link chatls.Link
---@param state chatls.Connection
local function set_state(link, state)
  if link.state ~= state then
    link.state = state
    link.on_state(state)
  end
end

---@param link chatls.Link
local function stop_timer(link)
  if link.timer then
    link.timer:stop()
    link.timer:close()
    link.timer = nil
  end
end

---@param link chatls.Link
---@param milliseconds integer
---@param act fun()
local function set_timer(link, milliseconds, act)
  stop_timer(link)
  link.timer = vim.uv.new_timer()
  link.timer:start(
    milliseconds,
    0,
    vim.schedule_wrap(function()
      if link.timer then
        stop_timer(link)
        act()
      end
    end)
  )
end

---@param message string
---@param hint string
---@return chatls.Error
local function own_error(message, hint)
  return { code = -32000, message = message, data = { reason = "server", retryable = true, hint = hint }, gone = true }
end

--- Answer what waits to be sent with an error; what the answers ask for again is not among it.
---@param link chatls.Link
---@param err chatls.Error
local function fail_waiting(link, err)
  local waiting = link.waiting
  link.waiting = {}
  for _, request in ipairs(waiting) do
    request.answer(err)
  end
end

--- Answer what was sent with an error.
---@param link chatls.Link
---@param err chatls.Error
local function fail_pending(link, err)
  local pending = link.pending
  link.pending = {}
  for request in pairs(pending) do
    request.answer(err)
  end
end

---@param code integer
---@param signal integer
---@return chatls.Error
local function death(code, signal)
  local how = signal ~= 0 and ("by signal " .. signal) or ("with exit code " .. code)
  local hint = "The next message starts it again and the session goes on; `:checkhealth chatls` says what may be wrong."
  return own_error(("The server ended %s."):format(how), hint)
end

---@param link chatls.Link
---@param code integer
---@param signal integer
local function on_exit(link, code, signal)
  stop_timer(link)
  local client, ending = link.client, link.ending
  link.client, link.capability, link.ending = nil, nil, nil
  if client then
    handlers.on_exit(client.id)
    sync.stop(client.id)
  end
  set_state(link, ending and "none" or "dead")
  fail_pending(link, ending or death(code, signal))
  if not ending then
    fail_waiting(link, death(code, signal))
  elseif next(link.waiting) then
    M.start(link)
  end
end

--- Neovim's dispatchers, but the end of the server comes to us first, while Neovim still knows the client. Its own
--- message about an exit code is long enough to stop the user at a "Press ENTER", so it is not told of one.
---@param link chatls.Link
---@param dispatchers vim.lsp.rpc.Dispatchers
---@return vim.lsp.rpc.Dispatchers
local function watching(link, dispatchers)
  local theirs = dispatchers.on_exit
  local ours = {
    on_exit = function(code, signal)
      vim.schedule(function()
        on_exit(link, code, signal)
      end)
      theirs(0, 0)
    end,
  }
  return vim.tbl_extend("force", dispatchers, ours) --[[@as vim.lsp.rpc.Dispatchers]]
end

---@param theirs? chatls.wire.ServerCapability
---@return chatls.Error? refused
local function check(theirs)
  if not theirs then
    local hint = "Is option `cmd` right? `pip install -U chatls` gives the newest."
    return own_error("The program that was started is no chatls server.", hint)
  end
  if theirs.protocol == neovim.PROTOCOL then
    return nil
  end
  local message = ("The server speaks version %s of the protocol, this plugin %d."):format(
    theirs.protocol,
    neovim.PROTOCOL
  )
  return own_error(message, theirs.protocol > neovim.PROTOCOL and "Update the plugin." or "Update the server.")
end

--- End the server; what waits for it is told why.
---@param link chatls.Link
---@param err chatls.Error
local function finish(link, err)
  link.ending = err
  set_state(link, "none")
  fail_waiting(link, err)
  set_timer(link, STOP_LIMIT, function()
    neovim.call(link.client, "stop", true)
  end)
  neovim.call(link.client, "stop")
end

---@param link chatls.Link
---@param result lsp.InitializeResult
local function on_init(link, client, result)
  stop_timer(link)
  link.client = client
  local theirs = vim.tbl_get(result, "capabilities", "experimental", "chatls")
  local err = check(theirs)
  if err then
    finish(link, err)
    return
  end
  link.capability = theirs
  sync.start(client.id, link.root)
  set_state(link, "ready")
  local waiting = link.waiting
  link.waiting = {}
  for _, request in ipairs(waiting) do
    request.send()
  end
end

---@param link chatls.Link
---@param cmd string[]
---@return vim.lsp.ClientConfig
local function client_config(link, cmd)
  local folder = link.root ~= "" and link.root or nil
  return {
    name = "chatls",
    cmd = function(dispatchers)
      return vim.lsp.rpc.start(cmd, watching(link, dispatchers), { cwd = folder })
    end,
    root_dir = folder,
    workspace_folders = folder and { { uri = vim.uri_from_fname(folder), name = vim.fs.basename(folder) } },
    capabilities = neovim.capabilities(),
    init_options = config.get().settings,
    handlers = handlers.by_method,
    on_init = function(client, result)
      on_init(link, client, result)
    end,
  }
end

--- Start the server; what waits is sent when it is ready, or told why it is not.
---@param link chatls.Link
function M.start(link)
  local cmd, why = server.command()
  if not cmd then
    set_state(link, "none")
    fail_waiting(link, own_error(why.message, why.hint))
    return
  end
  set_state(link, "starting")
  local id = neovim.start(client_config(link, cmd))
  local client = id and vim.lsp.get_client_by_id(id)
  if not client then
    set_state(link, "dead")
    fail_waiting(link, own_error(("`%s` could not be started."):format(cmd[1]), "`:checkhealth chatls` says more."))
    return
  end
  link.client = client
  set_timer(link, M.START_LIMIT, function()
    local message = ("The server did not answer within %.0f s of its start."):format(M.START_LIMIT / 1000)
    finish(link, own_error(message, "Is option `cmd` right?"))
  end)
end

--- A connection that is not started.
---@param root string
---@param on_state fun(state: chatls.Connection)
---@return chatls.Link
function M.new(root, on_state)
  return { root = root, state = "none", on_state = on_state, waiting = {}, pending = {} }
end

--- End the server, and with it everything that was set up for it.
---@param link chatls.Link
function M.stop(link)
  if link.client and not link.ending then
    finish(link, own_error("The server was stopped.", "The next message starts it again."))
  end
end

--- End the server at once: it does not answer.
---@param link chatls.Link
function M.kill(link)
  if link.client then
    neovim.call(link.client, "stop", true)
  end
end

return M
