--- How figures, files and models are called where people read them, and how they are shortened. Pure, no vim.api.
--- Used by `render.lua`, `block.lua`, `winbar.lua` and `context.lua`.

local M = {}

---@param milliseconds integer
---@return string
function M.duration(milliseconds)
  if milliseconds < 1000 then
    return ("%d ms"):format(milliseconds)
  elseif milliseconds < 60000 then
    return ("%.1f s"):format(milliseconds / 1000)
  end
  return ("%d min %d s"):format(math.floor(milliseconds / 60000), math.floor(milliseconds / 1000) % 60)
end

---@param range lsp.Range
---@return string lines 1-based and inclusive
function M.lines_in(range)
  local first, last = range.start.line + 1, range["end"].line + 1
  if range["end"].character == 0 and last > first then
    last = last - 1
  end
  return first == last and tostring(first) or ("%d-%d"):format(first, last)
end

---@param attachment chatls.wire.Attachment
---@param root string
---@return string what a user calls it
function M.attachment_name(attachment, root)
  if attachment.type == "text" then
    return attachment.name
  end
  local path = vim.uri_to_fname(attachment.uri)
  if root ~= "" and vim.startswith(path, root .. "/") then
    path = path:sub(#root + 2)
  end
  local range = attachment.range and ":" .. M.lines_in(attachment.range) or ""
  return (attachment.type == "diagnostics" and "diagnostics of " or "") .. path .. range
end

---@param model? string
---@return string without its provider and the tag that means nothing
function M.model_name(model)
  return ((model or ""):gsub("^[^/]*/", ""):gsub(":latest$", ""))
end

--- A text as far as it fits, with an ellipsis where it does not.
---@param text string
---@param cells integer
---@return string
function M.cut(text, cells)
  if vim.fn.strdisplaywidth(text) <= cells then
    return text
  end
  local length = math.max(0, cells - 1)
  local kept = vim.fn.strcharpart(text, 0, length)
  while vim.fn.strdisplaywidth(kept) > cells - 1 and length > 0 do
    length = length - 1
    kept = vim.fn.strcharpart(text, 0, length)
  end
  return kept .. "…"
end

--- A name of which beginning and end count (`hf.co/…Q4_K_M`), as far as it fits.
---@param name string
---@param cells integer
---@return string
function M.cut_middle(name, cells)
  local length = vim.fn.strchars(name)
  if length <= cells then
    return name
  end
  local tail = math.floor((cells - 1) / 2)
  return vim.fn.strcharpart(name, 0, cells - 1 - tail) .. "…" .. vim.fn.strcharpart(name, length - tail)
end

---@param turn chatls.Turn
---@return string?
function M.figures(turn)
  local usage, timings, parts = turn.usage, turn.timings, {}
  if usage then
    parts[#parts + 1] = ("%d tokens"):format(usage.completionTokens)
  end
  if timings and timings.tokensPerSecond then
    parts[#parts + 1] = ("%.0f tok/s"):format(timings.tokensPerSecond)
  end
  if timings then
    parts[#parts + 1] = M.duration(timings.totalMs)
  end
  return parts[1] and table.concat(parts, " · ")
end

return M
