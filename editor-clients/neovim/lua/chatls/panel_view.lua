--- One panel: what is known of a conversation, put into its buffers and windows. It subscribes to `state.lua` and draws
--- what changed at most once in 16 ms, however fast the stream. `view.lua` has one for each conversation.
---
---     change   | |||||||||    |      |
---     drawn    |     |     |  |      |     (16 ms between any two)

local actions = require("chatls.actions")
local colours = require("chatls.colours")
local completion = require("chatls.completion")
local context = require("chatls.context")
local documents = require("chatls.document")
local highlights = require("chatls.highlights")
local keymaps = require("chatls.keymaps")
local notify = require("chatls.notify")
local panel = require("chatls.panel")
local prompts = require("chatls.prompt")
local state = require("chatls.state")
local textlock = require("chatls.textlock")
local turns = require("chatls.turn")
local winbar = require("chatls.winbar")

local M = {}

-- A screen shows 60 pictures a second. While a turn runs its clock is drawn ten times a second.
local FRAME_MS, TICK_MS = 16, 100

---@class chatls.View
---@field conv chatls.Conversation
---@field buf integer
---@field document chatls.Document
---@field prompt chatls.Prompt
---@field panel_win? integer
---@field prompt_win? integer
---@field group? integer The autocommands that there are while it is open.
---@field dirty table<chatls.Turn, integer> Turn to its first item that may look different.
---@field due boolean Whether a change waits to be drawn.
---@field frame integer Which drawing is planned; what was planned before is not done.
---@field drawn number When it was drawn last, in milliseconds.
---@field unsubscribe fun()
---@field is_gone boolean Whether its buffers were wiped.
local View = {}
View.__index = View

---@return number milliseconds
local function now()
  return vim.uv.hrtime() / 1e6
end

---@return boolean
function View:is_open()
  return self.panel_win ~= nil and vim.api.nvim_win_is_valid(self.panel_win)
end

---@param milliseconds integer
function View:draw_in(milliseconds)
  self.frame = self.frame + 1
  local frame = self.frame
  vim.defer_fn(function()
    textlock.run(function()
      if self.frame == frame and not self.is_gone then
        self:draw()
      end
    end)
  end, milliseconds)
end

--- Draw as soon as a frame has passed since the last drawing.
---@param turn_index integer
---@param item_index integer
function View:changed(turn_index, item_index)
  local turn = self.conv.turns[turn_index]
  if turn then
    self.dirty[turn] = math.min(self.dirty[turn] or item_index, item_index)
  end
  if not self.due then
    self.due = true
    self:draw_in(math.max(0, math.ceil(self.drawn + FRAME_MS - now())))
  end
end

--- Draw the lines above the windows.
function View:draw_bars()
  panel.set_winbar(self.panel_win, winbar.panel(self.conv, now(), panel.width(self.panel_win) or 0))
  panel.set_winbar(self.prompt_win, winbar.prompt(self.conv, context.names(self.conv)))
end

--- Colour what can be seen.
function View:colour()
  colours.paint(self.document, panel.visible(self.panel_win))
end

