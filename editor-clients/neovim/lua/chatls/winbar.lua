--- The line above the panel and the one above the prompt: what goes on, and what goes along with the next message. Pure
--- but for the clock; `view.lua` sets them.

local wording = require("chatls.wording")

local M = {}

---@type table<chatls.wire.PhaseName, string>
local PHASES = {
  connecting = "Connecting…",
  loading = "Loading the model…",
  prefill = "Reading the prompt…",
  generating = "Writing…",
  tool = "Using tools…",
  approval = "Waits for your yes",
  retrying = "Trying again…",
  compacting = "Making room…",
}
-- While text comes, what the turn waited for before is of no interest.
local COMES = { text = "Writing…", thinking = "Thinking…" }
local EARLIER = { connecting = true, loading = true, prefill = true, generating = true }
local CONNECTIONS = { starting = "Starting the server…", dead = "Server ended" }
local SPINNER = { "⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏" }
local SPINNER_MS = 100
-- A rate that is measured over less than this jumps about.
local SHORTEST_MS = 500
-- Cells: spaces at both ends and between; what of a model's name is worth to be read, and of a title.
local EDGES, LEAST_NAME, LEAST_TITLE = 4, 8, 10

---@class chatls.Rate Where the counting of a turn's tokens began.
---@field at number
---@field tokens integer

---@type table<chatls.Turn, chatls.Rate>
local began = setmetatable({}, { __mode = "k" })

---@param text string
---@return string
local function one_line(text)
  return (text:gsub("%s+", " "))
end

---@param group string
---@param text string
---@return string
local function styled(group, text)
  return text ~= "" and ("%%#%s#%s%%*"):format(group, (one_line(text):gsub("%%", "%%%%"))) or ""
end

---@param text string
---@return integer
local function cells(text)
  return vim.fn.strdisplaywidth(text)
end

--- Tokens and tokens a second so far, "" before there are any. The wire carries text, so both are estimates.
---@param turn chatls.Turn
---@param now number milliseconds
---@return string
function M.rate(turn, now)
  if turn.tokens == 0 then
    return ""
  end
  began[turn] = began[turn] or { at = now, tokens = turn.tokens }
  local elapsed = now - began[turn].at
  if elapsed < SHORTEST_MS then
    return ("~%d tokens"):format(turn.tokens)
  end
  return ("~%d tokens, %.0f tok/s"):format(turn.tokens, (turn.tokens - began[turn].tokens) / elapsed * 1000)
end

--- What a running turn does, in words.
---@param conv chatls.Conversation
---@param turn chatls.Turn
---@return string
function M.phase(conv, turn)
  local last = turn.items[#turn.items]
  local comes = last and (not turn.phase or EARLIER[turn.phase]) and COMES[last.kind]
  return comes or PHASES[turn.phase] or CONNECTIONS[conv.connection] or "Waiting…"
end

--- How full the model's window is, where both figures are known.
---@param turn? chatls.Turn
---@return string
local function fullness(turn)
  local usage = turn and turn.usage
  if not usage or not usage.contextTokens or not usage.contextLimit then
    return ""
  end
  return ("context %d%%"):format(100 * usage.contextTokens / usage.contextLimit)
end

---@param conv chatls.Conversation
---@param turn? chatls.Turn
---@param now number
---@return string phase, string figures
local function doing(conv, turn, now)
  if turn and turn.state == "running" then
    local frame = SPINNER[math.floor(now / SPINNER_MS) % #SPINNER + 1]
    return frame .. " " .. M.phase(conv, turn), M.rate(turn, now)
  end
  return CONNECTIONS[conv.connection] or "", fullness(turn)
end

---@param ... string
---@return string
local function joined(...)
  return table.concat(
    vim.tbl_filter(function(part)
      return part ~= ""
    end, { ... }),
    " · "
  )
end

--- What the conversation is and who answers: what is too long is cut, the title first.
---@param conv chatls.Conversation
---@param turn? chatls.Turn
---@param room integer cells
---@return string
local function heading(conv, turn, room)
  local model = wording.model_name(conv.model or (turn and turn.model))
  local agent = conv.agent or (turn and turn.agent) or ""
  local who = joined(agent == "chat" and "" or agent, model)
  if cells(who) > room then
    return wording.cut_middle(model ~= "" and model or agent, room)
  end
  local left = room - (who ~= "" and cells(" · " .. who) or 0)
  local title = left >= LEAST_TITLE and wording.cut(one_line(conv.title or ""), left) or ""
  local text = joined(title, who)
  return text ~= "" and text or "Chat"
end

--- The value of 'winbar' for the panel. What goes on counts most, then the model, then the figures, then the title.
---@param conv chatls.Conversation
---@param now number milliseconds
---@param width integer cells
---@return string
function M.panel(conv, now, width)
  local turn = conv.turns[#conv.turns]
  local phase, figures = doing(conv, turn, now)
  local room = width - EDGES - cells(phase)
  if room - cells(figures) < LEAST_NAME then
    figures = ""
  end
  local left = heading(conv, turn, math.max(0, room - cells(figures)))
  local right = styled("ChatlsPhase", phase) .. styled("ChatlsMeta", figures ~= "" and " " .. figures or "")
  return (" %s%%<%%= %s "):format(styled("ChatlsAnswerTitle", left), right)
end

--- What goes along with the next message.
---@param names string[]
---@param known? string a file that the session has as it is
---@return string
local function context(names, known)
  if names[1] then
    return styled("ChatlsContext", "+ " .. table.concat(names, ", ")) .. styled("ChatlsMeta", "  dc: without")
  elseif known then
    return styled("ChatlsMeta", "= " .. known .. ", sent before")
  end
  return styled("ChatlsMeta", "@ attaches files")
end

--- The value of 'winbar' for the prompt.
---@param conv chatls.Conversation
---@param names string[] what goes along
---@param known? string a file that the session has as it is
---@return string
function M.prompt(conv, names, known)
  local replacing = conv.replace_turn_id and styled("ChatlsHint", "⟲ replaces an earlier message ") or ""
  local queued = conv.queued and styled("ChatlsHint", "1 waits (dq) ") or ""
  return (" %s%s%s%%<"):format(replacing, queued, context(names, known))
end

return M
