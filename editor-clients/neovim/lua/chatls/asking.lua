--- Questions to the server and to the user that every command has in common: a request whose error is told, a list to
--- choose from, a yes. Called by the modules behind the commands.

local client = require("chatls.client")
local notify = require("chatls.notify")

local M = {}

-- Milliseconds that a completion may take: the user waits for it, and it cannot come later.
local PATIENCE = 1500

--- Ask the server of a conversation; an error is told to the user.
---@param conv chatls.Conversation
---@param method string
---@param params? table
---@param on_result fun(result: table)
---@param on_error? fun(err: chatls.Error): boolean? true: it was told already
function M.request(conv, method, params, on_result, on_error)
  client.request(conv.root, method, params, function(err, result)
    if not err then
      on_result(result)
    elseif not (on_error and on_error(err)) then
      notify.fault(err)
    end
  end)
end

--- The server's answer to a request of the command line's completion; nil when it fails or does not come soon.
---@param conv chatls.Conversation
---@param method string
---@param params? table
---@return table? result
function M.wait(conv, method, params)
  local answer, answered
  local request = client.request(conv.root, method, params, function(_, result)
    answer, answered = result, true
  end)
  vim.wait(PATIENCE, function()
    return answered
  end, 10)
  if not answered then
    request.cancel()
  end
  return answer
end

--- Let the user choose one of a list; nothing happens when none is chosen.
---@generic T
---@param items T[]
---@param prompt string
---@param format fun(item: T): string
---@param on_choice fun(item: T)
function M.choose(items, prompt, format, on_choice)
  local function one_line(item)
    return (format(item):gsub("%s+", " "))
  end
  vim.ui.select(items, { prompt = prompt, format_item = one_line, kind = "chatls" }, function(item)
    if item ~= nil then
      on_choice(item)
    end
  end)
end

--- Do something that cannot be taken back, after a yes.
---@param question string
---@param yes string The label of the answer that does it.
---@param act fun()
function M.confirm(question, yes, act)
  M.choose({ yes, "No" }, question, tostring, function(answer)
    if answer == yes then
      act()
    end
  end)
end

--- Let the user type a line; nothing happens when none is typed.
---@param prompt string
---@param default? string
---@param on_line fun(line: string)
function M.line(prompt, default, on_line)
  vim.ui.input({ prompt = prompt, default = default }, function(line)
    if line and vim.trim(line) ~= "" then
      on_line(vim.trim(line))
    end
  end)
end

return M
