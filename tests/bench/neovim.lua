--- Timestamps inside Neovim for `neovim.py`: when a key was taken, when a turn was sent, when its first text came in
--- and was drawn, and when a typed character was drawn. Nanoseconds of the monotonic clock, which Python has too.
-- luacheck: globals BENCH BENCH_WATCH

BENCH = { shown = {} }

local space = vim.api.nvim_create_namespace("bench")
local client = require("chatls.client")
local by_method = require("chatls.handlers").by_method
local request, on_progress = client.request, by_method["$/progress"]
local watched

local function stamp(name)
  BENCH[name] = BENCH[name] or vim.uv.hrtime()
end

vim.on_key(function(_, typed)
  if typed == "\r" then
    stamp("key")
  end
end, space)

function client.request(root, method, ...)
  if method == "chat/stream" then
    stamp("sent")
  end
  return request(root, method, ...)
end

by_method["$/progress"] = function(err, params, ...)
  if vim.tbl_get(params, "value", "event", "type") == "token" then
    stamp("token")
  end
  return on_progress(err, params, ...)
end

local function is_drawn()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.bo[buffer].filetype == "chatls" then
      return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n"):find(BENCH.text, 1, true) ~= nil
    end
  end
end

vim.api.nvim_set_decoration_provider(space, {
  on_end = function()
    local typed = watched and #vim.api.nvim_buf_get_lines(watched, 0, 1, false)[1] or 0
    while #BENCH.shown < typed do
      BENCH.shown[#BENCH.shown + 1] = vim.uv.hrtime()
    end
    if BENCH.token and not BENCH.drawn and is_drawn() then
      stamp("drawn")
    end
  end,
})

--- Take down when each character of this buffer's first line is drawn; the line is empty now.
function BENCH_WATCH(buffer)
  BENCH.shown = {}
  watched = buffer
end
