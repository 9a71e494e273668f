--- Completion in the prompt: what may follow `@` and `/`, as the server knows it. By itself while typing, and by
--- `<C-x><C-o>`. Nothing waits for the server: what it offers is shown when it comes, if the cursor is still there.

local client = require("chatls.client")

local M = {}

---@class chatls.Place Where something was asked for.
---@field buf integer
---@field row integer From 0.
---@field column integer Bytes.
---@field tick integer

-- With this, nothing is put into the text that was not chosen.
local COMPLETEOPT = "menuone,noinsert,noselect"
local IS_LOCAL = vim.fn.has("nvim-0.11") == 1

---@type table<integer, chatls.Request>
local asked = {}
--- What was asked about last by itself: a menu that the user closes stays closed until there is something else.
---@type table<integer, string>
local typed = {}
---@type string?
local global_completeopt

---@param buf integer
---@return chatls.Place
local function here(buf)
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  return { buf = buf, row = row - 1, column = column, tick = vim.api.nvim_buf_get_changedtick(buf) }
end

---@param place chatls.Place
---@return boolean
local function is_still(place)
  local buf = vim.api.nvim_get_current_buf()
  return buf == place.buf and vim.fn.mode():find("^i") ~= nil and vim.deep_equal(here(buf), place)
end

---@param item lsp.CompletionItem
---@return table item of |complete-items|
local function entry(item)
  -- The server has compared with what is typed, and knows better what fits it: `equal` shows all that it sent.
  local kind = vim.tbl_get(item, "data", "type")
  return { word = item.textEdit.newText, abbr = item.label, menu = item.detail, kind = kind, equal = 1, icase = 1 }
end

---@param place chatls.Place
---@param list lsp.CompletionList
local function show(place, list)
  local first = list.items[1]
  if not first or not is_still(place) then
    return
  end
  local line = vim.api.nvim_buf_get_lines(place.buf, place.row, place.row + 1, true)[1]
  local start = vim.fn.byteidx(line, first.textEdit.range.start.character, true)
  if #list.items == 1 and vim.trim(first.textEdit.newText) == vim.trim(line:sub(start + 1, place.column)) then
    return -- it is there already
  end
  vim.fn.complete(start + 1, vim.tbl_map(entry, list.items))
end

---@param buf integer
---@param root string
local function ask(buf, root)
  local place = here(buf)
  local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  local character = vim.fn.strutf16len(lines[place.row + 1]:sub(1, place.column))
  local params = { text = table.concat(lines, "\n"), position = { line = place.row, character = character } }
  if asked[buf] then
    asked[buf].cancel()
  end
  asked[buf] = client.request(root, "chat/complete", params, function(err, list)
    asked[buf] = nil
    if not err then
      show(place, list)
    end
  end)
end

--- Whether something can follow here: after an `@`, or in the first word when it begins with `/`.
---@param before string the text before the cursor
---@return boolean
local function is_wanted(before)
  return before:find("@[^%s@]*$") ~= nil or before:find('@"[^"\n]*$') ~= nil or before:find("^%s*/%S*$") ~= nil
end

---@param buf integer
---@param root string
local function on_typed(buf, root)
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local before = table.concat(vim.api.nvim_buf_get_text(buf, 0, 0, row - 1, column, {}), "\n")
  if vim.fn.complete_info({ "selected" }).selected >= 0 then
    return -- it was not typed but chosen, and the user may choose on
  elseif not is_wanted(before) then
    typed[buf] = nil
  elseif typed[buf] ~= before then
    typed[buf] = before
    ask(buf, root)
  end
end

--- For 'omnifunc': asks, and stays in completion mode; the menu comes with the answer.
---@param findstart integer
---@return integer|table
function M.omnifunc(findstart)
  if findstart == 1 then
    local buf = vim.api.nvim_get_current_buf()
    ask(buf, vim.b[buf].chatls_root)
    return -2
  end
  return {}
end

--- Before 0.11 the option is global: it is ours only while the user types in the prompt.
---@param buf integer
---@param group integer
local function borrow_completeopt(buf, group)
  local function on(event, callback)
    vim.api.nvim_create_autocmd(event, { buffer = buf, group = group, callback = callback })
  end
  on("InsertEnter", function()
    global_completeopt = global_completeopt or vim.o.completeopt
    vim.o.completeopt = COMPLETEOPT
  end)
  on({ "InsertLeave", "BufLeave", "BufWipeout" }, function()
    vim.o.completeopt, global_completeopt = global_completeopt or vim.o.completeopt, nil
  end)
end

--- Complete in a buffer for as long as a group of autocommands is there.
---@param buf integer
---@param root string
---@param group integer
function M.attach(buf, root, group)
  vim.bo[buf].omnifunc = "v:lua.require'chatls.completion'.omnifunc"
  if IS_LOCAL then
    vim.bo[buf].completeopt = COMPLETEOPT
  else
    borrow_completeopt(buf, group)
  end
  vim.api.nvim_create_autocmd("CompleteDone", {
    buffer = buf,
    group = group,
    desc = "chatls: a menu that was closed does not come back with a late answer",
    callback = function()
      if asked[buf] then
        asked[buf].cancel()
      end
    end,
  })
  vim.api.nvim_create_autocmd({ "TextChangedI", "TextChangedP" }, {
    buffer = buf,
    group = group,
    desc = "chatls: ask what may follow",
    callback = function()
      on_typed(buf, root)
    end,
  })
end

--- What was asked for a buffer is of no use any more.
---@param buf integer
function M.forget(buf)
  if asked[buf] then
    asked[buf].cancel()
  end
  asked[buf], typed[buf] = nil, nil
end

return M
