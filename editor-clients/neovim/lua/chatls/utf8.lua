--- Text as it may go over the wire. A buffer can hold bytes that are no UTF-8, and one of them in a request is enough
--- for the server to read nothing of it, and never to answer. Pure. Called by `client.lua`.

local M = {}

local REPLACEMENT = "\239\191\189" -- U+FFFD

---@param text string
---@return string text whose wrong bytes are replaced
local function clean(text)
  if not text:find("[\128-\255]") then
    return text
  end
  local pieces, done = {}, 0
  for _, at in ipairs(vim.str_utf_pos(text)) do
    -- Of what is no character each byte counts as one.
    if text:byte(at) >= 128 and vim.str_utf_end(text, at) == 0 then
      pieces[#pieces + 1] = text:sub(done + 1, at - 1) .. REPLACEMENT
      done = at
    end
  end
  pieces[#pieces + 1] = text:sub(done + 1)
  return table.concat(pieces)
end

--- A value with all text in it cleaned; the value itself stays as it is.
---@param value any
---@return any
function M.clean(value)
  if type(value) == "string" then
    return clean(value)
  elseif type(value) ~= "table" or not next(value) then
    return value -- an empty table may be `vim.empty_dict()`
  end
  return vim.tbl_map(M.clean, value)
end

return M
