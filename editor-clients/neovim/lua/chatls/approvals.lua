--- `chat/requestApproval`: the questions that wait for the user's yes or no, and their answers. One is shown at a time,
--- the editor is never blocked, and what is not answered is not allowed. Called by `handlers.lua` and `commands.lua`.

local approval_text = require("chatls.approval_text")
local approval_window = require("chatls.approval_window")
local notify = require("chatls.notify")

local M = {}

---@type chatls.Question[]
local waiting = {}
---@type chatls.QuestionWindow?
local shown

---@param question chatls.Question
---@return integer? index
local function index_of(question)
  for index, other in ipairs(waiting) do
    if other == question then
      return index
    end
  end
end

---@param question chatls.Question
---@return string
local function place_of(question)
  return #waiting > 1 and ("%d of %d"):format(index_of(question), #waiting) or ""
end

local function hide()
  if shown then
    local window = shown
    shown = nil
    approval_window.close(window)
  end
end

--- How a question that comes now takes the focus: in a pause of the user's, unless the user has left the conversation
--- for another tab page.
---@param question chatls.Question
---@return chatls.Focus
local function focus_of(question)
  local here, is_elsewhere = vim.api.nvim_get_current_tabpage(), false
  for _, win in ipairs(vim.api.nvim_list_wins()) do
    if vim.b[vim.api.nvim_win_get_buf(win)].chatls_root == question.root then
      if vim.api.nvim_win_get_tabpage(win) == here then
        return "pause"
      end
      is_elsewhere = true
    end
  end
  return is_elsewhere and "asked" or "pause"
end

--- In the command-line window no other can be opened: wait until it is left.
---@param question chatls.Question
---@return boolean postponed
local function postpone(question)
  if vim.fn.getcmdwintype() == "" then
    return false
  end
  vim.api.nvim_create_autocmd("CmdwinLeave", {
    desc = "chatls: show the question that waits",
    once = true,
    callback = vim.schedule_wrap(function()
      if not shown and index_of(question) then
        M.show(question, focus_of(question))
      end
    end),
  })
  return true
end

---@param question chatls.Question
local function remove(question)
  local index = index_of(question)
  if not index then
    return
  end
  table.remove(waiting, index)
  local was_shown = shown and shown.question == question
  local focused = was_shown and vim.api.nvim_get_current_win() == shown.winid
  if was_shown then
    hide()
  end
  if was_shown and waiting[1] then
    M.show(waiting[1], focused and "now" or focus_of(waiting[1]))
  elseif shown then
    approval_window.update(shown, place_of(shown.question))
  end
end

--- The result for an option: of a change, which parts, where some were left out.
---@param question chatls.Question
---@param option chatls.wire.ApprovalOption
---@return chatls.wire.RequestApprovalResult? result, string? why none
function M.result(question, option)
  local accepted, all = approval_text.count(question)
  local result = { optionId = option.id }
  if accepted == all or vim.startswith(option.kind, "reject") then
    return result
  elseif option.kind ~= "allow_once" then
    return nil, "parts of a change can be allowed once, not for later"
  elseif accepted == 0 then
    return nil, "no part is taken: n rejects the change"
  end
  result.hunks = {}
  for _, hunk in ipairs(question.params.hunks) do
    if not question.left_out[hunk.id] then
      table.insert(result.hunks, hunk.id)
    end
  end
  return result
end

---@param question chatls.Question
---@return chatls.QuestionActions
local function actions_of(question)
  return {
    answer = function(option)
      local result, why = M.result(question, option)
      if result then
        remove(question)
        question.respond(result)
      else
        notify.warn(why)
      end
    end,
    toggle = function(hunk_id)
      question.left_out[hunk_id] = not question.left_out[hunk_id] or nil
      approval_window.update(shown, place_of(question))
    end,
    next = function()
      local index = index_of(question)
      if index and #waiting > 1 then
        M.show(waiting[index % #waiting + 1], "now")
      end
    end,
    later = function()
      if shown and shown.question == question then
        hide()
        notify.info("the question waits: :ChatApprove shows it again, :ChatStop refuses it")
      end
    end,
    follow = function()
      if shown and shown.question == question then
        M.show(question, "asked")
      end
    end,
  }
end

--- Show one of the questions that wait.
---@param question chatls.Question
---@param focus chatls.Focus
function M.show(question, focus)
  if postpone(question) then
    return
  end
  hide()
  shown = approval_window.open(question, place_of(question), actions_of(question), focus)
end

---@param params chatls.wire.RequestApprovalParams
---@param ctx lsp.HandlerContext
---@param respond chatls.Respond
function M.on_request(params, ctx, respond)
  local client = ctx.client_id and vim.lsp.get_client_by_id(ctx.client_id)
  local root = client and client.config.root_dir or ""
  local question = { params = params, respond = respond, left_out = {}, root = root }
  table.insert(waiting, question)
  if shown then
    approval_window.update(shown, place_of(shown.question))
  else
    M.show(question, focus_of(question))
  end
end

--- Nobody waits for this answer any more.
---@param params chatls.wire.ApprovalClosedParams
function M.on_closed(params)
  for _, question in ipairs(waiting) do
    if question.params.approvalId == params.approvalId then
      remove(question)
      return
    end
  end
end

--- Go to the question that waits, or say that none does.
function M.focus()
  if shown then
    approval_window.focus(shown)
  elseif waiting[1] then
    M.show(waiting[1], "now")
  else
    notify.info("no question waits")
  end
end

--- How many questions wait.
---@return integer
function M.count()
  return #waiting
end

return M
