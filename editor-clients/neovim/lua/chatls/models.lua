--- Which model and which agent answer: chosen from the server's lists, and completed from them. Called by
--- `commands.lua`.

local asking = require("chatls.asking")
local notify = require("chatls.notify")
local state = require("chatls.state")

local M = {}

---@class chatls.Choice
---@field id string
---@field label string

---@param model chatls.wire.Model
---@return chatls.Choice
local function model_choice(model)
  local facts = vim.list_slice(model.capabilities)
  if model.contextLength then
    table.insert(facts, 1, ("%dk context"):format(math.floor(model.contextLength / 1024)))
  end
  return { id = model.id, label = facts[1] and ("%s  (%s)"):format(model.id, table.concat(facts, ", ")) or model.id }
end

---@param agent chatls.wire.AgentInfo
---@return chatls.Choice
local function agent_choice(agent)
  return { id = agent.id, label = ("%s  %s"):format(agent.id, agent.description) }
end

---@class chatls.Kind
---@field method string
---@field key "model"|"agent"
---@field choices fun(result: table): chatls.Choice[]

---@type table<"model"|"agent", chatls.Kind>
local KINDS = {
  model = {
    method = "chat/listModels",
    key = "model",
    choices = function(result)
      return vim.tbl_map(model_choice, result.models)
    end,
  },
  agent = {
    method = "chat/listAgents",
    key = "agent",
    choices = function(result)
      return vim.tbl_map(agent_choice, result.agents)
    end,
  },
}

--- Providers that cannot be reached, and what to do about it.
---@param result chatls.wire.ListModelsResult
local function tell_unreachable(result)
  for _, provider in ipairs(result.providers or {}) do
    if not provider.reachable then
      notify.warn("%s: %s", provider.id, provider.hint or provider.reason or "it does not answer")
    end
  end
end

---@param conv chatls.Conversation
---@param kind chatls.Kind
---@param id string
local function set(conv, kind, id)
  state.set(conv, { [kind.key] = id })
  notify.info("the next message is answered by %s %s", kind.key, id)
end

--- Choose who answers from now on.
---@param conv chatls.Conversation
---@param name "model"|"agent"
---@param id string "": choose from the list
function M.choose(conv, name, id)
  local kind = KINDS[name]
  asking.request(conv, kind.method, nil, function(result)
    local choices = kind.choices(result)
    tell_unreachable(result)
    if id == "" then
      asking.choose(choices, ("Which %s: "):format(name), function(choice)
        return (choice.id == (conv[name] or result.default) and "* " or "  ") .. choice.label
      end, function(choice)
        set(conv, kind, choice.id)
      end)
      return
    end
    for _, choice in ipairs(choices) do
      if choice.id == id or choice.id == id .. ":latest" then
        set(conv, kind, choice.id)
        return
      end
    end
    notify.warn("there is no %s %s: :Chat%s lists them", name, id, name == "model" and "Model" or "Agent")
  end)
end

--- The ids that begin with what was typed.
---@param conv chatls.Conversation
---@param name "model"|"agent"
---@param lead string
---@return string[]
function M.complete(conv, name, lead)
  local result = asking.wait(conv, KINDS[name].method)
  local ids = vim.tbl_map(function(choice)
    return choice.id
  end, result and KINDS[name].choices(result) or {})
  return vim.tbl_filter(function(id)
    return vim.startswith(id, lead)
  end, ids)
end

return M
