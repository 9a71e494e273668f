--- The floating window of one question: its text, its keys, and where it is. It takes the focus when the user pauses,
--- never from somebody who is typing or has gone to another tab page: there it is shown too, and waits to be gone to.
--- What an answer means is decided in `approvals.lua`, the only caller.

local approval_text = require("chatls.approval_text")
local config = require("chatls.config")
local pause = require("chatls.pause")
local wording = require("chatls.wording")

local M = {}

---@alias chatls.Focus "now"|"pause"|"asked" When it is taken: at once, in a pause of the user's, by `:ChatApprove`.

---@class chatls.QuestionActions
---@field answer fun(option: chatls.wire.ApprovalOption)
---@field toggle fun(hunk_id: string)
---@field next fun()
---@field later fun() The window is closed, the question waits.
---@field follow fun() The user has gone to another tab page.

---@class chatls.QuestionWindow
---@field question chatls.Question
---@field place string "1 of 2"; "" for the only one.
---@field focus chatls.Focus
---@field bufnr integer
---@field winid integer
---@field drawn chatls.Drawn
---@field group integer
---@field cancel_pause fun()

local NAMESPACE = vim.api.nvim_create_namespace("chatls.approval")
local MAX_WIDTH = 110
local MIN_WIDTH = 50
-- The rest of the screen stays for what the question is about.
local SHARE = 0.6

---@param window chatls.QuestionWindow
---@return string
local function footer(window)
  if window.focus == "asked" then
    return " :ChatApprove goes here "
  end
  local keys = { "q later" }
  if window.place ~= "" then
    table.insert(keys, 1, "<Tab> next question")
  end
  if window.drawn.heads[1] then
    table.insert(keys, 1, "<Space> take or leave a part · ]c [c parts")
  end
  return " " .. table.concat(keys, " · ") .. " "
end

--- How wide a window must be for these lines and borders, and how many rows the lines take in it.
---@param lines string[]
---@param borders string[]
---@return integer width, integer rows
local function size(lines, borders)
  local widths = vim.tbl_map(vim.fn.strdisplaywidth, lines)
  local wanted = math.max(MIN_WIDTH, unpack(vim.tbl_map(vim.fn.strdisplaywidth, borders)))
  for _, width in ipairs(widths) do
    wanted = math.max(wanted, width + 1)
  end
  local given = math.max(1, math.min(wanted, MAX_WIDTH, vim.o.columns - 4))
  local rows = 0
  for _, width in ipairs(widths) do
    rows = rows + math.max(1, math.ceil(width / given))
  end
  return given, rows
end

---@param window chatls.QuestionWindow
---@return vim.api.keyset.win_config
local function layout(window)
  local place = window.place ~= "" and (" (%s)"):format(window.place) or ""
  local title = window.question.params.title:gsub("%s+", " ") .. place
  local width, rows = size(window.drawn.lines, { "  " .. title, footer(window) })
  return {
    relative = "editor",
    anchor = "SW",
    row = vim.o.lines - vim.o.cmdheight - 1,
    -- Beside the panel, where the model says why.
    col = config.get().panel.position == "left" and vim.o.columns - width - 2 or 1,
    width = width,
    height = math.max(1, math.min(rows, math.floor(vim.o.lines * SHARE))),
    title = (" %s "):format(wording.cut(title, width - 2)),
    footer = footer(window),
    footer_pos = "right",
  }
end

---@param window chatls.QuestionWindow
local function draw(window)
  local bufnr, drawn = window.bufnr, approval_text.draw(window.question)
  window.drawn = drawn
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, drawn.lines)
  vim.bo[bufnr].modifiable = false
  vim.api.nvim_buf_clear_namespace(bufnr, NAMESPACE, 0, -1)
  for _, mark in ipairs(drawn.marks) do
    local range = mark.end_col and { end_col = mark.end_col, hl_group = mark.group } or { line_hl_group = mark.group }
    vim.api.nvim_buf_set_extmark(bufnr, NAMESPACE, mark.row, 0, range)
  end
end

