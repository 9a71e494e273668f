--- `$/progress`: our tokens, which begin with `chatls:`, go to the turn that expects them, all others to Neovim's own
--- handler. Of ours, that one gets begin, end, and what is shown in between, but never text and nothing late: without
--- its begin a report makes `vim.lsp.status()` raise. Called by `handlers.lua` and `turn.lua`; knows no conversations.

local M = {}

local PREFIX = "chatls:"
-- Text of the answer is for the panel: whoever shows progress would flicker with it.
local SILENT = { token = true, thinking = true, usage = true, tool_progress = true }

---@class chatls.Stream A token that somebody listens to.
---@field on_event fun(event: table)
---@field client_id? integer Of the client that its begin was passed on for; nil: none was.

---@type table<string, chatls.Stream>
local streams = {}
local made = 0

---@param params table of LSP, with a value of anybody's
---@param ctx lsp.HandlerContext
---@param config? table
local function pass_on(params, ctx, config)
  vim.lsp.handlers["$/progress"](nil, params, ctx, config)
end

---@param stream chatls.Stream
---@param params lsp.ProgressParams
---@param ctx lsp.HandlerContext
local function announce(stream, params, ctx)
  local kind, event = params.value.kind, params.value.event
  if kind == "begin" then
    stream.client_id = ctx.client_id
  elseif not stream.client_id or (kind == "report" and (not params.value.message or SILENT[event.type])) then
    return
  elseif kind == "end" then
    stream.client_id = nil
  end
  pass_on(params, ctx)
end

--- The handler for `vim.lsp.start`.
---@param params lsp.ProgressParams
---@param ctx lsp.HandlerContext
---@param config? table
function M.on_progress(_, params, ctx, config)
  local token = params.token
  if type(token) ~= "string" or not vim.startswith(token, PREFIX) then
    pass_on(params, ctx, config)
    return
  end
  local stream = streams[token]
  if stream then
    announce(stream, params, ctx)
    stream.on_event(params.value.event)
  end
end

--- A token that nobody has used, and who is to get its events.
---@param on_event fun(event: table)
---@return string token
function M.listen(on_event)
  made = made + 1
  local token = PREFIX .. made
  streams[token] = { on_event = on_event }
  return token
end

--- Its request is answered, also because the server is gone: what still comes for it is late, and who shows progress
--- learns that it is over where no end has come. To be called while Neovim still knows the client.
---@param token string
function M.forget(token)
  local client_id = streams[token] and streams[token].client_id
  streams[token] = nil
  if client_id then
    pass_on({ token = token, value = { kind = "end" } }, { client_id = client_id, method = "$/progress" })
  end
end

return M
