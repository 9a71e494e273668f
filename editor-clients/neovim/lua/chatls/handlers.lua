--- What the server asks or tells us, each by its method: who answers it. `client.lua` gives the table to `vim.lsp`.
--- Nothing is decided here, and what answers is not loaded before it is asked for the first time.

local progress = require("chatls.progress")
local textlock = require("chatls.textlock")

local M = {}

--- Answers a request; calls after the first do nothing.
---@alias chatls.Respond fun(result: table?, err?: lsp.ResponseError)

---@class chatls.Approval
---@field client_id integer
---@field respond chatls.Respond

--- Approvals that wait for an answer, by their id.
---@type table<string, chatls.Approval>
local approvals = {}

--- A handler of a request whose answer may come late. Neovim runs a request's handler in a coroutine and sends what it
--- returns, so it is suspended until the answer is there; its own `window/showMessageRequest` does the same.
---@param ask fun(params: table, ctx: lsp.HandlerContext, respond: chatls.Respond)
---@return lsp.Handler
local function late(ask)
  return function(_, params, ctx)
    local thread = coroutine.running()
    local answer, suspended
    local function respond(result, err)
      if answer then
        return
      end
      answer = { result = result, err = err }
      if not err and (result == nil or vim.tbl_isempty(result)) then
        answer.result = vim.empty_dict()
      end
      if suspended then
        coroutine.resume(thread)
      end
    end
    textlock.run(function()
      local ok, why = pcall(ask, params, ctx, respond)
      if not ok then
        respond(nil, vim.lsp.rpc_response_error(vim.lsp.protocol.ErrorCodes.InternalError, tostring(why)))
      end
    end)
    if not answer then
      suspended = true
      coroutine.yield()
    end
    return answer.result, answer.err
  end
end

---@param params chatls.wire.RequestApprovalParams
---@param ctx lsp.HandlerContext
---@param respond chatls.Respond
local function on_approval(params, ctx, respond)
  local id = params.approvalId
  local function answer(result, err)
    approvals[id] = nil
    respond(result, err)
  end
  approvals[id] = { client_id = ctx.client_id, respond = answer }
  require("chatls.approvals").on_request(params, ctx, answer)
end

--- Nobody waits for this answer any more: its window closes, and the request is answered with anything.
---@param id string
local function withdraw(id)
  local approval = approvals[id]
  if approval then
    require("chatls.approvals").on_closed({ approvalId = id })
    approval.respond(nil)
  end
end

---@param params lsp.ShowMessageParams
local function on_message(params)
  local notify = require("chatls.notify")
  local say = { notify.error, notify.warn }
  (say[params.type] or notify.info)("%s", params.message)
end

--- Handlers for `vim.lsp.start`, by method.
---@type table<string, lsp.Handler>
M.by_method = {
  ["$/progress"] = progress.on_progress,
  ["chat/requestApproval"] = late(on_approval),
  ["chat/approvalClosed"] = function(_, params)
    withdraw(params.approvalId)
  end,
  ["workspace/applyEdit"] = late(function(...)
    require("chatls.edits").on_apply(...)
  end),
  ["chat/saveDocuments"] = late(function(...)
    require("chatls.saves").on_save(...)
  end),
  ["chat/getDiagnostics"] = late(function(...)
    require("chatls.diagnostics").on_get(...)
  end),
  ["window/showMessage"] = function(_, params)
    on_message(params)
  end,
}

--- The server of this client is gone: withdraw what it asked.
---@param client_id integer
function M.on_exit(client_id)
  for id, approval in pairs(approvals) do
    if approval.client_id == client_id then
      withdraw(id)
    end
  end
end

return M