---@param window chatls.QuestionWindow
---@param direction 1|-1
local function go_to_part(window, direction)
  local row = vim.api.nvim_win_get_cursor(window.winid)[1] - 1
  local heads = window.drawn.heads
  for step = 1, #heads do
    local head = direction == 1 and heads[step] or heads[#heads + 1 - step]
    if (head - row) * direction > 0 then
      vim.api.nvim_win_set_cursor(window.winid, { head + 1, 0 })
      return
    end
  end
end

---@param window chatls.QuestionWindow
---@param actions chatls.QuestionActions
local function set_keys(window, actions)
  local function map(key, desc, act)
    vim.keymap.set("n", key, act, { buffer = window.bufnr, nowait = true, desc = "chatls: " .. desc })
  end
  for _, answer in ipairs(approval_text.answers(window.question.params.options)) do
    map(answer.key, answer.option.label, function()
      actions.answer(answer.option)
    end)
  end
  map("q", "answer later", actions.later)
  map("<Esc>", "answer later", actions.later)
  map("<Tab>", "the next question", actions.next)
  map("<Space>", "take or leave this part", function()
    local part = window.drawn.parts[vim.api.nvim_win_get_cursor(window.winid)[1] - 1]
    if part then
      actions.toggle(part)
    end
  end)
  for key, direction in pairs({ ["]c"] = 1, ["[c"] = -1 }) do
    map(key, "another part", function()
      go_to_part(window, direction)
    end)
  end
end

--- Whether it is in the tab page that the user looks at.
---@param window chatls.QuestionWindow
---@return boolean
local function is_here(window)
  local is_there = vim.api.nvim_win_is_valid(window.winid)
  return is_there and vim.api.nvim_win_get_tabpage(window.winid) == vim.api.nvim_get_current_tabpage()
end

---@param window chatls.QuestionWindow
---@param actions chatls.QuestionActions
local function watch(window, actions)
  window.group = vim.api.nvim_create_augroup("chatls.approval", { clear = true })
  vim.api.nvim_create_autocmd("WinClosed", {
    group = window.group,
    pattern = tostring(window.winid),
    desc = "chatls: a closed question waits",
    callback = vim.schedule_wrap(actions.later),
  })
  vim.api.nvim_create_autocmd("TabEnter", {
    group = window.group,
    desc = "chatls: show the question where the user is",
    callback = vim.schedule_wrap(function()
      if not is_here(window) then
        actions.follow()
      end
    end),
  })
  vim.api.nvim_create_autocmd("VimResized", {
    group = window.group,
    desc = "chatls: keep the question on the screen",
    callback = function()
      vim.api.nvim_win_set_config(window.winid, layout(window))
    end,
  })
end

---@param question chatls.Question
---@return integer bufnr
local function make_buffer(question)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.b[bufnr].chatls_root = question.root -- so that `:ChatStop` in it means the turn that asks
  vim.bo[bufnr].bufhidden = "wipe"
  if question.params.diff or question.params.hunks then
    vim.bo[bufnr].filetype = "diff"
  end
  return bufnr
end

--- Show a question.
---@param question chatls.Question
---@param place string
---@param actions chatls.QuestionActions
---@param focus chatls.Focus
---@return chatls.QuestionWindow
function M.open(question, place, actions, focus)
  local bufnr, nothing = make_buffer(question), function() end
  local given = { question = question, place = place, focus = focus, bufnr = bufnr, cancel_pause = nothing }
  local window = given --[[@as chatls.QuestionWindow]]
  draw(window)
  local float = vim.tbl_extend("force", layout(window), { style = "minimal", border = "rounded", zindex = 60 })
  window.winid = vim.api.nvim_open_win(window.bufnr, focus == "now", float)
  vim.wo[window.winid].wrap = true
  vim.wo[window.winid].winhighlight = "NormalFloat:Normal"
  set_keys(window, actions)
  watch(window, actions)
  if focus == "pause" then
    window.cancel_pause = pause.wait(function()
      if is_here(window) then
        M.focus(window)
      end
    end)
  end
  return window
end

--- Go into the window.
---@param window chatls.QuestionWindow
function M.focus(window)
  window.cancel_pause()
  window.focus = "now"
  if vim.api.nvim_win_is_valid(window.winid) then
    vim.api.nvim_set_current_win(window.winid)
    vim.api.nvim_win_set_config(window.winid, layout(window))
  end
end

--- Draw it again: parts were left out, or there are more or fewer questions beside it.
---@param window chatls.QuestionWindow
---@param place string
function M.update(window, place)
  window.place = place
  if vim.api.nvim_win_is_valid(window.winid) then
    draw(window)
    vim.api.nvim_win_set_config(window.winid, layout(window))
  end
end

--- Close it, with everything that belongs to it.
---@param window chatls.QuestionWindow
function M.close(window)
  window.cancel_pause()
  vim.api.nvim_del_augroup_by_id(window.group)
  if vim.api.nvim_win_is_valid(window.winid) then
    vim.api.nvim_win_close(window.winid, true)
  end
end

return M