--- A message that waited for a turn which was stopped or failed goes back to the user; it waits on while there is
--- something else in the prompt.
function View:give_back()
  local last = self.conv.turns[#self.conv.turns]
  local is_free = self.conv.queued and self.prompt:text() == ""
  if is_free and last and last.state ~= "done" and not turns.is_running(self.conv) then
    self.prompt:unqueue()
  end
end

--- Write what has changed. The window follows the end of the text if it showed that; else it shows what it showed,
--- also when older turns were put above it.
---@param dirty table<chatls.Turn, integer>
function View:write(dirty)
  local follows, oldest = panel.is_at_end(self.panel_win), self.document.turns[1]
  local row = oldest and oldest.row
  local shown = oldest and oldest.turn ~= self.conv.turns[1] and panel.shown(self.panel_win)
  local height = self.document.sheet.height
  self.document:draw(self.conv, dirty)
  if follows then
    panel.to_end(self.panel_win, self.document.sheet.height < height)
  elseif shown and oldest.row ~= row then
    panel.show(self.panel_win, shown, oldest.row - row)
  end
end

--- Bring buffers and windows up to date.
function View:draw()
  local dirty = self.dirty
  self.dirty, self.due, self.drawn = {}, false, now()
  self:write(dirty)
  if self:is_open() then
    self:draw_bars()
    self:colour()
  end
  self:give_back()
  local last = self.conv.turns[#self.conv.turns]
  if not self.due and last and last.state == "running" and self:is_open() then
    self:draw_in(TICK_MS)
  end
end

--- Draw for the width that the window has.
function View:fit()
  local width = panel.width(self.panel_win)
  if width and width ~= self.document.width then
    self.document.width = width
    self.document:draw_all(self.conv)
  end
end

--- Where the user works is what goes along; `:quit` in the last window beside ours ends Neovim.
function View:watch()
  self.group = vim.api.nvim_create_augroup("chatls.view." .. self.buf, {})
  ---@param events vim.api.keyset.events|vim.api.keyset.events[]
  ---@param desc string
  ---@param callback fun(event: vim.api.keyset.create_autocmd.callback_args)
  local function on(events, desc, callback)
    vim.api.nvim_create_autocmd(events, { group = self.group, desc = "chatls: " .. desc, callback = callback })
  end
  on("BufEnter", "remember the active file", function(event)
    context.visit(self.conv, event.buf)
    self:draw_bars()
  end)
  on("WinScrolled", "colour what comes into view", function()
    if self:is_open() then
      self:colour()
    end
  end)
  on("WinResized", "fit what is drawn to the width", function()
    self:fit()
  end)
  on("WinClosed", "close both windows together", function(event)
    local win = tonumber(event.match)
    if win == self.panel_win or win == self.prompt_win then
      vim.schedule(function()
        self:close()
      end)
    end
  end)
  on("QuitPre", "do not stay as the last window", function()
    local current = vim.api.nvim_get_current_win()
    local own = { self.panel_win, self.prompt_win }
    if not vim.list_contains(own, current) and panel.are_last(own) then
      self:close()
    end
  end)
  self.prompt:watch(self.group, function()
    panel.fit(self.prompt_win)
  end)
end

--- Show it in the current tab page, or say that there is no room. The current window stays the current one.
function View:open()
  context.visit(self.conv, vim.api.nvim_get_current_buf())
  highlights.define()
  self.panel_win, self.prompt_win = panel.open(self.buf, self.prompt.buf)
  if not self.panel_win then
    notify.warn("there is no room for the panel: make the screen larger, or close windows, and :Chat shows it")
    return
  end
  self:watch()
  self:fit()
  self:draw()
  panel.to_end(self.panel_win)
  self:colour()
  panel.fit(self.prompt_win)
end

--- Hide it. What runs goes on.
function View:close()
  if self.group then
    vim.api.nvim_del_augroup_by_id(self.group)
    self.group = nil
  end
  local panel_win, prompt_win = self.panel_win, self.prompt_win
  self.panel_win, self.prompt_win = nil, nil
  panel.close(prompt_win)
  panel.close(panel_win)
end

--- Go to the prompt, if it is shown.
function View:focus()
  if not self:is_open() then
    return
  end
  vim.api.nvim_set_current_win(self.prompt_win)
  if self.prompt:text() == "" then
    vim.cmd.startinsert()
  end
end

--- One of its buffers is gone: so is the rest, and the turn that it showed.
function View:destroy()
  if self.is_gone then
    return
  end
  self.is_gone = true
  self.unsubscribe()
  turns.stop(self.conv)
  vim.schedule(function()
    self:close()
    for _, buf in ipairs({ self.buf, self.prompt.buf }) do
      completion.forget(buf)
      pcall(vim.api.nvim_buf_delete, buf, { force = true })
    end
  end)
end

--- The panel of a conversation, not shown yet.
---@param conv chatls.Conversation
---@return chatls.View
function M.new(conv)
  local view = setmetatable({ conv = conv, dirty = {}, due = false, frame = 0, drawn = 0, is_gone = false }, View)
  view.buf = panel.new_buffer(conv.root, "", "chatls")
  -- Undo would hold every token, and there is nothing in it that a user could want back.
  vim.bo[view.buf].undolevels = -1
  vim.bo[view.buf].modifiable = false
  view.document = documents.new(view.buf)
  view.prompt = prompts.new(conv)
  local acts = actions.of(view)
  keymaps.set(view.buf, "panel", acts)
  keymaps.set(view.prompt.buf, "prompt", acts)
  for _, buf in ipairs({ view.buf, view.prompt.buf }) do
    vim.api.nvim_create_autocmd("BufUnload", {
      buffer = buf,
      once = true,
      desc = "chatls: stop when the panel is wiped",
      callback = function()
        view:destroy()
      end,
    })
  end
  view.unsubscribe = state.subscribe(conv, function(...)
    view:changed(...)
  end)
  return view
end

return M
