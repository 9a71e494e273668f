--- Runs Lua for a test inside a Neovim: lines of JSON come from the test's socket, and each is answered by one.
--- `neovim.py` starts Neovim with this file; the plugin under test knows nothing of it.

-- Milliseconds between two looks at a condition that is waited for.
local INTERVAL = 2

local pipe = assert(vim.uv.new_pipe())
local rest = ""

---@param answer table
local function reply(answer)
  local ok, line = pcall(vim.json.encode, answer)
  if not ok then
    line = vim.json.encode({ error = "this is no JSON: " .. vim.inspect(answer.value) })
  end
  pipe:write(line .. "\n")
end

---@param order { code: string, args: any[] }
---@return table answer
local function run(order)
  local chunk, why = loadstring(order.code, "=test")
  if not chunk then
    return { error = why }
  end
  local ok, value = xpcall(chunk, debug.traceback, unpack(order.args))
  if not ok then
    return { error = tostring(value) }
  end
  return { value = value == nil and vim.NIL or value }
end

---@param order { code: string, args: any[], seconds: number }
local function wait(order)
  local deadline = vim.uv.now() + order.seconds * 1000
  local timer = assert(vim.uv.new_timer())
  local done = false
  local function look()
    if done then
      return
    end
    local answer = run(order)
    local is_met = answer.value ~= vim.NIL and answer.value ~= false
    done = answer.error ~= nil or is_met or vim.uv.now() > deadline
    if done then
      timer:close()
      reply(answer)
    end
  end
  timer:start(0, INTERVAL, vim.schedule_wrap(look))
end

---@param line string
local function obey(line)
  local order = vim.json.decode(line, { luanil = { object = true, array = true } })
  if order.seconds then
    wait(order)
  else
    reply(run(order))
  end
end

---@param data string
local function receive(data)
  rest = rest .. data
  for line in rest:gmatch("([^\n]*)\n") do
    vim.schedule(function()
      obey(line)
    end)
  end
  rest = rest:match("[^\n]*$")
end

pipe:connect(vim.env.NEOVIM_TEST_SOCKET, function(failed)
  assert(not failed, failed)
  pipe:read_start(function(_, data)
    if data then
      receive(data)
    end
  end)
end)
